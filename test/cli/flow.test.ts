import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createProgram } from '../../src/cli/program.js'
import { Store } from '../../src/store/index.js'
import { flow, match, say, state } from '../studio/support/flows.js'

const split = state('split', 'split-based-on', {
  properties: { input: '1', offset: { x: 10, y: 200 } },
  transitions: [match('hello "you"', 'equal_to', '1', '1')],
})
const good = flow('split', split, say('hello "you"', 'Hello <b>', undefined, { offset: { x: 300, y: 400 } }))

let folder: string
const file = (name: string) => join(folder, name)

/** Runs a command in this process. Returns what it printed. */
async function parley(...args: string[]): Promise<string> {
  const printed: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => printed.push(`${line}\n`))
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  await createProgram().exitOverride().parseAsync(args, { from: 'user' })
  return printed.join('')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-flow-'))
  writeFileSync(file('good.json'), JSON.stringify(good))
  writeFileSync(file('bad.json'), JSON.stringify(flow('text', state('text', 'send-message'))))
  writeFileSync(file('no.json'), '{')
  const store = await Store.open({ file: file('parley.db') })
  const step = { executionSid: 'FN1', flowSid: 'FW1', parentStepSid: null, context: {}, createdAt: 1 }
  const trigger = {
    type: 'trigger',
    name: 'incomingCall',
    transitionedFrom: 'Trigger',
    transitionedTo: 'split',
  }
  store.flowRuns.step({ ...step, ...trigger, sid: 'FT1', sequence: 1 })
  await store.close()
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(() => rmSync(folder, { recursive: true }))

it('finds a flow good, or names what is wrong with its place and exits with 1', async () => {
  expect(await parley('flow', 'check', file('good.json'))).toBe(`${file('good.json')} is good.\n`)
  expect(process.exitCode).toBeUndefined()
  expect(await parley('flow', 'check', file('bad.json'))).toBe(
    `${file('bad.json')} #/states/1/type: the widget "text" is of the type send-message, which is not supported here\n`,
  )
  expect(process.exitCode).toBe(1)
  expect(JSON.parse(await parley('flow', 'check', '--json', file('bad.json')))).toMatchObject({
    valid: false,
    problems: [{ path: '#/states/1/type' }],
  })
  await expect(parley('flow', 'check', file('no.json'))).rejects.toMatchObject({ code: 'flow_invalid' })
  await expect(parley('flow', 'check', file('gone.json'))).rejects.toMatchObject({ code: 'flow_invalid' })
})

it('draws Mermaid, with what an execution took', async () => {
  const drawn = await parley('flow', 'draw', file('good.json'), '--execution', 'FN1', '--data', folder)
  expect(drawn).toBe(
    [
      'flowchart TD',
      '  w0(["Trigger<br/><small>trigger</small>"])',
      '  w1["split<br/><small>split-based-on</small>"]',
      '  w2["hello #quot;you#quot;<br/><small>say-play</small>"]',
      '  w0 -->|"incomingCall"| w1',
      '  w0 -->|"incomingRequest"| w1',
      '  w0 -->|"incomingParent"| w1',
      '  w1 -->|"equal to 1"| w2',
      '  classDef run fill:#d7f5dd,stroke:#1a7f37,stroke-width:3px',
      '  class w0 run',
      '  linkStyle 0 stroke:#1a7f37,stroke-width:3px',
      '',
    ].join('\n'),
  )
  const nobody = parley('flow', 'draw', file('good.json'), '--execution', 'FN9', '--data', folder)
  await expect(nobody).rejects.toMatchObject({ code: 'execution_not_found' })
})

it('draws SVG where the file is to be one', async () => {
  await parley(
    'flow',
    'draw',
    file('good.json'),
    '--out',
    file('flow.svg'),
    '--execution',
    'FN1',
    '--data',
    folder,
  )
  const svg = readFileSync(file('flow.svg'), 'utf8')
  expect(svg).toMatch(/^<svg xmlns[^>]*viewBox="0 0 /)
  expect(svg.match(/<g class="initial run">/g)).toHaveLength(1)
  expect(svg.match(/<path class="run edge"/g)).toHaveLength(1)
  expect(svg.match(/<text class="run label"[^>]*>incomingCall</g)).toHaveLength(1)
  expect(svg).toContain('hello &quot;you&quot;')
})
