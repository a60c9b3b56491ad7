import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { telnyxContract } from '../../support/telnyx-contract.js'
import { until } from './wait.js'

/** A webhook as it came. */
export interface Delivered {
  /** ms since the Unix epoch */
  readonly at: number
  /** As it was signed. */
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly type: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
  readonly payload: any
}

/** An application's receiver of Telnyx's webhooks: takes them all, and holds each against Telnyx's own description. */
export class WebhookSink {
  /** Each event once: who answers late gets it again. */
  readonly delivered: Delivered[] = []
  onEvent: (event: Delivered) => void = () => {}
  private readonly violations: string[] = []

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookSink> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const sink = new WebhookSink(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    )
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        const event = JSON.parse(body)
        const { headers } = request
        const { event_type: type, id, payload } = event.data
        sink.violations.push(
          ...(telnyxContract?.webhook(event) ?? []).map((what) => `${type}: ${what} in ${body}`),
        )
        if (!sink.delivered.some((before) => before.id === id)) {
          const delivered = { at: Date.now(), body, headers, type, id, payload }
          sink.delivered.push(delivered)
          sink.onEvent(delivered)
        }
        response.end()
      })
    })
    return sink
  }

  /** Types of a call's events, in the order they came. */
  typesOf(callControlId: string): string[] {
    return this.of(callControlId).map(({ type }) => type)
  }

  of(callControlId: string): Delivered[] {
    return this.delivered.filter(({ payload }) => payload.call_control_id === callControlId)
  }

  /** The first event that fits, waiting for it. @param call null for any call's */
  async event(
    call: string | null,
    type: string,
    fits: (payload: Delivered['payload']) => boolean = () => true,
    ms = 20_000,
  ): Promise<Delivered> {
    const find = () =>
      this.delivered.find(
        ({ type: found, payload }) =>
          found === type && (call === null || payload.call_control_id === call) && fits(payload),
      )
    await until(
      () => find() !== undefined,
      `a fitting ${type}; told were ${this.delivered.map(({ body }) => body).join('\n')}`,
      ms,
    )
    return find()!
  }

  /** Every webhook so far is as Telnyx describes it. */
  conforms(): void {
    expect(this.violations).toEqual([])
  }

  /** @throws when a webhook was not as Telnyx describes it */
  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
    this.conforms()
  }
}
