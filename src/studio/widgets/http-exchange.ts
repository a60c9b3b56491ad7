import type { ErrorCode } from '../../base/error-table.js'
import { messageOf } from '../../base/errors.js'
import { WidgetFailure } from '../execution/interruptions.js'
import type { HttpAnswer, HttpRequest } from '../execution/ports.js'
import type { Step } from '../execution/step.js'

/** ms for an answer, as on the vendor's service. */
export const TIME_LIMIT_MS = 10_000

/**
 * Asks somebody's server, within the time there is. What is no success is told as `code`.
 *
 * @throws WidgetFailure where no answer comes
 */
export async function exchange(
  step: Step,
  request: HttpRequest,
  { code, good }: { readonly code: ErrorCode; readonly good: (status: number) => boolean },
): Promise<HttpAnswer> {
  const answer = await ask(step, request, code)
  if (!good(answer.status)) step.parts.warn(code, `${request.url} answered ${answer.status}`)
  return answer
}

async function ask(step: Step, request: HttpRequest, code: ErrorCode): Promise<HttpAnswer> {
  const { clock, signal } = step.parts
  if (!/^https?:\/\//i.test(request.url) || !URL.canParse(request.url)) {
    throw new WidgetFailure(`url is "${request.url}" and must be an http(s) URL`, code)
  }
  const late = new AbortController()
  const timer = clock.after(TIME_LIMIT_MS, () => late.abort())
  try {
    return await step.world.request(request, AbortSignal.any([signal, late.signal]))
  } catch (thrown) {
    signal.throwIfAborted()
    const why = late.signal.aborted ? 'no answer within 10 s' : messageOf(thrown)
    throw new WidgetFailure(`${request.url}: ${why}`, code)
  } finally {
    timer.cancel()
  }
}

/** What templates see of an answer; `parsed` where it is JSON. */
export function outputsOf({ status, contentType, body }: HttpAnswer): Record<string, unknown> {
  const outputs = { status_code: status, content_type: contentType, body }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType)) return outputs
  try {
    return { ...outputs, parsed: JSON.parse(body) }
  } catch {
    return outputs
  }
}

/** A URL with more in its query. */
export function withQuery(url: string, fields: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(fields).toString()
  if (query === '') return url
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}
