import type { CallRecords } from '../calls/index.js'
import type { TimelineEvent } from '../session/index.js'
import type { NewSession, Store, TurnRecord } from '../store/index.js'
import type { LiveFeed } from './live-feed.js'
import { Problems, problemOfAudio, problemOfEnd } from './problems.js'
import { SipLog, type SipLogEntry } from './sip-log.js'
import { TurnLog } from './turn-log.js'

export interface WatcherOptions {
  readonly store: Pick<Store, 'callUpdated' | 'turns' | 'callLog'>
  readonly feed: LiveFeed
  /** Unique ids for entries of the log. */
  readonly newId: () => string
}

/** Calls that are over and still watched: their last webhooks are on their way. */
const mostOver = 500

interface WatchedCall {
  /** What webhooks and the media plane call it. */
  readonly otherIds: readonly string[]
  readonly sessions: string[]
  readonly problems: Problems
}

/**
 * Watches what calls tell of themselves, beside the records: gives the news to who looks on, writes down what only the
 * console asks for (SIP messages, turns), and what went wrong. Never waits, never throws.
 */
export class CallWatcher implements CallRecords {
  private readonly calls = new Map<string, WatchedCall>()
  private readonly byOtherId = new Map<string, string>()
  private readonly sessions = new Map<string, { readonly callSid: string; readonly turns: TurnLog }>()
  private readonly over: string[] = []
  private readonly sipLog: SipLog

  constructor(private readonly options: WatcherOptions) {
    this.sipLog = new SipLog((callSid, entry) => this.keepSip(callSid, entry))
  }

  readonly callStarted: CallRecords['callStarted'] = (call) => {
    const { callSid } = call
    const otherIds = [call.callLegId, call.callControlId]
    this.calls.set(callSid, { otherIds, sessions: [], problems: new Problems() })
    for (const id of otherIds) this.byOtherId.set(id, callSid)
    this.options.feed.publish(callSid, 'call', call)
    if (call.sipCallId) this.sipLog.known(call.sipCallId, callSid)
  }

  readonly callUpdated: CallRecords['callUpdated'] = (callSid, changes) => {
    this.options.feed.publish(callSid, 'call', { callSid, ...changes })
    if (changes.sipCallId) this.sipLog.known(changes.sipCallId, callSid)
  }

  readonly callEnded: CallRecords['callEnded'] = (callSid, end, quality) => {
    const call = this.calls.get(callSid)
    const found = [problemOfEnd(end), quality && problemOfAudio(quality)]
    for (const problem of found)
      if (problem) call?.problems.add(problem.severity, problem.code, problem.detail)
    const problems = call?.problems.list ?? null
    if (problems) this.options.store.callUpdated(callSid, { problems })
    this.options.feed.publish(callSid, 'call', { callSid, ...end, problems })
    this.sipLog.ended(callSid)
    this.over.push(callSid)
    if (this.over.length > mostOver) this.forget(this.over.shift()!)
  }

  readonly callMeasured: CallRecords['callMeasured'] = (callSid, at, quality) =>
    this.options.feed.publish(callSid, 'quality', { at, quality })

  readonly sessionStarted: CallRecords['sessionStarted'] = (session: NewSession) => {
    const { sessionId, callSid } = session
    const turns = new TurnLog(session, (turn: TurnRecord) => this.options.store.turns.add(turn))
    this.sessions.set(sessionId, { callSid, turns })
    this.calls.get(callSid)?.sessions.push(sessionId)
    this.options.feed.publish(callSid, 'session', { ...session, status: 'active' })
  }

  readonly sessionEnded: CallRecords['sessionEnded'] = (sessionId, end) => {
    const callSid = this.sessions.get(sessionId)?.callSid
    if (callSid !== undefined) this.options.feed.publish(callSid, 'session', { sessionId, ...end })
  }

  readonly timeline: CallRecords['timeline'] = (event: TimelineEvent) => {
    const session = this.sessions.get(event.sessionId)
    if (!session) return
    session.turns.add(event)
    this.options.feed.publish(session.callSid, 'event', event)
    this.judge(session.callSid, event)
  }

  /** A SIP message came or went. */
  readonly sip = (entry: SipLogEntry): void => this.sipLog.message(entry)

  /** A webhook was delivered, or given up. @param queue call SID or another identifier of the call */
  webhook(queue: string, failed: boolean, detail: string): void {
    const callSid = this.calls.has(queue) ? queue : this.byOtherId.get(queue)
    if (callSid === undefined) return
    this.options.feed.publish(callSid, 'webhook', {})
    if (failed) this.problem(callSid, 'error', 'webhook_failed', detail)
  }

  private judge(callSid: string, { name, data }: TimelineEvent): void {
    const text = (value: unknown): string => (typeof value === 'string' ? value : '')
    switch (name) {
      case 'error_event': {
        const { code, message } = Object(data['error'])
        return this.problem(callSid, 'error', text(code) || 'internal_error', text(message))
      }
      case 'frame_received':
        if ('invalid' in data) this.problem(callSid, 'error', 'frame_invalid', text(data['invalid']))
        return
      case 'watchdog':
        return this.problem(callSid, 'warning', 'watchdog', text(data['invariant']))
      case 'warning':
        return this.problem(callSid, 'warning', 'warning', text(data['text']))
      case 'app_away':
        return this.problem(callSid, 'warning', 'app_away', text(data['detail']))
    }
  }

  private problem(callSid: string, severity: 'error' | 'warning', code: string, detail: string): void {
    const problems = this.calls.get(callSid)?.problems
    if (!problems) return
    const before = problems.list?.length ?? 0
    problems.add(severity, code, detail)
    // Counts are written at the end.
    if (problems.list!.length === before) return
    this.options.store.callUpdated(callSid, { problems: problems.list })
    this.options.feed.publish(callSid, 'call', { callSid, problems: problems.list })
  }

  private keepSip(callSid: string, { at, ...data }: SipLogEntry): void {
    const { store, feed, newId } = this.options
    store.callLog.add({ id: newId(), callSid, kind: 'sip', createdAt: at, data })
    feed.publish(callSid, 'sip', { at, ...data })
  }

  private forget(callSid: string): void {
    const call = this.calls.get(callSid)
    if (!call) return
    this.calls.delete(callSid)
    for (const id of call.otherIds) this.byOtherId.delete(id)
    for (const sessionId of call.sessions) this.sessions.delete(sessionId)
  }
}
