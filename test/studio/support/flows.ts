/** Makes definitions as the vendor's exports have them. */
type Next = string | undefined

interface StateOptions {
  readonly properties?: object | null
  readonly transitions?: readonly object[]
}

export function state(name: string, type: string, { properties = {}, transitions = [] }: StateOptions = {}) {
  return { name, type, transitions, properties }
}

export function on(event: string, next?: Next) {
  return next === undefined ? { event } : { event, next }
}

/** A transition of a split. */
export function match(next: string, type: string, argument: string, value: string) {
  const friendly_name = `If value ${type} ${value}`
  return { event: 'match', next, conditions: [{ friendly_name, arguments: [argument], type, value }] }
}

/** A flow that begins with a trigger; calls and requests lead to `first`. */
export function flow(first: Next, ...states: readonly object[]) {
  const transitions = [
    on('incomingMessage'),
    on('incomingCall', first),
    on('incomingRequest', first),
    on('incomingParent', first),
  ]
  return {
    description: 'A flow',
    states: [state('Trigger', 'trigger', { properties: { offset: { x: 0, y: 0 } }, transitions }), ...states],
    initial_state: 'Trigger',
    flags: { allow_concurrent_calls: true },
  }
}

export function say(name: string, text: string, next?: Next, more: object = {}) {
  return state(name, 'say-play', {
    properties: { say: text, ...more },
    transitions: [on('audioComplete', next)],
  })
}
