import Telnyx from 'telnyx'
import { expect } from 'vitest'
import { parley } from './program.js'
import { TestRelay } from './relay.js'
import { violationsOf } from './telnyx-answers.js'
import { WebhookSink } from './webhook-sink.js'

export const number = '+13122010094'
export const connectionId = '2694492062593582591'
const apiKey = 'KEY_local'

/**
 * A relay, an application of Telnyx's Call Control, and the official SDK between them. All that the relay says to
 * either is held against Telnyx's own description.
 */
export class TelnyxSide {
  private readonly violations: string[] = []
  private constructor(
    readonly relay: TestRelay,
    readonly webhooks: WebhookSink,
    readonly sdk: Telnyx,
  ) {}

  /** @param config what `parley.yaml` says beside the application */
  static async start(dir: string, config: Record<string, unknown> = {}): Promise<TelnyxSide> {
    const webhooks = await WebhookSink.start()
    const application = { id: connectionId, webhook_event_url: webhooks.url, numbers: [number] }
    const relay = await TestRelay.start(dir, { telnyx: { apiKey, applications: [application] }, ...config })
    let side: TelnyxSide | undefined
    const sdk = new Telnyx({
      apiKey,
      baseURL: `http://127.0.0.1:${relay.httpPort}/v2`,
      publicKey: await publicKey(relay),
      maxRetries: 0,
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        side!.violations.push(...(await violationsOf(init?.method ?? 'GET', String(input), response)))
        return response
      },
    })
    side = new TelnyxSide(relay, webhooks, sdk)
    return side
  }

  /** The call that came in to the number from a SIP user, waiting for it. @returns its call_control_id */
  async incoming(from: string): Promise<string> {
    const { payload } = await this.webhooks.event(
      null,
      'call.initiated',
      (told) => told.direction === 'incoming' && told.from.includes(from),
    )
    return payload.call_control_id
  }

  /** A command without the SDK, which would take its time: only that it was done. */
  async command(call: string, name: string, body: object): Promise<void> {
    const method = name === 'client_state_update' ? 'PUT' : 'POST'
    const url = `http://127.0.0.1:${this.relay.httpPort}/v2/calls/${call}/actions/${name}`
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status, name).toBe(200)
    this.violations.push(...(await violationsOf(method, url, response)))
  }

  /** Every answer and webhook so far is as Telnyx describes it, and every webhook is signed. */
  async conforms(): Promise<void> {
    expect(this.violations).toEqual([])
    this.webhooks.conforms()
    for (const { body, headers } of this.webhooks.delivered)
      await this.sdk.webhooks.unwrap(body, { headers: headers as Record<string, string> })
  }

  /** Ends what a failed test left. */
  async hangUp(): Promise<void> {
    const { delivered } = this.webhooks
    const ids = new Set(delivered.map(({ payload }) => payload.call_control_id as string))
    for (const id of ids) {
      if (!this.webhooks.typesOf(id).includes('call.hangup'))
        await this.sdk.calls.actions.hangup(id, {}).catch(() => {})
    }
  }

  /** @throws when an answer or a webhook was not as Telnyx describes it */
  async stop(): Promise<void> {
    await this.relay.stop()
    await this.webhooks.stop()
    await this.conforms()
  }
}

/** What `parley keys` says verifies the webhooks. */
async function publicKey(relay: TestRelay): Promise<string> {
  const { stdout } = await parley(['keys'], { PARLEY_DATA_DIR: relay.dataDir })
  const key = /[A-Za-z0-9+/]{43}=/.exec(stdout)?.[0]
  if (!key) throw new Error(`no public key in:\n${stdout}`)
  return key
}
