import { choice, required, text } from '../definition/fields.js'
import { ExecutionOver, WidgetFailure } from '../execution/interruptions.js'
import { document, plain, verb } from '../execution/verbs.js'
import { widgetKind } from './widget-kind.js'

/** Longest that a document may keep the call, in seconds. */
const MOST_SECONDS = 14_400

/** Lets a document of an app's have the call, until it redirects to the flow with `FlowEvent=return`. */
export const addTwimlRedirect = widgetKind({
  type: 'add-twiml-redirect',
  events: ['return', 'timeout', 'fail'],
  failure: 'fail',
  properties: { url: required(text), method: choice(['GET', 'POST']), timeout: text },
  async run(step, properties) {
    const url = step.text(properties.url, 'url').trim()
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new WidgetFailure(`url is "${url}" and must be an http(s) URL`)
    }
    const method = step.text(properties.method, 'method').toUpperCase()
    const seconds = step.whole(properties.timeout, 'timeout', 0, MOST_SECONDS)
    const { clock, signal } = step.parts
    const late = new AbortController()
    // 0: it may keep the call as long as it likes.
    const timer = seconds ? clock.after(seconds * 1000, () => late.abort()) : undefined
    try {
      const redirect = document(verb('Redirect', { method }, plain(url)))
      const fields = await step.perform(redirect, AbortSignal.any([signal, late.signal]))
      if (late.signal.aborted) return { event: 'timeout', outputs: {} }
      if (!fields) throw new ExecutionOver('the document came to its end and did not return')
      const { FlowEvent = 'return', ...outputs } = fields
      return { event: FlowEvent, outputs }
    } finally {
      timer?.cancel()
    }
  },
})
