import { answer } from './call.js'
import { Emitter } from './emitter.js'
import { PhoneError } from './error.js'
import { Relay } from './relay.js'
import type {
  GoneReason,
  IncomingPhone,
  LineEvents,
  LineState,
  Phone,
  PhoneLine,
  RegisterOptions,
  SoundOptions,
} from './types.js'

interface Notice {
  readonly id: string
  readonly url: string
  readonly from: string
  readonly to: string
  readonly callerName: string
  readonly callSid: string
  readonly parameters: Readonly<Record<string, string>>
}

/** @see PhoneLine */
export class BrowserLine implements PhoneLine {
  readonly name: string
  private readonly emitter = new Emitter<LineEvents>()
  readonly on = this.emitter.on
  private current: LineState = 'connecting'
  private readonly relay: Relay
  private readonly closing = new AbortController()
  private readonly ringing = new Map<string, BrowserIncoming>()

  constructor(options: RegisterOptions) {
    this.name = options.name
    this.relay = new Relay(options)
    void this.stay()
  }

  get state(): LineState {
    return this.current
  }

  close(): void {
    this.closing.abort()
    this.become('closed')
  }

  /** Is registered until closed, however often the network goes away. */
  private async stay(): Promise<void> {
    const { signal } = this.closing
    for (let pause = 500; !signal.aborted; pause = Math.min(pause * 2, 8000)) {
      try {
        const path = `/v1/webrtc/clients/${encodeURIComponent(this.name)}`
        for await (const { name, data } of this.relay.events(path, true, signal)) {
          if (name === 'registered') {
            pause = 500
            this.become('registered')
          } else this.told(name, data)
        }
      } catch (thrown) {
        if (thrown instanceof PhoneError && thrown.status >= 400 && thrown.status < 500) {
          this.close()
          return this.emitter.emit('failed', thrown)
        }
      }
      for (const incoming of this.ringing.values()) incoming.end('canceled')
      this.ringing.clear()
      this.become('connecting')
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }

  private told(name: string, data: unknown): void {
    if (name === 'incoming') {
      const notice = data as Notice
      const incoming = new BrowserIncoming(notice, this.relay)
      this.ringing.set(notice.id, incoming)
      this.emitter.emit('incoming', incoming)
    } else if (name === 'gone') {
      const { id, reason } = data as { id: string; reason: GoneReason }
      this.ringing.get(id)?.end(reason)
      this.ringing.delete(id)
    }
  }

  private become(state: LineState): void {
    if (this.current === state || this.current === 'closed') return
    this.current = state
    this.emitter.emit('state', state)
  }
}

class BrowserIncoming implements IncomingPhone {
  private readonly emitter = new Emitter<{ readonly gone: GoneReason }>()
  readonly on = this.emitter.on
  readonly from: string
  readonly to: string
  readonly callerName: string
  readonly callSid: string
  readonly parameters: Readonly<Record<string, string>>
  private over = false

  constructor(
    private readonly notice: Notice,
    private readonly relay: Relay,
  ) {
    this.from = notice.from
    this.to = notice.to
    this.callerName = notice.callerName
    this.callSid = notice.callSid
    this.parameters = notice.parameters
  }

  async accept(options: SoundOptions = {}): Promise<Phone> {
    const phone = await answer(this.notice.url, this.relay, options)
    this.end('accepted')
    return phone
  }

  reject(): void {
    if (this.over) return
    this.relay.request('DELETE', this.notice.url).catch(() => {})
    this.end('rejected')
  }

  end(reason: GoneReason): void {
    if (this.over) return
    this.over = true
    this.emitter.emit('gone', reason)
  }
}
