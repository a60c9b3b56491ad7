import type { StreamWish } from '../../../src/media/index.js'
import type { SocketClose } from '../../../src/protocol/index.js'
import type { AppAddress, AppSocketListener, DialApp } from '../../../src/session/app-socket.js'

export function wish(changes: Partial<StreamWish> = {}): StreamWish {
  return {
    url: 'ws://127.0.0.1:9000/stream',
    dialect: 'telnyx',
    track: 'inbound',
    codec: 'PCMU',
    sampleRate: 8000,
    bidirectional: undefined,
    parameters: {},
    facts: { call_control_id: 'v3:1' },
    ...changes,
  }
}

/** A tone of about half the full level. */
export function tone(hz: number, ms: number, sampleRate: number): Int16Array {
  const pcm = new Int16Array((sampleRate * ms) / 1000)
  for (let i = 0; i < pcm.length; i++)
    pcm[i] = Math.round(16_000 * Math.sin((2 * Math.PI * hz * i) / sampleRate))
  return pcm
}

/** An app that streams are dialled to, in the process. */
export class FakeApp {
  address!: AppAddress
  readonly texts: string[] = []
  readonly closes: SocketClose[] = []
  /** Bytes that the network has not taken. */
  buffered = 0
  private listener!: AppSocketListener

  readonly dial: DialApp = (address, listener) => {
    this.address = address
    this.listener = listener
    const app = this
    return {
      get buffered() {
        return app.buffered
      },
      send: (text) => app.texts.push(text),
      close: (how) => app.closes.push(how),
    }
  }

  open(): void {
    this.listener.opened()
  }

  fail(detail: string): void {
    this.listener.failed(detail)
  }

  close(code: number, reason = ''): void {
    this.listener.closed(code, reason)
  }

  /** Sends a frame; text as it is. */
  send(frame: object | string, isBinary = false): void {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame)
    this.listener.message(Buffer.from(text), isBinary)
  }

  /** What came, but for media. */
  get frames(): { readonly event: string; readonly [field: string]: unknown }[] {
    return this.texts.map((text) => JSON.parse(text)).filter(({ event }) => event !== 'media')
  }

  get media(): {
    readonly track: string
    readonly chunk: string
    readonly timestamp: string
    readonly payload: string
  }[] {
    return this.texts
      .map((text) => JSON.parse(text))
      .filter(({ event }) => event === 'media')
      .map(({ media }) => media)
  }

  /** The events of all that came, each run of the same told once. */
  get events(): string[] {
    const events = this.texts.map((text) => JSON.parse(text).event as string)
    return events.filter((event, i) => event !== events[i - 1])
  }
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
