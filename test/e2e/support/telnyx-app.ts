import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Telnyx from 'telnyx'
import { telnyxContract } from '../../support/telnyx-contract.js'
import { until } from './wait.js'

/** A webhook's event as it came. */
export interface TelnyxEvent {
  readonly at: number
  readonly type: string
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
  readonly payload: any
}

/** A Telnyx app's webhook receiver: verifies every delivery with Telnyx's own SDK, and holds it against the contract. */
export class TelnyxWebhooks {
  readonly events: TelnyxEvent[] = []
  readonly wrong: string[] = []
  onEvent: (event: TelnyxEvent) => void = () => {}

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param publicKey asked for when a delivery comes */
  static async start(publicKey: () => string): Promise<TelnyxWebhooks> {
    const server = createServer(async (request, response) => {
      response.writeHead(200).end()
      await receiver.take(await bodyOf(request), request, publicKey())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const receiver = new TelnyxWebhooks(server, `http://127.0.0.1:${port}/webhooks`)
    return receiver
  }

  /** The first event of a type that fits, waiting for it. */
  async event(type: string, fits: (event: TelnyxEvent) => boolean = () => true): Promise<TelnyxEvent> {
    const find = () => this.events.find((event) => event.type === type && fits(event))
    await until(
      () => find() !== undefined,
      `${type}; got ${this.events.map((event) => event.type).join(', ')}`,
      20_000,
    )
    return find()!
  }

  /** Types of the events of one call, as they came. */
  typesOf(callControlId: string): string[] {
    return this.events
      .filter(({ payload }) => payload.call_control_id === callControlId)
      .map(({ type }) => type)
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async take(body: string, { headers }: IncomingMessage, publicKey: string): Promise<void> {
    const client = new Telnyx({ apiKey: 'none', publicKey })
    try {
      const options = { headers: headers as Record<string, string> }
      const { data } = (await client.webhooks.unwrap(body, options)) as unknown as {
        data: { event_type: string; id: string; payload: unknown }
      }
      this.wrong.push(
        ...(telnyxContract?.webhook(JSON.parse(body)) ?? []).map((text) => `${data.event_type}${text}`),
      )
      const event = { at: Date.now(), type: data.event_type, id: data.id, payload: data.payload }
      this.events.push(event)
      this.onEvent(event)
    } catch (thrown) {
      this.wrong.push(String(thrown))
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
