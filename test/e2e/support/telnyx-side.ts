import Telnyx from 'telnyx'
import { expect } from 'vitest'
import { telnyxContract } from '../../support/telnyx-contract.js'
import { parley } from './program.js'
import { TestRelay } from './relay.js'
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
        await side!.check(init?.method ?? 'GET', String(input), response.clone())
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
    const { status } = await fetch(
      `http://127.0.0.1:${this.relay.httpPort}/v2/calls/${call}/actions/${name}`,
      {
        method: name === 'client_state_update' ? 'PUT' : 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    )
    expect(status, name).toBe(200)
  }

  /** Every answer and webhook so far is as Telnyx describes it, and every webhook is signed. */
  async conforms(): Promise<void> {
    expect(this.violations).toEqual([])
    for (const { body, headers, type } of this.webhooks.delivered) {
      expect(telnyxContract?.webhook(JSON.parse(body)) ?? [], type).toEqual([])
      await this.sdk.webhooks.unwrap(body, { headers: headers as Record<string, string> })
    }
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

  async stop(): Promise<void> {
    await this.relay.stop()
    await this.webhooks.stop()
  }

  private async check(method: string, url: string, response: Response): Promise<void> {
    const { pathname } = new URL(url)
    const text = await response.text()
    const wrong = telnyxContract?.answer(
      method,
      pathname,
      response.status,
      text === '' ? undefined : JSON.parse(text),
    )
    this.violations.push(...(wrong ?? []).map((what) => `${method} ${pathname} ${response.status}: ${what}`))
  }
}

/** What `parley keys` says verifies the webhooks. */
async function publicKey(relay: TestRelay): Promise<string> {
  const { stdout } = await parley(['keys'], { PARLEY_DATA_DIR: relay.dataDir })
  const key = /[A-Za-z0-9+/]{43}=/.exec(stdout)?.[0]
  if (!key) throw new Error(`no public key in:\n${stdout}`)
  return key
}
