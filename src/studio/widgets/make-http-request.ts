import { choice, flag, pairs, required, text } from '../definition/fields.js'
import type { HttpRequest } from '../execution/ports.js'
import { exchange, outputsOf, withQuery } from './http-exchange.js'
import { valuesOf } from './set-variables.js'
import { widgetKind } from './widget-kind.js'

const form = 'application/x-www-form-urlencoded'
const types = [form, `${form};charset=utf-8`, 'application/json', 'application/json;charset=utf-8']

/** Asks a server of somebody's: `success` with a status of 2xx. */
export const makeHttpRequest = widgetKind({
  type: 'make-http-request',
  events: ['success', 'failed'],
  failure: 'failed',
  properties: {
    method: choice(['GET', 'POST']),
    url: required(text),
    content_type: choice(types),
    body: text,
    parameters: pairs,
    add_twilio_auth: flag,
  },
  aliases: { send_twilio_credentials: 'add_twilio_auth' },
  async run(step, properties) {
    const method = /^post$/i.test(step.text(properties.method, 'method').trim()) ? 'POST' : 'GET'
    const url = step.text(properties.url, 'url').trim()
    const type = step.text(properties.content_type, 'content_type').trim() || types[1]!
    const body = step.text(properties.body, 'body')
    const parameters = valuesOf(step, properties.parameters)
    const asForm = method === 'POST' && type.startsWith(form) && body === ''
    const request: HttpRequest = {
      method,
      url: asForm ? url : withQuery(url, parameters),
      headers: {
        ...(method === 'POST' && { 'content-type': type }),
        ...(step.flag(properties.add_twilio_auth, 'add_twilio_auth') && {
          authorization: step.world.credentials,
        }),
      },
      body: method === 'POST' ? (asForm ? new URLSearchParams(parameters).toString() : body) : undefined,
      form: asForm ? parameters : {},
    }
    const answer = await exchange(step, request, { code: 'flow_request_failed', good })
    return { event: good(answer.status) ? 'success' : 'failed', outputs: outputsOf(answer) }
  },
})

function good(status: number): boolean {
  return status >= 200 && status < 300
}
