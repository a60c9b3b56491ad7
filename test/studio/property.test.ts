import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkFlow, drawMermaid, drawSvg, graphOf } from '../../src/studio/index.js'
import { widgetKinds } from '../../src/studio/widgets/table.js'
import { Bench, settle } from './support/bench.js'
import { flow, state } from './support/flows.js'

/** Texts that templates, numbers, URLs and nothing in particular are in. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    ...['', '1', 'true', '{{contact.channel.address}}', '{{widgets.w0.Digits | plus: 1}}', '{{', '{% if %}'],
    ...['https://a.example.com/x', 'wss://a.example.com/ws', '{{flow.variables.k}}', '{{ x | nofilter }}'],
    ...['<speak>a</speak>', '<', '&', '\u0000', '__proto__'],
  ),
)

/** A property that a kind may have, with a value that fits it. */
const named = fc.constantFrom(
  ...['say', 'play', 'voice', 'language', 'input', 'url', 'to', 'caller_id', 'queue_name', 'workflow'],
  ...['attributes', 'hints', 'body', 'stream_url', 'stream_name', 'welcome_greeting', 'save_response_as'],
)
const fitting = fc.record({
  url: fc.constantFrom('wss://a.example.com/ws', '{{flow.variables.k}}'),
  noun: fc.constantFrom('number', 'client', 'sip', 'conference', 'number-multi'),
  record_call: fc.boolean(),
  stream_action: fc.constantFrom('start', 'stop'),
  flow_sid: fc.constant(`FW${'0'.repeat(31)}1`),
  loop: fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constant('2'), fc.constant(null)),
  variables: fc.array(fc.record({ key: text, value: text, parse_as_json: fc.boolean() }), { maxLength: 3 }),
  parameters: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
})
const properties = fc
  .tuple(fitting, fc.dictionary(named, text, { maxKeys: 5 }))
  .map(([fit, others]) => ({ ...others, ...fit }))

const types = [...widgetKinds.keys()].filter((type) => type !== 'trigger')

/** A flow that is as it must be, whatever it does. */
const validFlow = fc
  .array(fc.tuple(fc.constantFrom(...types), properties, fc.array(fc.nat(9), { maxLength: 6 })), {
    minLength: 1,
    maxLength: 7,
  })
  .map((widgets) => {
    const name = (i: number) => `w${i % widgets.length}`
    const states = widgets.map(([type, given, targets], i) => {
      const { events } = widgetKinds.get(type)!
      const transitions = targets.map((target, n) => {
        const event = events[n % events.length]!
        const condition = {
          friendly_name: 'c',
          arguments: ['{{flow.variables.k}}'],
          type: 'is_blank',
          value: '',
        }
        return { event, next: name(target), ...(event === 'match' && { conditions: [condition] }) }
      })
      return state(`w${i}`, type, { properties: given, transitions })
    })
    return flow('w0', ...states)
  })
  .filter((definition) => checkFlow(definition).flow !== undefined)

it('a valid flow neither hangs nor crashes, whatever its calls do, and can be drawn', async () => {
  const doings = fc.array(fc.constantFrom('press', 'finish', 'answer', 'end session', 'wait'), {
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(validFlow, doings, async (definition, does) => {
      const graph = graphOf(checkFlow(definition).flow!)
      expect(drawMermaid(graph)).toContain('flowchart')
      expect(drawSvg(graph)).toContain('</svg>')
      const bench = new Bench(definition)
      const call = await bench.call()
      for (const doing of does) {
        if (doing === 'press') call.press('1')
        if (doing === 'finish') call.finishAnnouncement()
        if (doing === 'answer') for (const other of bench.calls.all) if (other !== call) other.pickUp()
        if (doing === 'end session') call.sessionOver('app-ended', { handoffData: '{"a":1}' })
        if (doing === 'wait') bench.clock.advance(15_000)
        await settle()
      }
      // What a flow still begins when everybody has left ends by its own time limits: calls that nobody answers, for one.
      const active = () => [...bench.records.values()].some(({ status }) => status === 'active')
      for (let round = 0; round < 20 && (round === 0 || active()); round++) {
        for (const other of bench.calls.all) other.hangUp()
        await settle()
        bench.clock.advance(90_000)
        await settle()
      }
      for (const execution of bench.records.values()) {
        expect(execution).toMatchObject({ status: 'ended', endReason: expect.any(String) })
        expect(bench.executions.active(execution.sid)).toBeUndefined()
      }
    }),
    { numRuns: 40, seed: 20261127 },
  )
}, 60_000)

/** Ways to spoil a widget, with the place in it that must be named. */
const spoils: readonly (readonly [change: object, place: string])[] = [
  [{ name: undefined }, '/name'],
  [{ type: 'send-message' }, '/type'],
  [{ type: 7 }, '/type'],
  [{ transitions: {} }, '/transitions'],
  [{ properties: 'none' }, '/properties'],
  [{ transitions: [{ next: 'w0' }] }, '/transitions/0/event'],
  [{ transitions: [{ event: 'no', next: 'w0' }] }, '/transitions/0/event'],
  [{ transitions: [{ event: 'x', next: 'gone' }] }, '/transitions/0/next'],
]
it('every mistake is named with its place', () => {
  fc.assert(
    fc.property(validFlow, fc.constantFrom(...spoils), fc.nat(), (definition, [change, place], n) => {
      const i = 1 + (n % (definition.states.length - 1))
      const states = definition.states.map((one, at) => (at === i ? { ...one, ...change } : one))
      const { flow, problems } = checkFlow({ ...definition, states })
      expect(flow).toBeUndefined()
      expect(problems.map(({ path }) => path)).toContain(`#/states/${i}${place}`)
    }),
    { numRuns: 200 },
  )
})

it('anything at all is read without a crash', () => {
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
