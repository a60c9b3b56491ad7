import { pairs, required, text } from '../definition/fields.js'
import type { HttpRequest } from '../execution/ports.js'
import { exchange, outputsOf } from './http-exchange.js'
import { valuesOf } from './set-variables.js'
import { widgetKind } from './widget-kind.js'

/** Asks a function by its URL, with a form: `success` with a status of 2xx or 3xx. */
export const runFunction = widgetKind({
  type: 'run-function',
  events: ['success', 'fail'],
  failure: 'fail',
  properties: {
    url: required(text),
    parameters: pairs,
    service_sid: text,
    environment_sid: text,
    function_sid: text,
  },
  async run(step, { url, parameters }) {
    const form = valuesOf(step, parameters)
    const request: HttpRequest = {
      method: 'POST',
      url: step.text(url, 'url').trim(),
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(form).toString(),
      form,
    }
    const answer = await exchange(step, request, { code: 'flow_function_failed', good })
    const concurrency = 'x-twilio-function-concurrency'
    const outputs = {
      ...outputsOf(answer),
      headers: Object.hasOwn(answer.headers, concurrency)
        ? { [concurrency]: answer.headers[concurrency] }
        : {},
    }
    return { event: good(answer.status) ? 'success' : 'fail', outputs }
  },
})

function good(status: number): boolean {
  return status >= 200 && status < 400
}
