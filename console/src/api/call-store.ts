import { merged, withPage } from '../model/data.js'
import { withExecution } from '../model/flow-run.js'
import { ApiError, ask, query } from './client.js'
import type { Execution } from './flow-types.js'
import { follow, type LiveState } from './live.js'
import type {
  CallDetail,
  CallRecord,
  EventPage,
  Peaks,
  QualitySample,
  RecordingFacts,
  SessionRecord,
  SipMessage,
  TimelineEvent,
  Traces,
} from './types.js'

/** A call as its page shows it. */
export interface CallView {
  readonly call: CallRecord
  readonly sessions: readonly SessionRecord[]
  readonly events: readonly TimelineEvent[]
  /** Undefined while they are on their way. */
  readonly traces: Traces | undefined
  readonly recording: RecordingFacts | undefined
  readonly peaks: Peaks | undefined
  /** Where the audio can be played from, as far as it is recorded; '' where there is none. */
  readonly audioUrl: string
  /** It is being recorded. */
  readonly growing: boolean
  /** Of flows it went through; undefined while they are on their way, and in a file. */
  readonly executions?: readonly Execution[] | undefined
}

export interface CallSnapshot {
  readonly view: CallView | undefined
  readonly live: LiveState
  readonly error: ApiError | undefined
}

/** ms that news are collected before they are shown: a reader sees no difference, a busy call many fewer drawings. */
const collectMs = 100
/** ms after a call's end after which its recording is whole. */
const recordingMs = 600

type Peaked = { readonly from: number; readonly caller: number[]; readonly agent: number[] }

/** One call, kept current for as long as somebody looks at it. */
export class CallStore {
  private snapshot: CallSnapshot = { view: undefined, live: 'connecting', error: undefined }
  private readonly listeners = new Set<() => void>()
  private stop: (() => void) | undefined
  private news: TimelineEvent[] = []
  private timer: number | undefined
  private tracesTimer: number | undefined
  private generation = 0

  constructor(private readonly id: string) {}

  readonly get = (): CallSnapshot => this.snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    if (this.listeners.size === 1) void this.load()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) this.close()
    }
  }

  private close(): void {
    this.generation++
    this.stop?.()
    this.stop = undefined
    clearTimeout(this.timer)
    clearTimeout(this.tracesTimer)
    this.timer = this.tracesTimer = undefined
  }

  private async load(): Promise<void> {
    this.close()
    const { generation } = this
    const current = () => generation === this.generation
    try {
      const { cursor, recording, ...detail } = await ask<CallDetail>(this.path())
      if (!current()) return
      const known = this.snapshot.view
      const same = known?.call.callSid === detail.call.callSid ? known : undefined
      const sound = this.soundOf(detail.call, recording)
      this.show({ ...{ events: [], traces: undefined, peaks: undefined }, ...same, ...detail, ...sound })
      this.follow(cursor)
      if (sound.audioUrl && !sound.growing) void this.loadPeaks(current)
      void this.loadTraces(current)
      void this.loadExecutions(current).catch(() => {})
      for (const { sessionId } of detail.sessions) await this.loadEvents(sessionId, current)
    } catch (thrown) {
      if (current() && thrown instanceof ApiError) this.set({ error: thrown })
    }
  }

  private async loadEvents(session: string, current: () => boolean): Promise<void> {
    for (let after: number | null = 0; after !== null; ) {
      const page: EventPage = await ask(`${this.path()}/events${query({ session, after })}`)
      if (!current()) return
      const { view } = this.snapshot
      this.change({ events: withPage(view?.events ?? [], session, page.events) })
      after = page.next
    }
  }

  private async loadTraces(current: () => boolean): Promise<void> {
    const traces = await ask<Traces>(`${this.path()}/traces`)
    if (current()) this.change({ traces })
  }

  private async loadExecutions(current: () => boolean): Promise<void> {
    const { executions } = await ask<{ executions: Execution[] }>(`${this.path()}/executions`)
    if (!current()) return
    const news = this.snapshot.view?.executions ?? []
    this.change({ executions: news.reduce<readonly Execution[]>(withExecution, executions) })
  }

  private async loadPeaks(current: () => boolean): Promise<void> {
    const peaks = await ask<Peaks>(`${this.path()}/peaks`)
    if (current()) this.change({ peaks })
  }

  /** The recording is whole now. */
  private async loadSound(): Promise<void> {
    const { generation } = this
    const current = () => generation === this.generation
    const { call, recording } = await ask<CallDetail>(this.path())
    if (!current()) return
    const sound = this.soundOf(call, recording)
    this.change({ call, ...sound })
    if (sound.audioUrl) await this.loadPeaks(current)
  }

  private soundOf(call: CallRecord, recording: RecordingFacts | null) {
    const growing = call.endedAt === null
    const there = recording !== null || (growing && call.recordingPath !== null)
    return { recording: recording ?? undefined, growing, audioUrl: there ? `${this.path()}/audio` : '' }
  }

  private follow(cursor: string): void {
    this.stop = follow(
      `${this.path()}/live`,
      cursor,
      {
        call: (changes: Partial<CallRecord>) => this.callChanged(changes),
        session: (changes: Partial<SessionRecord>) => this.sessionChanged(changes),
        event: (event: TimelineEvent) => this.collect(event),
        sip: (message: SipMessage) => this.trace((traces) => ({ sip: [...traces.sip, message] })),
        quality: (sample: QualitySample) =>
          this.trace((traces) => ({ quality: [...traces.quality, sample] })),
        webhook: () => this.tracesLater(),
        peaks: (peaks: Peaked) => this.grown(peaks),
        execution: (news: Execution) =>
          this.change({ executions: withExecution(this.snapshot.view?.executions ?? [], news) }),
        reset: () => void this.load(),
      },
      (live) => this.set({ live }),
    )
  }

  private callChanged(changes: Partial<CallRecord>): void {
    const { view } = this.snapshot
    if (!view) return
    this.change({ call: { ...view.call, ...changes } })
    if (changes.endedAt) setTimeout(() => void this.loadSound().catch(() => {}), recordingMs)
  }

  private sessionChanged(changes: Partial<SessionRecord>): void {
    const sessions = this.snapshot.view?.sessions ?? []
    const known = sessions.some(({ sessionId }) => sessionId === changes.sessionId)
    this.change({
      sessions: known
        ? sessions.map((one) => (one.sessionId === changes.sessionId ? { ...one, ...changes } : one))
        : [...sessions, changes as SessionRecord],
    })
  }

  private collect(event: TimelineEvent): void {
    this.news.push(event)
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined
      const { news } = this
      this.news = []
      this.change({ events: merged(this.snapshot.view?.events ?? [], news) })
    }, collectMs)
  }

  private trace(add: (traces: Traces) => Partial<Traces>): void {
    const traces = this.snapshot.view?.traces
    if (traces) this.change({ traces: { ...traces, ...add(traces) } })
  }

  private tracesLater(): void {
    const { generation } = this
    this.tracesTimer ??= window.setTimeout(() => {
      this.tracesTimer = undefined
      this.loadTraces(() => generation === this.generation).catch(() => {})
    }, 3 * collectMs)
  }

  private grown({ from, caller, agent }: Peaked): void {
    const { peaks } = this.snapshot.view ?? {}
    const before = (side: readonly number[] | undefined) => (side ?? []).slice(0, from)
    this.change({
      peaks: {
        perSecond: 20,
        caller: [...before(peaks?.caller), ...caller],
        agent: [...before(peaks?.agent), ...agent],
      },
    })
  }

  private show(view: CallView): void {
    this.set({ view, error: undefined })
  }

  private change(changes: Partial<CallView>): void {
    const { view } = this.snapshot
    if (view) this.set({ view: { ...view, ...changes } })
  }

  private set(changes: Partial<CallSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes }
    for (const listener of this.listeners) listener()
  }

  private path(): string {
    return `/api/calls/${encodeURIComponent(this.id)}`
  }
}
