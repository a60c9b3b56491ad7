import type { TimelineEvent } from '../session/index.js'
import { TurnTracker } from '../session/index.js'

/** What sessions report, one method for each instrument. Latencies in seconds. */
export interface SessionMetrics {
  sessionStarted(): void
  /** @param status `ended`, `hung_up`, `failure` or `unknown`, as in `call_wrap_up` */
  sessionEnded(status: string): void
  sttLatency(seconds: number): void
  ttsLatency(seconds: number): void
  /** From the prompt to the app's first token. */
  appLatency(seconds: number): void
  /** From the end of the caller's speech to the first audio of the answer. */
  timeToFirstAudio(seconds: number): void
  interruption(type: string): void
  invalidFrame(): void
  watchdogRepair(invariant: string): void
  sessionError(code: string): void
}

/** Derives metrics from timeline events. A `TimelineSink`. */
export class MetricsFromTimeline {
  private readonly turns = new Map<string, TurnTracker>()

  constructor(private readonly metrics: SessionMetrics) {}

  readonly add = (event: TimelineEvent): void => {
    const { metrics } = this
    const { data } = event
    this.turn(event)
    switch (event.name) {
      case 'configurations':
        return metrics.sessionStarted()
      case 'call_wrap_up':
        this.turns.delete(event.sessionId)
        return metrics.sessionEnded(text(data['call_wrap_up'], 'end_status'))
      case 'stt_latency':
        return metrics.sttLatency(number(data['stt_latency'], 'latency_ms') / 1000)
      case 'tts_latency':
        return metrics.ttsLatency(number(data['tts_latency'], 'latency_ms') / 1000)
      case 'interrupt':
        return metrics.interruption(text(data['interrupt'], 'type'))
      case 'frame_received':
        if ('invalid' in data) metrics.invalidFrame()
        return
      case 'watchdog':
        return metrics.watchdogRepair(text(data, 'invariant'))
      case 'error_event':
        return metrics.sessionError(text(data['error'], 'code'))
    }
  }

  /** Sessions followed now: they are forgotten at their `call_wrap_up`. */
  get following(): number {
    return this.turns.size
  }

  private turn(event: TimelineEvent): void {
    if (event.name === 'configurations') this.turns.set(event.sessionId, new TurnTracker())
    const tracker = this.turns.get(event.sessionId)
    const set = tracker?.add(event)
    const turn = tracker?.turn
    if (!turn || !set) return
    if (set === 'firstToken') this.metrics.appLatency((event.at - turn.promptAt) / 1000)
    if (set === 'firstAudio') this.metrics.timeToFirstAudio((event.at - turn.speechEndedAt) / 1000)
  }
}

function field(payload: unknown, name: string): unknown {
  return typeof payload === 'object' && payload !== null
    ? (payload as Record<string, unknown>)[name]
    : undefined
}

function number(payload: unknown, name: string): number {
  const value = field(payload, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

function text(payload: unknown, name: string): string {
  const value = field(payload, name)
  return typeof value === 'string' ? value : 'unknown'
}
