import { Mp3Encoder } from '../audio/index.js'
import { type Clock, systemClock } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import {
  channelPorts,
  type Metronome,
  Pacer,
  type PortPair,
  RtpPortPool,
  ThreadMetronome,
} from '../rtp/index.js'
import { type DialApp, dialAppThrough, MediaFetcher } from '../session/index.js'
import { createSpeechRegistry } from '../speech/index.js'
import { EventBatch } from './event-batch.js'
import { Conferences, type LinkMember } from './joining/conferences.js'
import { bridge, type LinkLeg, linkAcross } from './joining/joins.js'
import type { LoadSpeech, MediaPlaneOptions, Speech } from './options.js'
import { Place, type PlaceTools } from './place.js'
import type { MediaCommand, MediaEvent, OpenLeg } from './port.js'
import { Sessions } from './sessions.js'

/** Moments of every 20 ms at which legs take their turn: of many, a fifth each 4 ms. */
const PHASES = 5
/** Legs that share such a moment before another is used: sending to so many takes about half a millisecond. */
const LEGS_TOGETHER = 16

/** What is asked of one plane: by the signalling plane, or by the port that joins several planes. */
export type PlaneCommand = MediaCommand | LinkLeg | LinkMember

/** What a plane takes from outside; tests give their own. */
export interface PlaneSurroundings {
  readonly clock: Clock
  /** What paces audio. Default: the clock's timers. */
  readonly metronome?: Metronome & { close(): Promise<void> }
  readonly openPorts: (address: string) => Promise<PortPair>
  /** Dials the apps of sessions and media streams. */
  readonly dial: DialApp
}

/** One shard's media: legs, their sessions and the speech engines they share. Driven by commands, answers by events. */
export class MediaPlane {
  private readonly places = new Map<string, Place>()
  /** Legs whose ports are not open yet. */
  private readonly opening = new Set<string>()
  private readonly media: MediaFetcher
  private readonly mp3 = new Mp3Encoder()
  private readonly timeline = new EventBatch((events) => this.emit({ type: 'timeline', events }))
  private readonly sessions: Sessions
  private readonly conferences: Conferences
  private readonly tools: PlaceTools

  private constructor(
    options: MediaPlaneOptions,
    private readonly speech: Speech,
    private readonly emit: (event: MediaEvent) => void,
    private readonly surroundings: PlaneSurroundings,
  ) {
    const { clock, dial, metronome } = surroundings
    const log = (level: 'warn' | 'error', message: string) => emit({ type: 'log', level, message })
    const onError = (thrown: unknown) => log('error', `media: ${messageOf(thrown)}`)
    const pacer = new Pacer({ clock, metronome, phases: PHASES, together: LEGS_TOGETHER, onError })
    this.media = new MediaFetcher({ hosts: options.hosts })
    const { media, mp3, timeline } = this
    this.conferences = new Conferences(pacer)
    this.tools = { clock, pacer, plane: options, speech, fetchMedia: media.fetchOrRead, mp3, dial, emit, log }
    this.sessions = new Sessions({ ...this.tools, fetchMedia: media.fetch, timeline })
  }

  /** Loads the speech engines; resolves when calls can be taken. */
  static async start(
    options: MediaPlaneOptions,
    emit: (event: MediaEvent) => void,
    loadSpeech: LoadSpeech = createSpeechRegistry,
    surroundings: PlaneSurroundings = ofThisMachine(options, emit),
  ): Promise<MediaPlane> {
    return new MediaPlane(options, await loadSpeech(options.speech), emit, surroundings)
  }

  /** What speech there is and how to get better. */
  get speechLines(): readonly string[] {
    return this.speech.describe()
  }

  /** Never throws: what fails is told by an event. */
  handle(command: PlaneCommand): void {
    const place = 'leg' in command ? this.places.get(command.leg) : undefined
    switch (command.type) {
      case 'open-leg':
        return this.open(command)
      case 'update-leg':
        return place?.update(command.media)
      case 'leg-answered':
        return place?.answer()
      case 'early-media':
        return place?.earlyMedia()
      case 'leg-digit':
        return place?.leg?.injectDigit(command.digit)
      case 'close-leg':
        this.closeLeg(command.leg).catch((thrown) => this.tools.log('error', messageOf(thrown)))
        return
      case 'start-session':
        return this.sessions.start(command, place)
      case 'session-answered':
        return this.sessions.answered(command.session)
      case 'end-session':
        return this.sessions.end(command)
      case 'bridge':
        return this.bridge(command, place)
      case 'link-leg':
        return linkAcross(command, place?.seat)
      case 'unbridge':
        return place?.seat.unlink()
      case 'join-conference':
        return place && this.conferences.join(command, place.seat)
      case 'link-member':
        return this.conferences.joinAcross(command)
      case 'set-conference':
        return this.conferences.set(command)
      case 'limit-delay':
        return place?.limitDelay(command.maxMs)
      default:
        return place?.perform(command)
    }
  }

  /** Ends the engines alone: a thread that comes to its end in the middle of theirs takes the process along. */
  closeEngines(): Promise<void> {
    return this.speech.close()
  }

  /** Ends sessions and legs that are left, then the engines. */
  async close(): Promise<void> {
    this.sessions.close()
    await Promise.all([...this.places.keys()].map((leg) => this.closeLeg(leg)))
    this.timeline.flush()
    const { speech, media, mp3, surroundings } = this
    await Promise.all([speech.close(), media.close(), mp3.close(), surroundings.metronome?.close()])
  }

  private bridge(command: Extract<MediaCommand, { type: 'bridge' }>, place: Place | undefined): void {
    const other = this.places.get(command.other)
    if (place && other && place !== other) bridge(command, place.seat, other.seat)
  }

  private open(command: OpenLeg): void {
    const { leg } = command
    this.opening.add(leg)
    this.openLeg(command).catch((thrown) => {
      this.opening.delete(leg)
      this.emit({ type: 'leg-failed', leg, detail: messageOf(thrown) })
    })
  }

  private async openLeg(command: OpenLeg): Promise<void> {
    const { leg, address, peer } = command
    const ports = peer ? channelPorts(peer.packets) : await this.surroundings.openPorts(address)
    if (!this.opening.delete(leg)) return ports.close()
    this.places.set(leg, new Place(command, ports, this.tools))
    const { rtp, rtcp } = ports
    this.emit({ type: 'leg-opened', leg, port: rtp.local.port, rtcpPort: rtcp.local.port })
  }

  private async closeLeg(leg: string): Promise<void> {
    const place = this.places.get(leg)
    this.places.delete(leg)
    this.opening.delete(leg)
    if (place) await place.close()
    else this.emit({ type: 'leg-closed', leg, quality: undefined })
  }
}

function ofThisMachine(
  { rtpPorts, hosts = {}, priority }: MediaPlaneOptions,
  emit: (event: MediaEvent) => void,
): PlaneSurroundings {
  const pool = new RtpPortPool(rtpPorts)
  const clock = systemClock
  const onLost = (error: Error) =>
    emit({ type: 'log', level: 'error', message: `audio is paced less exactly: ${messageOf(error)}` })
  const metronome = new ThreadMetronome({ clock, urgent: priority === 'high', onLost })
  return { clock, metronome, openPorts: (address) => pool.open(address), dial: dialAppThrough(hosts) }
}
