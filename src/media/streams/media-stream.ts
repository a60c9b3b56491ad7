import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { PacedLeg } from '../../legs/index.js'
import type { DialApp, FetchMedia } from '../../session/index.js'
import type { StreamEnd, StreamWish } from '../activity.js'
import type {
  StreamDialect,
  StreamFrame,
  StreamFrames,
  StreamProblem,
  StreamTrack,
} from './stream-dialect.js'
import { StreamEncoder } from './stream-encoder.js'
import { StreamSource } from './stream-source.js'
import { telnyxStreams } from './telnyx-streams.js'
import { twilioStreams } from './twilio-streams.js'

export interface MediaStreamListener {
  /** The app's socket is up. */
  streaming(): void
  streamed(end: StreamEnd, detail: string): void
  /** Something that whoever writes the app should know. */
  warn(text: string): void
}

export interface MediaStreamTools {
  readonly clock: Clock
  readonly leg: Pick<PacedLeg, 'sampleRate' | 'onFrames'>
  readonly dial: DialApp
  readonly connectTimeoutMs: number
  readonly pingIntervalMs: number
  /** Signs the handshake as Twilio does, when given. */
  readonly authToken?: string | undefined
  /** Decodes a data URL. */
  readonly fetchMedia: FetchMedia
}

const dialects: Readonly<Record<StreamWish['dialect'], StreamDialect>> = {
  twilio: twilioStreams,
  telnyx: telnyxStreams,
}

/** Bytes that a message of an app may have: an MP3 file of 10 MB in base64. */
const messageBytes = 14_000_000
/** Bytes that may wait for an app that reads slowly, before audio is left out. */
const mostBuffered = 1_000_000
const frameMs = 20

/** A leg's audio over an app's WebSocket, from the dialling to the end, and back where that is wished. */
export class MediaStream {
  /** What the app sends to be heard; undefined one way. */
  readonly source: StreamSource | undefined
  private readonly frames: StreamFrames
  private readonly socket: ReturnType<DialApp>
  private readonly encoders: ReadonlyMap<StreamTrack, StreamEncoder>
  private untap: () => void = () => {}
  private sequence = 0
  private chunk = 0
  private ticks = 0
  private over = false
  /** Kinds of warnings that were given: each is given once. */
  private readonly warned = new Set<string>()

  constructor(
    id: string,
    private readonly wish: StreamWish,
    private readonly tools: MediaStreamTools,
    private readonly listener: MediaStreamListener,
  ) {
    const { clock, leg, fetchMedia } = tools
    this.frames = dialects[wish.dialect]({ id, wish })
    const tracks: readonly StreamTrack[] = wish.track === 'both' ? ['inbound', 'outbound'] : [wish.track]
    this.encoders = new Map(
      tracks.map((track) => [track, new StreamEncoder(wish.codec, wish.sampleRate, leg.sampleRate)]),
    )
    if (wish.bidirectional) {
      this.source = new StreamSource({
        ...wish.bidirectional,
        legRate: leg.sampleRate,
        clock,
        fetchMedia,
        mark: (name) => this.send({ type: 'mark', name }),
        refused: (problem) => this.refuse(problem),
      })
    }
    this.socket = this.dial(wish)
  }

  /** The party pressed a key. */
  digit(digit: string): void {
    if (this.sequence > 0) this.send({ type: 'dtmf', digit, at: new Date(this.tools.clock.now()) })
  }

  /** Ends it: the app is told and its socket closed. */
  stop(end: Extract<StreamEnd, 'stopped' | 'leg-closed'>): void {
    if (this.over) return
    if (this.sequence > 0) this.send({ type: 'stop' })
    this.socket.close({ code: 1000, reason: '' })
    this.finish(end, '')
  }

  private dial({ dialect, url, authToken }: StreamWish): ReturnType<DialApp> {
    const { dial, connectTimeoutMs, pingIntervalMs, authToken: signature } = this.tools
    const address = {
      url,
      connectTimeoutMs,
      pingIntervalMs,
      maxMessageBytes: messageBytes,
      ...(dialect === 'twilio' && { authToken: signature }),
      ...(authToken && { headers: { authorization: `Bearer ${authToken}` } }),
    }
    return dial(address, {
      opened: () => this.open(),
      message: (data, isBinary) => this.receive(data, isBinary),
      roundTrip: () => {},
      closed: (code, reason) => this.finish('app-closed', reason ? `${code} ${reason}` : `${code}`),
      failed: (detail) => this.finish('connect-failed', detail),
    })
  }

  private open(): void {
    if (this.over) return
    this.send({ type: 'connected' })
    this.sequence = 1
    this.send({ type: 'start' })
    // An app that is heard needs both directions decoded, to be mixed into them.
    const tapped = this.source ? 'both' : this.wish.track
    this.untap = this.tools.leg.onFrames((inbound, outbound) => this.tap({ inbound, outbound }), tapped)
    this.listener.streaming()
  }

  private tap(frames: Readonly<Record<StreamTrack, Int16Array>>): void {
    const timestamp = this.ticks++ * frameMs
    const slow = this.socket.buffered > mostBuffered
    if (slow) this.warnOnce('slow', 'the app reads too slowly: audio is left out')
    for (const [track, encoder] of this.encoders) {
      const payload = encoder.encode(frames[track])
      const chunk = ++this.chunk
      if (!slow) this.send({ type: 'media', track, chunk, timestamp, payload })
    }
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.over) return
    if (isBinary) return this.refuse({ kind: 'malformed', detail: 'expected text, not a binary message' })
    const command = this.frames.decode(data.toString('utf8'))
    if ('problem' in command) return this.refuse(command.problem)
    if (!this.source) return this.warnOnce('one-way', 'the app sends frames on a one-way stream')
    try {
      this.source.perform(command)
    } catch (thrown) {
      this.refuse({ kind: 'invalid-media', detail: messageOf(thrown) })
    }
  }

  private refuse(problem: StreamProblem): void {
    this.send({ type: 'error', problem })
    this.warnOnce(problem.kind, `a frame of the app was refused: ${problem.detail}`)
  }

  private send(frame: StreamFrame): void {
    if (this.over) return
    const text = this.frames.encode(frame, this.sequence)
    if (text === undefined) return
    this.socket.send(text)
    if (frame.type !== 'connected' && frame.type !== 'error') this.sequence++
  }

  private finish(end: StreamEnd, detail: string): void {
    if (this.over) return
    this.over = true
    this.untap()
    this.source?.close()
    for (const encoder of this.encoders.values()) encoder.close()
    this.listener.streamed(end, detail)
  }

  private warnOnce(kind: string, text: string): void {
    if (this.warned.has(kind)) return
    this.warned.add(kind)
    this.listener.warn(text)
  }
}
