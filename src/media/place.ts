import type { Timer } from '../base/clock.js'
import { RtpLeg } from '../legs/index.js'
import type { Pacer, PortPair } from '../rtp/index.js'
import type { RelaySession } from '../session/index.js'
import type { NegotiatedMedia } from '../sip/index.js'
import { Activities, type ActivityTools, refuse } from './activities.js'
import type { LegCommand } from './leg-commands.js'
import type { MediaPlaneOptions } from './options.js'
import type { MediaEvent, OpenLeg } from './port.js'
import { Recorder } from './recorder.js'
import { Seat } from './seat.js'

/** ms between two measurements of a leg, as Voice Insights has its samples. */
const MEASURE_MS = 10_000

/** What the places of a plane share. */
export interface PlaceTools extends ActivityTools {
  readonly pacer: Pacer
  readonly plane: Pick<MediaPlaneOptions, 'rtpTimeoutMs' | 'jitter' | 'limits' | 'authToken'>
  readonly emit: (event: MediaEvent) => void
}

/** A leg and all that hangs on it, from its opening to its end. The leg itself is there once its media is known. */
export class Place {
  readonly seat: Seat
  /** The session that runs, or the last that ran. */
  session: RelaySession | undefined
  private activities: Activities | undefined
  private recorder: Recorder | undefined
  /** What was agreed on last. */
  private media: NegotiatedMedia | undefined
  private answered = false
  private early = false
  private measurement: Timer | undefined
  /** ms that the jitter buffer may hold back. */
  private mostDelayMs: number
  /** Commands that came before the leg. */
  private waiting: LegCommand[] = []

  constructor(
    private readonly command: OpenLeg,
    private readonly ports: PortPair,
    private readonly tools: PlaceTools,
  ) {
    this.mostDelayMs = tools.plane.jitter.maxMs
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
    this.leg?.expectAudio(true)
    this.flow()
    this.record()
    this.measureLater()
  }

  /** Audio flows both ways before the answer. */
  earlyMedia(): void {
    this.early = true
    this.flow()
  }

  /** Bounds the delay of the jitter buffer, in ms, no further than the plane's own bound. */
  limitDelay(maxMs = Number.POSITIVE_INFINITY): void {
    this.mostDelayMs = Math.min(maxMs, this.tools.plane.jitter.maxMs)
    this.leg?.limitDelay(this.mostDelayMs)
  }

  /** A command that concerns this leg alone. */
  perform(command: LegCommand): void {
    if (this.activities) this.activities.perform(command)
    else this.waiting.push(command)
  }

  async close(): Promise<void> {
    const { leg, ports, recorder, activities, tools, command } = this
    this.session?.end('caller-gone', 'the leg was closed')
    this.seat.close()
    refuse(this.waiting, tools.emit)
    this.measurement?.cancel()
    if (this.measurement) this.measure()
    const quality = leg?.stats()
    await Promise.all([leg ? leg.close() : ports.close(), recorder?.close(), activities?.close()])
    tools.emit({ type: 'leg-closed', leg: command.leg, quality })
  }

  /** Undefined as long as its media is not known. */
  get leg(): RtpLeg | undefined {
    return this.seat.leg
  }

  private begin(media: NegotiatedMedia): void {
    const { clock, pacer, plane } = this.tools
    const leg = new RtpLeg({
      id: this.command.leg,
      media: this.flowing(media),
      ports: this.ports,
      ssrc: this.command.peer?.ssrc,
      clock,
      pacer,
      timeoutMs: plane.rtpTimeoutMs,
      delay: { ...plane.jitter, maxMs: this.mostDelayMs },
    })
    leg.expectAudio(this.answered)
    this.activities = new Activities(leg, this.tools)
    this.seat.begin(leg, this.activities)
    this.seat.audible = this.flows
    if (this.answered) this.record()
    const { waiting } = this
    this.waiting = []
    for (const command of waiting) this.perform(command)
  }

  private measureLater(): void {
    this.measurement = this.tools.clock.after(MEASURE_MS, () => {
      this.measure()
      this.measureLater()
    })
  }

  private measure(): void {
    const { leg, command, tools } = this
    if (leg)
      tools.emit({ type: 'leg-measured', leg: command.leg, at: tools.clock.now(), quality: leg.stats() })
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
}
