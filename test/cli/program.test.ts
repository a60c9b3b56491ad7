import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { childModule } from '../../src/base/child-module.js'
import { createProgram } from '../../src/cli/program.js'
import { Store } from '../../src/store/index.js'
import { CallTokens, tokenKeyIn } from '../../src/web/index.js'
import { newCall, newSession } from '../store/samples.js'

let folder: string

/** Runs a command in this process. Returns what it printed. */
async function parley(...args: string[]): Promise<string> {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
  await createProgram().exitOverride().parseAsync(args, { from: 'user' })
  return lines.join('\n')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-cli-'))
  const store = await Store.open({ file: join(folder, 'parley.db') })
  store.callStarted(newCall(1))
  store.callStarted(newCall(2, { status: 'failed' }))
  store.sessionStarted(newSession(1))
  const { sessionId } = newSession(1)
  store.timeline({ sessionId, sequenceNumber: 1, at: 1_700_000_000_500, name: 'dtmf', data: { digit: '7' } })
  await store.close()
})

afterAll(() => rmSync(folder, { recursive: true }))

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('parley keys', () => {
  it('prints what webhooks are verified with, the same each time', async () => {
    const printed = await parley('keys', '--data', folder)
    expect(printed).toMatch(
      /^TELNYX_PUBLIC_KEY=[\w+/]{43}=\nTWILIO_ACCOUNT_SID=AC[0-9a-f]{32}\nTWILIO_AUTH_TOKEN=[0-9a-f]{32}$/,
    )
    expect(await parley('keys', '--data', folder)).toBe(printed)
  })
})

describe('parley call-token', () => {
  it('prints a token that the node takes', async () => {
    const token = await parley('call-token', '--to', '1000', '--client', 'alice', '--data', folder)
    const tokens = new CallTokens(tokenKeyIn(folder), () => Date.now())
    expect(tokens.read(token)).toEqual({ to: '1000', client: 'alice' })
    expect(() => new CallTokens(tokenKeyIn(folder), () => Date.now() + 301_000).read(token)).toThrow(
      /expired/,
    )
  })

  it('asks what for', async () => {
    await expect(parley('call-token', '--data', folder)).rejects.toThrow(/may be dialled/)
  })
})

describe('parley call', () => {
  const call = (...args: string[]) => parley('call', '--app', 'ws://127.0.0.1:1/', ...args)

  it.each([
    ['welcomeGretting=Hello', /welcomeGretting is no setting; did you mean welcomeGreeting\?/],
    ['languages=[{', /languages is wanted as JSON/],
    ['nothing', /Write it as name=value/],
  ])('refuses --set %s', async (setting, message) => {
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`)
    })
    const errors = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    await expect(call('--set', setting)).rejects.toThrow('exit 1')
    expect(String(errors.mock.calls)).toMatch(message)
  })

  it('reads lists and groups', async () => {
    await expect(call('--set', 'languages=[{"code":5}]')).rejects.toThrow(/languages\.0\.code is 5/)
  })
})

describe('parley calls', () => {
  it('lists calls, newest first, for people and for machines', async () => {
    expect(await parley('calls', '--data', folder)).toMatch(/CALL.*\nCA0.*failed\nCA0.*ringing/)
    const calls = JSON.parse(await parley('calls', '--data', folder, '--json'))
    expect(calls).toMatchObject([{ callSid: newCall(2).callSid }, { callSid: newCall(1).callSid }])
  })

  it('filters', async () => {
    const failed = JSON.parse(await parley('calls', '--data', folder, '--status', 'failed', '--json'))
    expect(failed).toMatchObject([{ callSid: newCall(2).callSid }])
    expect(await parley('calls', '--data', folder, '--search', 'nobody')).toBe('No calls.')
  })

  it('says where there are no records', async () => {
    await expect(parley('calls', '--data', join(folder, 'elsewhere'))).rejects.toMatchObject({
      code: 'records_missing',
      message: expect.stringContaining('elsewhere'),
    })
  })
})

describe('parley show', () => {
  it('shows a call by an identifier, or the last', async () => {
    expect(await parley('show', newCall(1).callSid, '--data', folder)).toMatch(/key .* 7/)
    const last = JSON.parse(await parley('show', 'last', '--data', folder, '--json'))
    expect(last).toMatchObject({ call: { callSid: newCall(2).callSid }, sessions: [] })
  })

  it('names a call that there is not', async () => {
    const show = parley('show', 'CAffff', '--data', folder)
    await expect(show).rejects.toMatchObject({
      code: 'call_not_found',
      message: expect.stringContaining('CAffff'),
    })
  })
})

describe('parley config check', () => {
  it('accepts a good file', async () => {
    const file = join(folder, 'good.yaml')
    writeFileSync(file, 'http:\n  port: 8081\n')
    vi.stubEnv('PARLEY_CONFIG', file)
    expect(await parley('config', 'check')).toBe(`${file} is good.`)
  })

  it('makes the process exit with 1, naming file and line of what is wrong', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'http:\n  port: 80a\n')
    const { path, execArgv } = childModule('../../src/cli/bin', import.meta.url)
    const child = spawn(process.execPath, [...execArgv, path, 'config', 'check'], {
      cwd: folder,
      env: { ...process.env, PARLEY_CONFIG: 'wrong.yaml' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text
    })
    const [code] = await once(child, 'close')
    expect(errors).toContain('wrong.yaml:2: http.port')
    expect(code).toBe(1)
  })
})
