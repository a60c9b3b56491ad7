import { choice, flag, required, text, whole } from '../definition/fields.js'
import type { Step } from '../execution/step.js'
import { document, type Markup, plain, verb } from '../execution/verbs.js'
import { widgetKind } from './widget-kind.js'

const nouns = ['number', 'number-multi', 'client', 'sip', 'sim', 'conference']

/** Joins the call with somebody else, until either leaves. */
export const connectCallTo = widgetKind({
  type: 'connect-call-to',
  events: ['callCompleted', 'hangup'],
  properties: {
    noun: required(choice(nouns)),
    to: text,
    caller_id: text,
    record: flag,
    timeout: whole(1, 600),
    time_limit: text,
    sip_endpoint: text,
    sip_username: text,
    sip_password: text,
  },
  needs: ({ noun, sip_endpoint: endpoint }) => (noun === 'sip' && endpoint ? [] : ['to']),
  async run(step, properties) {
    const dial = verb(
      'Dial',
      {
        action: step.call().actionUrl,
        callerId: step.text(properties.caller_id, 'caller_id').trim(),
        timeout: step.whole(properties.timeout, 'timeout', 1, 600),
        timeLimit: step.whole(properties.time_limit, 'time_limit', 1, 86_400),
        record: step.flag(properties.record, 'record') ? 'record-from-answer' : undefined,
      },
      ...parties(step, properties),
    )
    return { event: 'callCompleted', outputs: (await step.perform(document(dial))) ?? {} }
  },
})

function parties(
  step: Step,
  properties: Readonly<Record<'noun' | 'to' | 'sip_endpoint' | 'sip_username' | 'sip_password', string>>,
): Markup[] {
  const read = (name: 'noun' | 'to' | 'sip_endpoint' | 'sip_username' | 'sip_password') =>
    step.text(properties[name], name).trim()
  const to = read('to')
  switch (read('noun').toLowerCase()) {
    case 'client':
      return [verb('Client', {}, plain(to))]
    case 'conference':
      return [verb('Conference', {}, plain(to))]
    case 'sip': {
      const [username, password] = [read('sip_username'), read('sip_password')]
      const endpoint = read('sip_endpoint') || to
      const uri = /^sips?:/i.test(endpoint) ? endpoint : `sip:${endpoint}`
      return [verb('Sip', { username, password }, plain(uri))]
    }
    case 'number-multi':
      return to
        .split(/[,\s]+/)
        .flatMap((number) => (number === '' ? [] : [verb('Number', {}, plain(number))]))
    default:
      return [verb('Number', {}, plain(to))]
  }
}
