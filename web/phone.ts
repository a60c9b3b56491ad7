import { Connection } from './connection.js'
import { Emitter } from './emitter.js'
import { PhoneError } from './error.js'
import { QualityReader } from './quality.js'
import type { Relay } from './relay.js'
import type { Sound } from './sound.js'
import type {
  AudioInput,
  AudioOutput,
  Phone,
  PhoneEnding,
  PhoneEvents,
  PhoneState,
  Quality,
  SayOptions,
} from './types.js'

/** ms that a connection may be interrupted before another one is made. */
const PATIENCE_MS = 1500
/** ms without a packet of an answered call, of which the relay sends fifty a second, that mean an interruption. */
const SILENT_MS = 3000
/** ms for a new connection to come about. */
const CONNECT_MS = 8000
/** ms without a connection after which the call is given up; the relay does by then. */
const GIVE_UP_MS = 45_000
const LOOK_MS = 1000
/** Looks at the connection from one report of its quality to the next. */
const LOOKS = 2

/** What the relay says about a call. */
interface RelayState {
  readonly state: 'ringing' | 'answered' | 'ended'
  readonly callSid: string
  readonly direction: 'inbound' | 'outbound'
  readonly from: string
  readonly to: string
  readonly ending?: PhoneEnding
}

/** @see Phone */
export class BrowserPhone implements Phone {
  callSid = ''
  from = ''
  to = ''
  ending: PhoneEnding | undefined
  private readonly emitter = new Emitter<PhoneEvents>()
  readonly on = this.emitter.on
  private current: PhoneState = 'connecting'
  /** As the relay has it. */
  private relayed: RelayState['state'] = 'ringing'
  private direction: RelayState['direction'] = 'inbound'
  private location = ''
  private etag = ''
  private connection: Connection
  /** While another connection is made. */
  private reconnection: Promise<void> | undefined
  private readonly over = new AbortController()
  private readonly said = new Map<string, () => void>()
  private readonly reader = new QualityReader()
  /** Intervals of loss are those between questions. */
  private readonly asked = new QualityReader()
  private patience: ReturnType<typeof setTimeout> | undefined
  private looks = 0
  private packets = { count: 0, at: 0 }

  constructor(
    private readonly relay: Relay,
    private readonly sound: Sound,
    private readonly iceServers: RTCIceServer[],
  ) {
    this.connection = this.connect()
    const { signal } = this.over
    addEventListener('pagehide', () => this.hangup(), { signal })
    addEventListener('online', () => this.reconnect(), { signal })
    const network = (navigator as { connection?: EventTarget }).connection
    network?.addEventListener('change', () => this.reconnect(), { signal })
    const timer = setInterval(() => this.look(), LOOK_MS)
    signal.addEventListener('abort', () => clearInterval(timer))
  }

  get state(): PhoneState {
    return this.current
  }

  /** Sends the offer. Resolves when the relay has the call. @throws PhoneError */
  async begin(path: string, authorised: boolean, signal: AbortSignal | undefined): Promise<void> {
    try {
      const offer = await this.connection.offer()
      const response = await this.relay.offer('POST', path, offer, authorised, signal)
      this.location = new URL(response.headers.get('location') ?? '', 'http://relay').pathname
      this.etag = response.headers.get('etag') ?? '*'
      await this.connection.accept(await response.text())
    } catch (thrown) {
      this.finish(localEnding('failed', 'network', (thrown as Error).message))
      throw thrown
    }
    if (signal?.aborted) return this.hangup()
    signal?.addEventListener('abort', () => this.hangup(), { signal: this.over.signal })
    this.become('ringing')
    void this.follow()
  }

  hangup(): void {
    if (this.current === 'ended') return
    if (this.location) this.relay.request('DELETE', this.location, { keepalive: true }).catch(() => {})
    const answered = this.relayed === 'answered'
    const by = this.direction === 'inbound' ? 'caller' : 'callee'
    this.finish(localEnding(answered ? 'completed' : 'canceled', by, 'hung up here'))
  }

  press(digits: string): void {
    if (this.current === 'ended' || this.connection.press(digits)) return
    this.relay.json('POST', `${this.location}/digits`, { digits }).catch(() => {})
  }

  get muted(): boolean {
    return this.sound.muted
  }

  mute(on: boolean): void {
    this.sound.muted = on
  }

  get volume(): number {
    return this.sound.volume
  }

  set volume(level: number) {
    this.sound.volume = level
  }

  async setInput(input: AudioInput): Promise<void> {
    await this.sound.setInput(input)
    await this.sending()
  }

  setOutput(output: AudioOutput): Promise<void> {
    return this.sound.setOutput(output)
  }

  async play(wav: string | Blob | ArrayBuffer): Promise<void> {
    if (this.current === 'ended') return
    await this.sound.play(wav, () => this.sending())
  }

  async say(text: string, options: SayOptions = {}): Promise<void> {
    if (this.current === 'ended') return
    const response = await this.relay.json('POST', `${this.location}/say`, { text, ...options })
    const { id } = (await response.json()) as { id: string }
    await new Promise<void>((resolve) => {
      this.said.set(id, resolve)
      this.over.signal.addEventListener('abort', () => resolve())
    })
    this.said.delete(id)
  }

  levels(): { input: number; output: number } {
    return this.current === 'ended' ? { input: 0, output: 0 } : this.sound.levels()
  }

  quality(): Promise<Quality> {
    return this.asked.read(this.connection.peer)
  }

  private connect(): Connection {
    const connection: Connection = new Connection(this.iceServers, this.sound.track, {
      state: (state) => {
        if (connection === this.connection) this.connectionIs(state)
      },
      stream: (stream) => {
        if (this.current !== 'ended') this.sound.hear(stream)
      },
      candidates: (fragment) => {
        const headers = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': this.etag }
        this.relay.request('PATCH', this.location, { body: fragment, headers }).catch(() => {})
      },
    })
    return connection
  }

  private connectionIs(state: RTCPeerConnectionState): void {
    clearTimeout(this.patience)
    this.beHeard()
    if (state === 'disconnected') this.patience = setTimeout(() => this.reconnect(), PATIENCE_MS)
    else if (state === 'failed') this.reconnect()
  }

  /** Resolves when the relay hears what is sent: a call without a voice of its own gets one. */
  private async sending(): Promise<void> {
    if (this.sound.track && !this.connection.sends) this.reconnect()
    await this.reconnection
  }

  /** Another peer connection takes the place of this one, again and again until one comes about. */
  private reconnect(): void {
    if (this.reconnection || this.current === 'ended' || this.location === '') return
    this.become('reconnecting')
    this.reconnection = this.keepTrying(Date.now() + GIVE_UP_MS).finally(() => {
      this.reconnection = undefined
    })
  }

  private async keepTrying(until: number): Promise<void> {
    for (let pause = 500; this.current !== 'ended'; pause = Math.min(pause * 2, 4000)) {
      if (await this.tryAgain()) return this.become(this.relayed)
      if (Date.now() > until) {
        return this.finish(localEnding('completed', 'network', 'the network did not come back'))
      }
      await wait(pause)
    }
  }

  private async tryAgain(): Promise<boolean> {
    const before = this.connection
    const connection = this.connect()
    try {
      const offer = await connection.offer()
      const signal = AbortSignal.timeout(CONNECT_MS)
      const response = await this.relay.offer('PATCH', this.location, offer, false, signal)
      this.etag = response.headers.get('etag') ?? '*'
      this.connection = connection
      before.close()
      await connection.accept(await response.text())
      return await connected(connection.peer)
    } catch (thrown) {
      if (this.connection !== connection) connection.close()
      if (thrown instanceof PhoneError && thrown.status === 404) {
        this.finish(localEnding('completed', 'relay', 'the call is over'))
      }
      return false
    }
  }

  /** Hears what becomes of the call, until it is over. */
  private async follow(): Promise<void> {
    const { signal } = this.over
    while (!signal.aborted) {
      try {
        for await (const { name, data } of this.relay.events(`${this.location}/events`, false, signal)) {
          if (name === 'state') this.relayTells(data as RelayState)
          else if (name === 'said') this.said.get((data as { id: string }).id)?.()
        }
      } catch (thrown) {
        if (thrown instanceof PhoneError && thrown.status === 404) {
          return this.finish(localEnding('completed', 'relay', 'the call is over'))
        }
      }
      if (!signal.aborted) await wait(1000)
    }
  }

  private relayTells({ state, callSid, direction, from, to, ending }: RelayState): void {
    Object.assign(this, { callSid, direction, from, to })
    this.relayed = state
    if (state === 'ended') this.finish(ending ?? localEnding('completed', 'relay', ''))
    else if (!this.reconnection) this.become(state)
  }

  private look(): void {
    const { peer } = this.connection
    if (peer.connectionState !== 'connected') return
    this.reader.read(peer).then(
      (quality) => {
        if (++this.looks % LOOKS === 0) this.emitter.emit('quality', quality)
        this.watchPackets(quality.received.packets ?? 0)
      },
      () => {},
    )
  }

  /** A connection whose packets stay away is lost some seconds before ICE says so. */
  private watchPackets(count: number): void {
    const now = Date.now()
    if (count !== this.packets.count || this.relayed !== 'answered' || this.reconnection) {
      this.packets = { count, at: now }
    } else if (now - this.packets.at >= SILENT_MS) this.reconnect()
  }

  private finish(ending: PhoneEnding): void {
    if (this.current === 'ended') return
    this.ending = ending
    clearTimeout(this.patience)
    this.over.abort()
    this.connection.close()
    this.sound.close()
    this.become('ended')
    this.emitter.emit('ended', ending)
  }

  private beHeard(): void {
    const connected = this.connection.peer.connectionState === 'connected'
    if (connected && this.relayed === 'answered') this.sound.begin()
  }

  private become(state: PhoneState): void {
    if (this.current === state || this.current === 'ended') return
    this.current = state
    this.beHeard()
    this.emitter.emit('state', state)
  }
}

function localEnding(status: PhoneEnding['status'], by: PhoneEnding['by'], reason: string): PhoneEnding {
  return { status, by, cause: by === 'network' ? 'media-timeout' : 'normal', reason }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Whether a connection comes about in time. */
function connected(peer: RTCPeerConnection): Promise<boolean> {
  const end = Date.now() + CONNECT_MS
  return new Promise((resolve) => {
    const look = (): void => {
      const { connectionState } = peer
      if (connectionState === 'connected') resolve(true)
      else if (connectionState === 'failed' || connectionState === 'closed' || Date.now() > end)
        resolve(false)
      else setTimeout(look, 50)
    }
    look()
  })
}
