import type {
  AudioInput,
  AudioOutput,
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

/** Where a call's sound comes from, and where it goes. */
export interface Devices {
  /** No microphone. */
  readonly silent: boolean
  /** '' for what the browser takes by itself. */
  readonly inputId: string
  readonly outputId: string
}

export interface PhoneSnapshot extends Devices {
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

/** The phone of this page: it goes on while the reader looks at other pages. */
class PhoneStore {
  private snapshot: PhoneSnapshot = {
    ...{ silent: false, inputId: '', outputId: '' },
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

  /** Whether there is a call, or will be in a moment. */
  get busy(): boolean {
    return this.snapshot.state !== 'idle' && this.snapshot.state !== 'ended'
  }

  async dial(to: string): Promise<void> {
    this.set({ state: 'connecting', ending: undefined, quality: undefined, callSid: '', error: undefined })
    await this.guarded(async (module) => {
      this.take(await module.call({ to, ...this.sound(), token: this.token({ to: '*' }) }))
    })
  }

  /** Other devices, from now on and for the call there is. */
  choose(devices: Partial<Devices>): void {
    this.set(devices)
    const { phone } = this.snapshot
    if (!phone || !this.busy) return
    const { input, output } = this.sound()
    void this.guarded(async () => {
      if ('outputId' in devices) await phone.setOutput(output)
      else await phone.setInput(input)
    })
  }

  async register(name: string): Promise<void> {
    await this.guarded(async (module) => {
      const line = module.register({ name, token: this.token({ client: name }) })
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

  /** Takes the call that rings; one that there is ends. */
  async accept(): Promise<void> {
    const { incoming, phone } = this.snapshot
    if (!incoming) return
    phone?.hangup()
    this.set({
      incoming: undefined,
      ending: undefined,
      quality: undefined,
      state: 'connecting',
      error: undefined,
    })
    await this.guarded(async () => this.take(await incoming.accept(this.sound())))
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

  private sound(): { input: AudioInput; output: AudioOutput } {
    const { silent, inputId, outputId } = this.snapshot
    const microphone = inputId === '' ? 'microphone' : { deviceId: inputId }
    // No id is that of the browser's own choice, to which one can go back.
    return { input: silent ? 'none' : microphone, output: { deviceId: outputId } }
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

  /** Fetches a token whenever one is needed: where one has to sign in; on the relay's own machine none is. */
  private token(claims: object): () => Promise<string> {
    return async () => {
      const { keyNeeded } = await ask<{ keyNeeded: boolean }>('/api/session')
      if (!keyNeeded) return ''
      return (await post<{ token: string }>('/v1/webrtc/tokens', { ...claims, expiresIn: 300 })).token
    }
  }

  private set(changes: Partial<PhoneSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes }
    for (const listener of this.listeners) listener()
  }
}

export const phoneStore = new PhoneStore()
