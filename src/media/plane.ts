import { systemClock } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import { RtpLeg } from '../legs/index.js'
import { Pacer, type PortPair, RtpPortPool } from '../rtp/index.js'
import { dialApp, MediaFetcher, RelaySession, type TimelineEvent } from '../session/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import { createSpeechRegistry } from '../speech/index.js'
import type { LoadSpeech, MediaPlaneOptions, Speech } from './options.js'
import type { MediaCommand, MediaEvent, OpenLeg, StartSession } from './port.js'
import { Recorder } from './recorder.js'

/** Moments of every 20 ms at which legs take their turn: a fifth of them each 4 ms. */
const PHASES = 5

/** A leg and what hangs on it. */
interface Seat {
  readonly command: OpenLeg
  readonly ports: PortPair
  /** What was agreed on last. */
  media: NegotiatedMedia | undefined
  answered: boolean
  /** Made when the media is known. */
  leg?: RtpLeg
  session?: RelaySession
  recorder?: Recorder
  /** Ends the watch over a leg that no session listens to. */
  unwatch?: () => void
}

/** One shard's media: legs, their sessions and the speech engines they share. Driven by commands, answers by events. */
export class MediaPlane {
  private readonly seats = new Map<string, Seat>()
  private readonly sessions = new Map<string, Seat>()
  private readonly pacer = new Pacer({
    clock: systemClock,
    phases: PHASES,
    onError: (thrown) => this.log('error', `media: ${messageOf(thrown)}`),
  })
  private readonly ports: RtpPortPool
  private readonly media = new MediaFetcher()
  private events: TimelineEvent[] = []

  private constructor(
    private readonly options: MediaPlaneOptions,
    private readonly speech: Speech,
    private readonly emit: (event: MediaEvent) => void,
  ) {
    this.ports = new RtpPortPool(options.rtpPorts)
  }

  /** Loads the speech engines; resolves when calls can be taken. */
  static async start(
    options: MediaPlaneOptions,
    emit: (event: MediaEvent) => void,
    loadSpeech: LoadSpeech = createSpeechRegistry,
  ): Promise<MediaPlane> {
    return new MediaPlane(options, await loadSpeech(options.speech), emit)
  }

  /** What speech there is and how to get better. */
  get speechLines(): readonly string[] {
    return this.speech.describe()
  }

  /** Never throws: what fails is told by an event. */
  handle(command: MediaCommand): void {
    switch (command.type) {
      case 'open-leg':
        this.openLeg(command).catch((thrown) => {
          this.emit({ type: 'leg-failed', leg: command.leg, detail: messageOf(thrown) })
        })
        return
      case 'update-leg':
        return this.updateLeg(command.leg, command.media)
      case 'leg-answered':
        return this.answerLeg(command.leg)
      case 'leg-digit':
        return this.seats.get(command.leg)?.leg?.injectDigit(command.digit)
      case 'close-leg':
        this.closeLeg(command.leg).catch((thrown) => this.log('error', messageOf(thrown)))
        return
      case 'start-session':
        return this.startSession(command)
      case 'session-answered':
        return this.sessions.get(command.session)?.session?.answered()
      case 'end-session':
        return this.sessions.get(command.session)?.session?.end(command.cause, command.detail)
    }
  }

  /** Ends sessions and legs that are left, then the engines. */
  async close(): Promise<void> {
    for (const { session } of this.sessions.values()) session?.end('shutting-down', 'the node stops')
    await Promise.all([...this.seats.keys()].map((leg) => this.closeLeg(leg)))
    this.flush()
    await Promise.all([this.speech.close(), this.media.close()])
  }

  private async openLeg(command: OpenLeg): Promise<void> {
    const ports = await this.ports.open(command.address)
    const seat: Seat = { command, ports, media: command.media, answered: false }
    this.seats.set(command.leg, seat)
    if (command.media) this.seatLeg(seat, command.media)
    const { rtp, rtcp } = ports
    this.emit({ type: 'leg-opened', leg: command.leg, port: rtp.local.port, rtcpPort: rtcp.local.port })
  }

  private seatLeg(seat: Seat, media: NegotiatedMedia): void {
    const leg = new RtpLeg({
      id: seat.command.leg,
      media: seat.answered ? media : { ...media, direction: 'inactive' },
      ports: seat.ports,
      clock: systemClock,
      pacer: this.pacer,
      timeoutMs: this.options.rtpTimeoutMs,
      delay: this.options.jitter,
    })
    seat.leg = leg
    if (seat.answered) this.startRecording(seat)
    this.watch(seat)
  }

  private answerLeg(id: string): void {
    const seat = this.seats.get(id)
    if (!seat || seat.answered) return
    seat.answered = true
    if (!seat.leg || !seat.media) return
    seat.leg.update(seat.media)
    this.startRecording(seat)
  }

  private startRecording(seat: Seat): void {
    const { leg, command } = seat
    const { recording } = command
    if (!leg || !recording) return
    const recorder = new Recorder(recording, leg.sampleRate, (detail) => this.log('error', detail))
    seat.recorder = recorder
    leg.onFrames((caller, agent) => recorder.write(caller, agent))
  }

  /** Without a session nobody hears that the media stopped: the signalling plane has to know. */
  private watch(seat: Seat): void {
    const { leg, command } = seat
    seat.unwatch = leg?.attach(
      {
        frame() {},
        digit() {},
        gone: (reason) => this.emit({ type: 'leg-gone', leg: command.leg, reason }),
      },
      { pull: () => false },
    )
  }

  private updateLeg(id: string, media: NegotiatedMedia): void {
    const seat = this.seats.get(id)
    if (!seat) return
    seat.media = media
    if (!seat.leg) this.seatLeg(seat, media)
    else if (seat.answered) seat.leg.update(media)
  }

  private startSession({ session: sessionId, leg: id, settings, call, answered }: StartSession): void {
    const seat = this.seats.get(id)
    const startedAt = systemClock.now()
    if (!seat?.leg) {
      const detail = 'the call has no media'
      const result = { sessionId, cause: 'internal-error' as const, detail, startedAt, endedAt: startedAt }
      return this.emit({ type: 'session-ended', result })
    }
    seat.unwatch?.()
    const session = new RelaySession(
      {
        sessionId,
        settings,
        call,
        leg: seat.leg,
        answered,
        host: {
          ready: () => this.emit({ type: 'session-ready', session: sessionId }),
          ended: (result) => {
            delete seat.session
            this.sessions.delete(sessionId)
            if (this.seats.has(id)) this.watch(seat)
            this.flush()
            this.emit({ type: 'session-ended', result })
          },
        },
      },
      {
        clock: systemClock,
        engines: this.speech,
        detector: this.speech.detector,
        dial: dialApp,
        fetchMedia: this.media.fetch,
        timeline: (event) => this.record(event),
        limits: this.options.limits,
        authToken: this.options.authToken,
      },
    )
    seat.session = session
    this.sessions.set(sessionId, seat)
    session.start()
  }

  private async closeLeg(id: string): Promise<void> {
    const seat = this.seats.get(id)
    this.seats.delete(id)
    if (!seat) return this.emit({ type: 'leg-closed', leg: id, quality: undefined })
    seat.session?.end('caller-gone', 'the leg was closed')
    seat.unwatch?.()
    const quality = seat.leg?.stats()
    await Promise.all([seat.leg ? seat.leg.close() : seat.ports.close(), seat.recorder?.close()])
    this.emit({ type: 'leg-closed', leg: id, quality })
  }

  /** Events leave in batches, once per turn of the event loop. */
  private record(event: TimelineEvent): void {
    if (this.events.push(event) === 1) setImmediate(() => this.flush())
  }

  private flush(): void {
    if (this.events.length === 0) return
    const events = this.events
    this.events = []
    this.emit({ type: 'timeline', events })
  }

  private log(level: 'warn' | 'error', message: string): void {
    this.emit({ type: 'log', level, message })
  }
}
