import { z } from 'zod'
import { settingNames } from '../../protocol/index.js'
import { choice, pairs, required, text } from '../definition/fields.js'
import { document, verb } from '../execution/verbs.js'
import { valuesOf } from './set-variables.js'
import { widgetKind } from './widget-kind.js'

/** A URL of the app: what it is without Liquid must be a WebSocket's. */
const appUrl = required(
  text.refine((url) => url.includes('{') || /^wss?:\/\//i.test(url), 'must be a wss:// URL'),
)

/** Phrases, in one string with commas between them or in a list. */
const phrases = z.preprocess(
  (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join(',') : value,
  text,
)

/** Switches of the session; the vendor wants `"true"` and `"false"` as strings in `interruptible`, and so in the rest. */
const switches = [
  'dtmf_detection',
  'preemptible',
  'partial_prompts',
  'ignore_backchannel',
  'profanity_filter',
]
const modes = ['true', 'false', 'any', 'none', 'speech', 'dtmf']

/** Every setting of a session under the name that Studio gives it. */
const settings = Object.fromEntries(
  settingNames
    .filter((name) => !['dialect', 'failover', 'languages', 'parameters', 'hints', 'url'].includes(name))
    .filter((name) => !/Settings$/.test(name))
    .map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .map((name) => [name, kindOf(name)]),
)

/** Hands the call to an app's session, and takes it back when that is over. */
export const runConversationRelay = widgetKind({
  type: 'run-conversation-relay',
  events: ['success', 'failed'],
  failure: 'failed',
  properties: { url: appUrl, hints: phrases, parameters: pairs, ...settings },
  aliases: { ai_hints: 'hints', custom_parameters: 'parameters' },
  async run(step, { url, hints, parameters, ...given }) {
    const attributes = Object.entries(given as Readonly<Record<string, string>>).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      step.text(value, name),
    ])
    const relay = verb(
      'ConversationRelay',
      {
        url: step.text(url, 'url').trim(),
        hints: step.text(hints, 'hints'),
        ...Object.fromEntries(attributes),
      },
      ...Object.entries(valuesOf(step, parameters)).map(([name, value]) =>
        verb('Parameter', { name, value }),
      ),
    )
    const fields = await step.perform(document(verb('Connect', { action: step.call().actionUrl }, relay)))
    const ended = fields?.['SessionStatus'] !== undefined && fields['SessionStatus'] !== 'failed'
    return { event: ended ? 'success' : 'failed', outputs: fields ?? {} }
  },
})

function kindOf(name: string) {
  if (/interruptible|^report_input/.test(name)) return choice(modes)
  return switches.includes(name) ? choice(['true', 'false']) : text
}
