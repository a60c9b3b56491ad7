import fc from 'fast-check'
import { conditionTypes } from '../../../src/studio/definition/conditions.js'
import { checkFlow } from '../../../src/studio/index.js'
import { widgetKinds } from '../../../src/studio/widgets/table.js'
import { flowSid } from './bench.js'
import { flow, on, state } from './flows.js'

/** Servers that answer: well, badly, and never. */
export const servers = {
  good: 'https://a.example.com/good',
  bad: 'https://a.example.com/bad',
  silent: 'https://a.example.com/silent',
} as const

/** Texts that templates, numbers, URLs and nothing in particular are in. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    ...['', '1', 'true', '{{contact.channel.address}}', '{{widgets.w0.Digits | plus: 1}}', '{{', '{% if %}'],
    ...['https://a.example.com/x', 'wss://a.example.com/ws', '{{flow.variables.k}}', '{{ x | nofilter }}'],
    ...[
      '{{widgets.w1.parsed.list[1].name}}',
      '{% for a in widgets %}{{a}}{% endfor %}',
      '{"a":1}',
      '+15551112222',
    ],
    ...['<speak>a</speak>', '<', '&', '\u0000', '__proto__'],
  ),
)

/** A property that a kind may have, with a value that fits it. */
const named = fc.constantFrom(
  ...[
    'say',
    'play',
    'digits',
    'voice',
    'language',
    'input',
    'caller_id',
    'finish_on_key',
    'send_digits',
    'trim',
  ],
  ...['attributes', 'hints', 'body', 'welcome_greeting', 'save_response_as', 'wait_url', 'task_attributes'],
)
const fitting = fc.record({
  url: fc.constantFrom('wss://a.example.com/ws', '{{flow.variables.k}}', ...Object.values(servers)),
  noun: fc.constantFrom('number', 'client', 'sip', 'conference', 'number-multi'),
  to: fc.constantFrom('+15551112222', 'desk', '{{flow.variables.k}}'),
  queue_name: fc.constantFrom('q', '{{flow.variables.k}}'),
  workflow: fc.constant('WW1'),
  channel: fc.constant('TC1'),
  stream_url: fc.constant('wss://a.example.com/s'),
  stream_name: fc.constant('s'),
  record_call: fc.boolean(),
  stream_action: fc.constantFrom('start', 'stop'),
  flow_sid: fc.constantFrom(flowSid(1), flowSid(2)),
  detect_answering_machine: fc.boolean(),
  loop: fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constant('2'), fc.constant(null)),
  variables: fc.array(fc.record({ key: text, value: text, parse_as_json: fc.boolean() }), { maxLength: 3 }),
  parameters: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
})
const properties = fc
  .tuple(fitting, fc.dictionary(named, text, { maxKeys: 5 }))
  .map(([fit, others]) => ({ ...others, ...fit }))

const condition = fc.record({
  friendly_name: text,
  arguments: fc.array(text, { minLength: 1, maxLength: 2 }),
  type: fc.constantFrom(...conditionTypes),
  value: text,
})

const types = [...widgetKinds.keys()].filter((type) => type !== 'trigger')
/** Kinds whose names of properties others have with other types. */
const flexUrl = (type: string, given: Record<string, unknown>) =>
  type === 'run-conversation-relay' ? { ...given, url: 'wss://a.example.com/ws' } : given

/** Requests call somebody first: there is little to do without a call. */
const dial = state('dial', 'make-outgoing-call-v2', {
  properties: { detect_answering_machine: true },
  transitions: [on('answered', 'w0'), on('failed', 'w0')],
})

/** A flow that is as it must be, whatever it does; calls begin at `w0`. */
export const validFlow = fc
  .array(
    fc.tuple(
      fc.constantFrom(...types),
      properties,
      fc.array(fc.tuple(fc.nat(9), fc.array(condition, { minLength: 1, maxLength: 2 })), { maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((widgets) => {
    const name = (i: number) => `w${i % widgets.length}`
    const states = widgets.map(([type, given, targets], i) => {
      const { events } = widgetKinds.get(type)!
      const transitions = targets.map(([target, conditions], n) => {
        const event = events[n % events.length]!
        return { event, next: name(target), ...(event === 'match' && { conditions }) }
      })
      return state(`w${i}`, type, { properties: flexUrl(type, given), transitions })
    })
    const made = flow('w0', ...states, dial)
    const [trigger, ...others] = made.states as ReturnType<typeof state>[]
    const transitions = trigger!.transitions.map((one) => ({
      ...one,
      ...('event' in one && one.event === 'incomingRequest' && { next: dial.name }),
    }))
    return { ...made, states: [{ ...trigger!, transitions }, ...others] }
  })
  .filter((definition) => checkFlow(definition).flow !== undefined)

export type AnyFlow = typeof validFlow extends fc.Arbitrary<infer F> ? F : never
