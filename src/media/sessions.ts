import type { Clock } from '../base/clock.js'
import {
  type DialApp,
  type FetchMedia,
  type Leg,
  RelaySession,
  type SessionResult,
} from '../session/index.js'
import type { EventBatch } from './event-batch.js'
import type { MediaPlaneOptions, Speech } from './options.js'
import type { SessionPartner } from './partner.js'
import type { Place } from './place.js'
import type { MediaCommand, MediaEvent, StartSession } from './port.js'
import type { Seat } from './seat.js'

export interface SessionsOptions {
  readonly clock: Clock
  readonly speech: Speech
  readonly fetchMedia: FetchMedia
  readonly dial: DialApp
  readonly timeline: EventBatch
  readonly plane: Pick<MediaPlaneOptions, 'limits' | 'authToken'>
  readonly emit: (event: MediaEvent) => void
}

/** The sessions of a plane, by their ids. */
export class Sessions {
  private readonly running = new Map<string, RelaySession>()

  constructor(private readonly options: SessionsOptions) {}

  /** @param place undefined where there is no such leg: the session is over before it began */
  start({ session: sessionId, settings, call, answered }: StartSession, place: Place | undefined): void {
    const { clock, speech, fetchMedia, dial, timeline, plane, emit } = this.options
    const startedAt = clock.now()
    if (!place?.leg) {
      const detail = 'the call has no media'
      const result = { sessionId, cause: 'internal-error' as const, detail, startedAt, endedAt: startedAt }
      return emit({ type: 'session-ended', result })
    }
    const session: RelaySession = new RelaySession(
      {
        sessionId,
        settings,
        call,
        leg: legOf(place.leg, place.seat, () => session.end('stopped', 'the call was joined with another')),
        answered,
        host: {
          ready: () => emit({ type: 'session-ready', session: sessionId }),
          ended: (result) => this.ended(result),
        },
      },
      {
        clock,
        engines: speech,
        detector: speech.detector,
        dial,
        fetchMedia,
        timeline: (event) => timeline.add(event),
        limits: plane.limits,
        authToken: plane.authToken,
      },
    )
    this.running.set(sessionId, session)
    place.session = session
    session.start()
  }

  answered(session: string): void {
    this.running.get(session)?.answered()
  }

  end({ session, cause, detail }: Extract<MediaCommand, { type: 'end-session' }>): void {
    this.running.get(session)?.end(cause, detail)
  }

  close(): void {
    for (const session of this.running.values()) session.end('shutting-down', 'the node stops')
  }

  private ended(result: SessionResult): void {
    this.running.delete(result.sessionId)
    this.options.timeline.flush()
    this.options.emit({ type: 'session-ended', result })
  }
}

/** A leg on which a session is the partner for as long as it is attached. */
function legOf(leg: Leg, seat: Seat, displaced: () => void): Leg {
  return {
    id: leg.id,
    sampleRate: leg.sampleRate,
    sendDigits: (digits, signal, pressMs) => leg.sendDigits(digits, signal, pressMs),
    attach: (listener, source) => {
      const partner: SessionPartner = {
        kind: 'session',
        frame: (frame, lost) => listener.frame(frame, lost),
        digit: (digit, audible) => listener.digit(digit, audible),
        gone: (reason) => listener.gone(reason),
        pull: (frame) => source.pull(frame),
        displaced,
      }
      seat.join(partner)
      return () => seat.leave(partner)
    },
  }
}
