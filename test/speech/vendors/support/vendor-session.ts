import type { WebSocket } from 'ws'

export type Message = Buffer | Record<string, unknown>

/** One connection of a client to a vendor's server. */
export class VendorSession {
  /** All that the client sent, in order. */
  readonly messages: Message[] = []
  /** How the client, or the server itself, ended it. */
  closed: { readonly code: number; readonly reason: string } | undefined

  constructor(
    readonly url: URL,
    private readonly peer: WebSocket,
    private readonly note: (violation: string) => void,
  ) {
    peer.on('error', () => {})
    peer.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
  }

  /** All bytes of the binary messages. */
  get audio(): Buffer {
    return Buffer.concat(this.messages.filter((message) => Buffer.isBuffer(message)))
  }

  /** The JSON messages. */
  get texts(): Record<string, unknown>[] {
    return this.messages.filter((message): message is Record<string, unknown> => !Buffer.isBuffer(message))
  }

  /** The JSON messages whose `type` is this. */
  typed(type: string): Record<string, unknown>[] {
    return this.texts.filter((message) => message['type'] === type)
  }

  /** All values of a parameter of the query. */
  asked(name: string): string[] {
    return this.url.searchParams.getAll(name)
  }

  /** @param message text and bytes as they are, anything else as JSON */
  send(message: object | Buffer | string): void {
    this.peer.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    )
  }

  /** Ends it with a Close frame. */
  end(code = 1000, reason = ''): void {
    this.peer.close(code, reason)
  }

  /** Ends it as a network that breaks. */
  drop(): void {
    this.peer.terminate()
  }

  /** Records what the vendor's documents do not allow. */
  violates(what: string): void {
    this.note(what)
  }

  parse(text: string): Record<string, unknown> | undefined {
    try {
      return JSON.parse(text) as Record<string, unknown>
    } catch {
      this.violates(`text that is no JSON: ${text.slice(0, 80)}`)
      return undefined
    }
  }

  take(message: Message): Message {
    this.messages.push(message)
    return message
  }
}
