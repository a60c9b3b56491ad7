import type {
  AudioInput,
  IncomingPhone,
  LineState,
  Phone,
  PhoneDevices,
  PhoneEnding,
  PhoneLine,
  PhoneState,
  Quality,
} from '../../../web/types.js'
import { ask, post } from '../api/client.js'
import { loadModule, type WebModule } from './module.js'

export interface PhoneSnapshot {
  readonly phone: Phone | undefined
  readonly state: PhoneState | 'idle'
  readonly callSid: string
  readonly muted: boolean
  readonly volume: number
  readonly quality: Quality | undefined
  readonly ending: PhoneEnding | undefined
  readonly line: PhoneLine | undefined
  readonly lineState: LineState | undefined
  readonly incoming: IncomingPhone | undefined
  readonly devices: PhoneDevices
  /** Code and words of what went wrong last. */
  readonly error: { readonly code: string; readonly message: string } | undefined
}

export interface DialWish {
  readonly to: string
  readonly input: AudioInput
  readonly outputId: string
}

/** The phone of this page: it goes on while the reader looks at other pages. */
class PhoneStore {
  private snapshot: PhoneSnapshot = {
    phone: undefined,
    state: 'idle',
    callSid: '',
    muted: false,
    volume: 1,
    quality: undefined,
    ending: undefined,
    line: undefined,
    lineState: undefined,
    incoming: undefined,
    devices: { inputs: [], outputs: [] },
    error: undefined,
  }
  private readonly listeners = new Set<() => void>()

  readonly get = (): PhoneSnapshot => this.snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  async dial({ to, input, outputId }: DialWish): Promise<void> {
    this.set({ state: 'connecting', ending: undefined, quality: undefined, callSid: '', error: undefined })
    await this.guarded(async (module) => {
      const token = await this.token({ to: '*' })
      const output = outputId === '' ? undefined : { deviceId: outputId }
      this.take(await module.call({ to, input, output, ...(token && { token }) }))
    })
  }

  async register(name: string): Promise<void> {
    await this.guarded(async (module) => {
      const token = await this.token({ client: name })
      const line = module.register({ name, ...(token && { token }) })
      this.set({ line, lineState: line.state })
      line.on('state', (lineState) => this.set({ lineState }))
      line.on('failed', ({ code, message }) => this.set({ line: undefined, error: { code, message } }))
      line.on('incoming', (incoming) => {
        this.set({ incoming })
        incoming.on('gone', () => {
          if (this.snapshot.incoming === incoming) this.set({ incoming: undefined })
        })
      })
    })
  }

  unregister(): void {
    this.snapshot.line?.close()
    this.set({ line: undefined, lineState: undefined })
  }

  async accept(input: AudioInput): Promise<void> {
    const { incoming } = this.snapshot
    if (!incoming) return
    this.set({ incoming: undefined, ending: undefined, quality: undefined, state: 'connecting' })
    await this.guarded(async () => this.take(await incoming.accept({ input })))
  }

  reject(): void {
    this.snapshot.incoming?.reject()
    this.set({ incoming: undefined })
  }

  mute(on: boolean): void {
    this.snapshot.phone?.mute(on)
    this.set({ muted: on })
  }

  volume(volume: number): void {
    const { phone } = this.snapshot
    if (phone) phone.volume = volume
    this.set({ volume })
  }

  /** What there is to choose from; names are told once the microphone may be used. */
  async lookForDevices(): Promise<void> {
    try {
      this.set({ devices: await (await loadModule()).devices() })
    } catch {
      // A browser that tells of no devices has none to choose from.
    }
  }

  /** Runs what may fail, and shows why it did. */
  async guarded(task: (module: WebModule) => Promise<void>): Promise<void> {
    try {
      await task(await loadModule())
    } catch (thrown) {
      const { code = 'failed', message } = Object(thrown) as { code?: string; message: string }
      const { phone } = this.snapshot
      const over = !phone || phone.state === 'ended'
      this.set({ error: { code, message }, ...(over && { state: 'idle', phone: undefined }) })
    }
  }

  private take(phone: Phone): void {
    this.set({ phone, state: phone.state, callSid: phone.callSid, muted: phone.muted })
    phone.volume = this.snapshot.volume
    const own = (): boolean => this.snapshot.phone === phone
    phone.on('state', (state) => {
      if (own()) this.set({ state, callSid: phone.callSid })
    })
    phone.on('quality', (quality) => {
      if (own()) this.set({ quality })
    })
    phone.on('ended', (ending) => {
      if (own()) this.set({ ending, state: 'ended' })
    })
    void this.lookForDevices()
  }

  /** Where one has to sign in, a call needs a token; on the relay's own machine none. */
  private async token(claims: object): Promise<string | undefined> {
    const { keyNeeded } = await ask<{ keyNeeded: boolean }>('/api/session')
    if (!keyNeeded) return undefined
    return (await post<{ token: string }>('/v1/webrtc/tokens', { ...claims, expiresIn: 300 })).token
  }

  private set(changes: Partial<PhoneSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes }
    for (const listener of this.listeners) listener()
  }
}

export const phoneStore = new PhoneStore()
