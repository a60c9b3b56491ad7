import { widgetKinds } from '../../../src/studio/widgets/table.js'
import type { AnyFlow } from './flow-arbitraries.js'

/** A flow that was spoilt, and the place that must be named. */
export interface Spoilt {
  readonly definition: unknown
  readonly place: string
}

/** Spoils the `i`th widget, of those that are not the trigger. */
type Spoil = (definition: AnyFlow, i: number) => Spoilt

const good = { friendly_name: 'c', arguments: ['x'], type: 'equal_to', value: 'x' }

function changed(definition: AnyFlow, i: number, change: object, place: string): Spoilt {
  const states = definition.states.map((one, at) => (at === i ? { ...one, ...change } : one))
  return { definition: { ...definition, states }, place: `#/states/${i}${place}` }
}

const widget =
  (change: object, place: string): Spoil =>
  (definition, i) =>
    changed(definition, i, change, place)

const whole =
  (change: object, place: string): Spoil =>
  (definition) => ({ definition: { ...definition, ...change }, place })

/** A transition that the kind has, spoilt. */
const transition =
  (change: object, place: string): Spoil =>
  (definition, i) => {
    const { type } = definition.states[i] as { type: string }
    const event = widgetKinds.get(type)!.events[0]!
    const more = event === 'match' && { conditions: [good] }
    return changed(definition, i, { transitions: [{ event, ...more, ...change }] }, `/transitions/0${place}`)
  }

const condition =
  (change: object, place: string): Spoil =>
  (definition, i) => {
    const spoilt = { event: 'match', next: 'w0', conditions: [good, { ...good, ...change }] }
    const split = { type: 'split-based-on', properties: {}, transitions: [spoilt] }
    return changed(definition, i, split, `/transitions/0/conditions/1${place}`)
  }

/** Ways to spoil a flow. */
export const spoils: readonly Spoil[] = [
  widget({ name: undefined }, '/name'),
  widget({ name: null }, '/name'),
  widget({ name: '' }, '/name'),
  widget({ name: 5 }, '/name'),
  widget({ name: 'Trigger' }, '/name'),
  widget({ type: undefined }, '/type'),
  widget({ type: 'send-message' }, '/type'),
  widget({ type: 'say-plai' }, '/type'),
  widget({ type: 7 }, '/type'),
  widget({ transitions: {} }, '/transitions'),
  widget({ transitions: null }, '/transitions'),
  widget({ transitions: undefined }, '/transitions'),
  widget({ transitions: ['next'] }, '/transitions/0'),
  widget({ properties: 'none' }, '/properties'),
  widget({ properties: [] }, '/properties'),
  transition({ event: undefined, next: 'w0' }, '/event'),
  transition({ event: '', next: 'w0' }, '/event'),
  transition({ event: 'no', next: 'w0' }, '/event'),
  transition({ next: 'gone' }, '/next'),
  transition({ next: 3 }, '/next'),
  condition({ friendly_name: undefined }, '/friendly_name'),
  condition({ arguments: undefined }, '/arguments'),
  condition({ arguments: 'x' }, '/arguments'),
  condition({ arguments: [{}] }, '/arguments/0'),
  condition({ type: undefined }, '/type'),
  condition({ type: 'resembles' }, '/type'),
  condition({ value: null }, '/value'),
  whole({ states: {} }, '#/states'),
  whole({ states: [] }, '#/states'),
  whole({ states: undefined }, '#/states'),
  whole({ initial_state: 'Start' }, '#/initial_state'),
  whole({ initial_state: undefined }, '#/initial_state'),
  whole({ initial_state: 1 }, '#/initial_state'),
  whole({ flags: [] }, '#/flags'),
  whole({ flags: {} }, '#/flags/allow_concurrent_calls'),
  whole({ flags: { allow_concurrent_calls: 'yes' } }, '#/flags/allow_concurrent_calls'),
  whole({ description: 4 }, '#/description'),
]

interface Required {
  readonly type: string
  readonly names: readonly string[]
  readonly given?: object
}

/** What must be there, by type of widget. */
export const required: readonly Required[] = [
  { type: 'run-conversation-relay', names: ['url'] },
  { type: 'make-http-request', names: ['url'] },
  { type: 'run-function', names: ['url'] },
  { type: 'connect-call-to', names: ['noun', 'to'] },
  { type: 'record-call', names: ['record_call'] },
  { type: 'enqueue-call', names: ['queue_name'] },
  { type: 'send-to-flex', names: ['workflow', 'channel'] },
  { type: 'add-twiml-redirect', names: ['url'] },
  { type: 'run-subflow', names: ['flow_sid'] },
  { type: 'fork-stream', names: ['stream_action'] },
  { type: 'fork-stream', names: ['stream_url'], given: { stream_action: 'start' } },
  { type: 'fork-stream', names: ['stream_name'], given: { stream_action: 'stop' } },
]
