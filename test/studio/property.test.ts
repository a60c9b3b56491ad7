import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFlow, drawMermaid, drawSvg, graphOf } from '../../src/studio/index.js'
import { widgetKinds } from '../../src/studio/widgets/table.js'
import type { FakeCall } from '../support/fake-call.js'
import { Bench, settle } from './support/bench.js'
import { servers, validFlow } from './support/flow-arbitraries.js'
import { required, spoils } from './support/flow-mutations.js'
import { flow, say, state } from './support/flows.js'

const inner = flow('in', say('in', 'Inside {{trigger.parent.parameters.k}}'))

/** What may happen to a call, and around it. */
const doings: Readonly<Record<string, (bench: Bench, call: FakeCall) => unknown>> = {
  press: (_, call) => call.press('1'),
  'press #': (_, call) => call.press('#'),
  say: (_, call) => call.listenings.at(-1)?.hear('yes'),
  finish: (_, call) => call.finishAnnouncement(),
  recorded: (_, call) => call.recordings.at(-1)?.finish('silence', 2000),
  answer: (bench) => bench.calls.all.at(-1)!.pickUp(),
  'a machine answers': (bench) => bench.calls.all.at(-1)!.watches.at(-1)?.answered('machine'),
  refuse: (bench, call) => {
    const other = bench.calls.all.at(-1)!
    if (other !== call && other.state === 'ringing') other.end({ status: 'busy', cause: 'busy' })
  },
  'other hangs up': (bench, call) => {
    for (const other of bench.calls.all) if (other !== call) other.hangUp()
  },
  'hang up': (_, call) => call.hangUp(),
  'end session': (_, call) => call.session && call.sessionOver('app-ended', { handoffData: '{"a":1}' }),
  'app crashes': (_, call) => call.session && call.sessionOver('app-socket-lost'),
  'take out of the queue': (bench) => {
    const agent = bench.calls.dial({ to: 'desk', from: '1', route: '' }) as FakeCall
    agent.pickUp()
    bench.twiml.run({ call: agent, source: { twiml: '<Response><Dial><Queue>q</Queue></Dial></Response>' } })
  },
  'other instructions': (bench, call) =>
    bench.twiml.run({ call, source: { twiml: '<Response><Say>Other</Say></Response>' } }),
  'end by API': (bench) => void bench.executions.end([...bench.records.keys()][0]!, 'ended by the API'),
  'wait a little': (bench) => bench.clock.advance(1000),
  wait: (bench) => bench.clock.advance(15_000),
}

it('a valid flow neither hangs nor crashes, whatever happens, and can be drawn', async () => {
  const happens = fc.array(fc.constantFrom(...Object.keys(doings)), { maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(validFlow, happens, fc.boolean(), async (definition, names, byRequest) => {
      const graph = graphOf(checkFlow(definition).flow!)
      expect(drawMermaid(graph)).toContain('flowchart')
      expect(drawSvg(graph)).toContain('</svg>')
      const bench = new Bench(definition, inner)
      const json = { contentType: 'application/json', body: '{"list":[{"name":"a"},{"name":"b"}]}' }
      bench.answers[servers.good] = () => json
      bench.answers[servers.bad] = () => ({ status: 500, body: '<no>' })
      bench.answers[servers.silent] = () => new Promise(() => {})
      bench.pages[servers.good] = '<Response><Say>Page</Say></Response>'
      const incoming = byRequest ? undefined : await bench.call()
      if (byRequest) {
        await bench.request({ k: 'v' })
        bench.calls.last.pickUp()
        await settle()
      }
      for (const name of names) {
        const call = incoming ?? bench.calls.all[0]
        if (call) doings[name]!(bench, call)
        await settle()
      }
      await left(bench)
      for (const execution of bench.records.values()) {
        expect(execution).toMatchObject({ status: 'ended', endReason: expect.any(String) })
        expect(bench.executions.active(execution.sid)).toBeUndefined()
        expectPaper(bench, execution.sid)
      }
      expect(bench.flowCalls.count).toBe(0)
      for (const { message, number } of bench.notices) {
        expect(message).not.toMatch(/ of undefined|is not a function|is not iterable/)
        expect(number).toBeGreaterThanOrEqual(81000)
      }
    }),
    { numRuns: 80, seed: 20261127 },
  )
}, 120_000)

/**
 * Everybody leaves. What a flow still begins then ends by its own time limits, calls that nobody answers, for one; a flow
 * that dials again and again gets on with it, up to the limit of its steps, which is not waited for.
 */
async function left({ calls, clock, steps, records, executions }: Bench): Promise<void> {
  const active = () => [...records.values()].filter(({ status }) => status === 'active')
  for (let round = 0; round < 10 && (round === 0 || active().length > 0); round++) {
    const before = steps.length
    for (const call of calls.all) call.hangUp()
    await settle()
    clock.advance(90_000)
    await settle()
    if (active().length > 0) expect(steps.length).toBeGreaterThan(before)
  }
  await Promise.all(active().map(({ sid }) => executions.end(sid, 'ended by the test')))
  await settle()
}

/** Steps follow each other from the trigger on, numbered, each by a transition that the flow has. */
function expectPaper({ steps, records }: Bench, sid: string): void {
  const own = steps.filter(({ executionSid }) => executionSid === sid)
  expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, i) => i + 1))
  own.forEach((step, i) => {
    expect(step.transitionedFrom).toBe(i === 0 ? 'Trigger' : own[i - 1]!.transitionedTo)
    expect(step.context).toHaveProperty('widgets')
  })
  if (own.length > 0) expect(records.get(sid)!.context).toEqual(own.at(-1)!.context)
}

describe('every mistake is named with its place', () => {
  it('in any flow', () => {
    fc.assert(
      fc.property(validFlow, fc.constantFrom(...spoils), fc.nat(), (good, spoil, n) => {
        const { definition, place } = spoil(good, 1 + (n % (good.states.length - 1)))
        const { flow: read, problems } = checkFlow(definition)
        expect(read).toBeUndefined()
        expect(problems.map(({ path }) => path)).toContain(place)
        for (const { message } of problems) expect(message).toMatch(/\S/)
      }),
      { numRuns: 300 },
    )
  })

  it.each(required)('$type without $names', ({ type, names, given = {} }) => {
    for (const value of [undefined, null]) {
      const properties = { ...given, ...Object.fromEntries(names.map((name) => [name, value])) }
      const { problems } = checkFlow(flow('w', state('w', type, { properties })))
      const message = value === null ? 'must not be null' : 'is missing but it is required'
      for (const name of names)
        expect(problems).toContainEqual({ path: `#/states/1/properties/${name}`, message })
    }
  })

  it.each([...widgetKinds.values()].flatMap(({ type, names }) => names.map((name) => [type, name] as const)))(
    '%s: a %s of a type that it cannot have',
    (type, name) => {
      const { problems } = checkFlow(flow('w', state('w', type, { properties: { [name]: {} } })))
      const message = expect.stringMatching(/^object found, \w+ expected$/)
      expect(problems).toContainEqual({ path: `#/states/1/properties/${name}`, message })
    },
  )
})

it('anything at all is read without a crash', () => {
  const types = [...widgetKinds.keys()]
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.nat(20), (json, i) => {
      const junk = JSON.parse(json)
      checkFlow(junk)
      const { states, ...rest } = flow('w0', state('w0', types[i % types.length]!, { properties: junk }))
      const { problems } = checkFlow({ ...rest, states })
      for (const { path, message } of problems)
        expect([path, message]).toEqual([expect.stringMatching(/^#/), expect.any(String)])
    }),
    { numRuns: 300 },
  )
})
