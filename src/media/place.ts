import type { Clock } from '../base/clock.js'
import { RtpLeg } from '../legs/index.js'
import type { Pacer, PortPair } from '../rtp/index.js'
import type { DialApp, FetchMedia, RelaySession } from '../session/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import { Announcer } from './announcing/announcer.js'
import type { LegCommand } from './leg-commands.js'
import type { MediaPlaneOptions, Speech } from './options.js'
import type { MediaEvent, OpenLeg } from './port.js'
import { Recorder } from './recorder.js'
import { Seat } from './seat.js'
import { LegStreams } from './streams/leg-streams.js'

/** What the places of a plane share. */
export interface PlaceTools {
  readonly clock: Clock
  readonly pacer: Pacer
  readonly plane: Pick<MediaPlaneOptions, 'rtpTimeoutMs' | 'jitter' | 'limits' | 'authToken'>
  readonly speech: Speech
  readonly fetchMedia: FetchMedia
  readonly dial: DialApp
  readonly emit: (event: MediaEvent) => void
  readonly log: (level: 'warn' | 'error', message: string) => void
}

/** A leg and all that hangs on it, from its opening to its end. The leg itself is there once its media is known. */
export class Place {
  readonly seat: Seat
  /** The session that runs, or the last that ran. */
  session: RelaySession | undefined
  private announcer: Announcer | undefined
  private streams: LegStreams | undefined
  private recorder: Recorder | undefined
  /** What was agreed on last. */
  private media: NegotiatedMedia | undefined
  private answered = false
  private early = false
  /** Commands that came before the leg. */
  private waiting: LegCommand[] = []

  constructor(
    private readonly command: OpenLeg,
    private readonly ports: PortPair,
    private readonly tools: PlaceTools,
  ) {
    this.seat = new Seat({ leg: command.leg, clock: tools.clock, emit: tools.emit })
    if (command.media) this.update(command.media)
  }

  /** The peer's media is known, or changed. */
  update(media: NegotiatedMedia): void {
    this.media = media
    if (this.leg) this.leg.update(this.flowing(media))
    else this.begin(media)
  }

  /** The call is answered: audio flows both ways. */
  answer(): void {
    if (this.answered) return
    this.answered = true
    this.flow()
    this.record()
  }

  /** Audio flows both ways before the answer. */
  earlyMedia(): void {
    this.early = true
    this.flow()
  }

  /** A command that concerns this leg alone. */
  perform(command: LegCommand): void {
    const { announcer, streams } = this
    if (!announcer || !streams) {
      this.waiting.push(command)
      return
    }
    switch (command.type) {
      case 'announce':
        return announcer.add(command.id, command.item)
      case 'stop-announcing':
        return announcer.stop(command.id)
      case 'stream':
        return streams.start(command.id, command.wish)
      case 'stop-stream':
        return streams.stop(command.id)
      default:
        return
    }
  }

  async close(): Promise<void> {
    const { leg, ports, recorder, tools, command } = this
    this.session?.end('caller-gone', 'the leg was closed')
    this.seat.close()
    this.announcer?.close()
    this.streams?.close()
    this.refuseWaiting()
    const quality = leg?.stats()
    await Promise.all([leg ? leg.close() : ports.close(), recorder?.close()])
    tools.emit({ type: 'leg-closed', leg: command.leg, quality })
  }

  /** Undefined as long as its media is not known. */
  get leg(): RtpLeg | undefined {
    return this.seat.leg
  }

  private begin(media: NegotiatedMedia): void {
    const { clock, pacer, plane, speech, fetchMedia, emit, log } = this.tools
    const id = this.command.leg
    const leg = new RtpLeg({
      id,
      media: this.flowing(media),
      ports: this.ports,
      clock,
      pacer,
      timeoutMs: plane.rtpTimeoutMs,
      delay: plane.jitter,
    })
    this.announcer = new Announcer(
      {
        clock,
        sampleRate: leg.sampleRate,
        engines: speech,
        fetchMedia,
        sendDigits: (digits, signal, pressMs) => leg.sendDigits(digits, signal, pressMs),
        warn: (text) => log('warn', `${id}: ${text}`),
      },
      {
        announcing: (id) => emit({ type: 'announcing', leg: leg.id, id }),
        announced: (id, end, detail, code) =>
          emit({ type: 'announced', leg: leg.id, id, end, detail, ...(code && { code }) }),
      },
    )
    this.streams = this.createStreams(leg)
    this.seat.begin(leg, this.announcer, this.streams)
    this.seat.audible = this.flows
    if (this.answered) this.record()
    const { waiting } = this
    this.waiting = []
    for (const command of waiting) this.perform(command)
  }

  private createStreams(leg: RtpLeg): LegStreams {
    const { clock, dial, plane, fetchMedia, emit, log } = this.tools
    const { connectTimeoutMs, pingIntervalMs } = plane.limits
    const { id } = leg
    return new LegStreams(
      { clock, leg, dial, connectTimeoutMs, pingIntervalMs, authToken: plane.authToken, fetchMedia },
      {
        streaming: (stream) => emit({ type: 'streaming', leg: id, id: stream }),
        streamed: (stream, end, detail) => emit({ type: 'streamed', leg: id, id: stream, end, detail }),
        warn: (text) => log('warn', `${id}: ${text}`),
      },
    )
  }

  private get flows(): boolean {
    return this.answered || this.early
  }

  private flow(): void {
    this.seat.audible = true
    if (this.leg && this.media) this.leg.update(this.media)
  }

  /** Before the answer the party is heard, and hears nothing: a caller hears the network's ringing. */
  private flowing(media: NegotiatedMedia): NegotiatedMedia {
    if (this.flows) return media
    const { direction } = media
    return {
      ...media,
      direction: direction === 'sendrecv' || direction === 'recvonly' ? 'recvonly' : 'inactive',
    }
  }

  /** The recording of the whole call, from the answer on. */
  private record(): void {
    const { leg, command } = this
    const { recording } = command
    if (!leg || !recording || this.recorder) return
    const recorder = new Recorder(recording, leg.sampleRate, (detail) => this.tools.log('error', detail))
    this.recorder = recorder
    leg.onFrames((caller, agent) => recorder.write(caller, agent))
  }

  private refuseWaiting(): void {
    const { emit } = this.tools
    const leg = this.command.leg
    for (const command of this.waiting) {
      if (command.type === 'announce')
        emit({ type: 'announced', leg, id: command.id, end: 'leg-closed', detail: '' })
      if (command.type === 'stream')
        emit({ type: 'streamed', leg, id: command.id, end: 'leg-closed', detail: '' })
    }
    this.waiting = []
  }
}
