import type { Clock } from '../../base/clock.js'
import { ParleyError } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import { type CallFacts, type RelaySettings, withoutKeys } from '../../protocol/index.js'
import { type EndCause, endTable, type SessionResult } from '../../session/index.js'
import { newSessionId, type RandomBytes } from '../identity.js'
import type { CallRecords } from './dependencies.js'
import type { CallLeg } from './leg.js'

export interface CallSessionsOptions {
  readonly leg: CallLeg
  readonly facts: CallFacts
  readonly clock: Clock
  readonly random: RandomBytes
  readonly records: CallRecords
  readonly log: Log
  /** A session is about to start; its events will name it by this id. */
  readonly starts: (sessionId: string) => void
}

/** The ConversationRelay sessions of a call: one at a time, any number after another. */
export class CallSessions {
  private running: { readonly id: string; readonly startedAt: number } | undefined

  constructor(private readonly options: CallSessionsOptions) {}

  get current(): string | undefined {
    return this.running?.id
  }

  /** @throws ParleyError `session_in_progress` */
  start(settings: RelaySettings, answered: boolean): string {
    if (this.running) {
      throw new ParleyError('session_in_progress', `The call already has the session ${this.running.id}.`)
    }
    const { leg, facts, clock, random, records, log, starts } = this.options
    const id = newSessionId(settings.dialect, random)
    const startedAt = clock.now()
    this.running = { id, startedAt }
    starts(id)
    records.sessionStarted({
      sessionId: id,
      callSid: facts.callSid,
      dialect: settings.dialect,
      url: settings.url,
      startedAt,
      settings: { ...withoutKeys(settings) },
    })
    log.info({ sessionId: id, url: settings.url }, 'session starts')
    leg.send({ type: 'start-session', session: id, leg: leg.id, settings, call: facts, answered })
    return id
  }

  /** The call was answered. */
  answered(): void {
    if (this.running) this.options.leg.send({ type: 'session-answered', session: this.running.id })
  }

  end(cause: EndCause, detail: string): void {
    if (this.running) this.options.leg.send({ type: 'end-session', session: this.running.id, cause, detail })
  }

  /** The media plane tells that a session is over. @returns whether the call goes on after it */
  over(result: SessionResult): boolean {
    const { records, log } = this.options
    this.running = undefined
    const row = endTable[result.cause]
    const error = row.error && new ParleyError(row.error)
    records.sessionEnded(result.sessionId, {
      status: row.status,
      endedAt: result.endedAt,
      errorCode: error?.twilio ?? null,
      errorMessage: error ? `${error.message} ${result.detail}` : null,
      handoffData: result.handoffData ?? null,
    })
    log.info({ sessionId: result.sessionId, cause: result.cause, detail: result.detail }, 'session over')
    return row.callGoesOn
  }

  /** What to say of a session whose leg went without a word about it. */
  lost(): SessionResult | undefined {
    if (!this.running) return undefined
    const { id: sessionId, startedAt } = this.running
    const endedAt = this.options.clock.now()
    return { sessionId, cause: 'internal-error', detail: 'its media was lost', startedAt, endedAt }
  }
}
