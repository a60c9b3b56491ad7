import type { Clock } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import type { WebhookAttempt, WebhookError } from '../store/index.js'
import { type ReceiverGate, receiverOf } from './receiver-gate.js'
import type { SendRequest, WebhookResponse } from './transport.js'
import { headerOf, retryAfterMs, type Verdict, verdictOf } from './verdict.js'
import type { Webhook, WebhookFormat, WebhookRequest, WebhookTarget } from './webhook.js'

export interface AttemptDependencies {
  readonly clock: Clock
  readonly send: SendRequest
  readonly gate: ReceiverGate
  /** By name. */
  readonly formats: Readonly<Record<string, WebhookFormat>>
}

/** How one attempt at one target went. */
export interface Outcome {
  readonly verdict: Exclude<Verdict, 'redirected'>
  readonly record: WebhookAttempt
  /** ms that the receiver asks to be left alone; 0 when it does not. */
  readonly retryAfterMs: number
}

/** One request and what came of it. */
interface Exchange {
  readonly request: WebhookRequest
  readonly startedAt: number
  readonly finishedAt: number
  readonly response: WebhookResponse | null
  readonly error: WebhookError | null
}

/** Redirects followed; as many as Telnyx follows. */
const maxRedirects = 3

/** Makes attempts. Never throws. */
export class Attempts {
  private readonly inFlight = new Set<AbortController>()
  private aborted = false

  constructor(private readonly parts: AttemptDependencies) {}

  /** Sends a webhook to a target and wherever that redirects to, rendered anew for each. */
  async at(webhook: Webhook, first: WebhookTarget, attempt: number): Promise<Outcome> {
    const redirects: string[] = []
    let target = first
    let startedAt: number | undefined
    for (;;) {
      const exchange = await this.exchange(webhook, target, attempt)
      startedAt ??= exchange.startedAt
      const next = redirectOf(exchange)
      if (!next || redirects.length === maxRedirects) {
        return outcomeOf({ ...exchange, startedAt }, attempt, redirects)
      }
      redirects.push(exchange.request.url)
      target = next
    }
  }

  /** Aborts what is on its way, and all that begins later: it looks like an error of the network. */
  abort(): void {
    this.aborted = true
    for (const controller of this.inFlight) controller.abort()
  }

  private async exchange(webhook: Webhook, target: WebhookTarget, attempt: number): Promise<Exchange> {
    const { gate, clock } = this.parts
    const receiver = receiverOf(target.url)
    await gate.enter(receiver)
    const startedAt = clock.now()
    try {
      const request = this.render(webhook, target, attempt)
      const { timeoutMs } = webhook.policy
      const came =
        'kind' in request ? { response: null, error: request } : await this.answerTo(request, timeoutMs)
      const sent = 'kind' in request ? { ...target, headers: {}, body: '' } : request
      return { request: sent, startedAt, finishedAt: clock.now(), ...came }
    } finally {
      gate.leave(receiver)
    }
  }

  private render(webhook: Webhook, target: WebhookTarget, attempt: number): WebhookRequest | WebhookError {
    const format = this.parts.formats[webhook.format]
    if (!format) return { kind: 'invalid', detail: `No format is called "${webhook.format}"` }
    if (!/^https?:/i.test(receiverOf(target.url))) return { kind: 'invalid', detail: 'Not an HTTP URL' }
    try {
      return format.render(webhook, target, attempt)
    } catch (thrown) {
      return { kind: 'invalid', detail: messageOf(thrown) }
    }
  }

  private async answerTo(
    request: WebhookRequest,
    timeoutMs: number,
  ): Promise<Pick<Exchange, 'response' | 'error'>> {
    const controller = new AbortController()
    this.inFlight.add(controller)
    let late = false
    const timer = this.parts.clock.after(timeoutMs, () => {
      late = true
      controller.abort()
    })
    try {
      if (this.aborted) throw new Error('The process stops')
      return { response: await this.parts.send(request, controller.signal), error: null }
    } catch (thrown) {
      const error: WebhookError = late
        ? { kind: 'timeout', detail: `No answer within ${timeoutMs} ms` }
        : { kind: 'network', detail: networkDetail(thrown) }
      return { response: null, error }
    } finally {
      timer.cancel()
      this.inFlight.delete(controller)
    }
  }
}

/** Where a response sends the webhook; as it is, but for 303 (RFC 9110, section 15.4). */
function redirectOf({ request, response }: Exchange): WebhookTarget | undefined {
  if (!response || verdictOf(response.status) !== 'redirected') return undefined
  const location = headerOf(response.headers, 'location')
  if (!location || !URL.canParse(location, request.url)) return undefined
  const method = response.status === 303 ? 'GET' : request.method
  return { url: new URL(location, request.url).href, method }
}

function outcomeOf(exchange: Exchange, attempt: number, redirects: readonly string[]): Outcome {
  const { request, startedAt, finishedAt, response } = exchange
  const verdict = verdictOfExchange(exchange)
  const error: WebhookError | null =
    response && verdict !== 'taken'
      ? { kind: 'refused', detail: `Status ${response.status}` }
      : exchange.error
  const record: WebhookAttempt = {
    attempt,
    status: verdict === 'taken' ? 'delivered' : 'failed',
    startedAt,
    finishedAt,
    request: { method: request.method, url: request.url, headers: Object.entries(request.headers) },
    redirects,
    response,
    error,
  }
  return { verdict, record, retryAfterMs: response ? retryAfterMs(response.headers, finishedAt) : 0 }
}

function verdictOfExchange({ response, error }: Exchange): Outcome['verdict'] {
  if (!response) return error?.kind === 'invalid' ? 'refused' : 'retry'
  const verdict = verdictOf(response.status)
  return verdict === 'redirected' ? 'refused' : verdict
}

/** Node tells refused connections to a name with several addresses as an error without a message. */
function networkDetail(thrown: unknown): string {
  const { code } = thrown as { code?: unknown }
  return messageOf(thrown) || (typeof code === 'string' ? code : 'The connection failed')
}
