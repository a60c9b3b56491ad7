import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { TimelineEvent } from '../session/index.js'
import type { StoreCounts } from '../store/index.js'
import type { WebhookObserver } from '../webhooks/index.js'
import { MetricsFromTimeline, type SessionMetrics } from './metrics-from-timeline.js'

/** Seconds. A caller notices from about 0.3 s on and gives up from about 3 s on: most buckets lie there. */
const latencyBuckets = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10]
const jitterBuckets = [1, 2, 5, 10, 20, 30, 50, 100, 200]

/** The node's Prometheus metrics, on a registry of their own. */
export class Metrics implements SessionMetrics {
  readonly registry = new Registry()
  private readonly fromTimeline = new MetricsFromTimeline(this)
  private readonly callsActive = this.gauge('parley_calls_active', 'Calls up or ringing now.')
  private readonly calls = this.counter('parley_calls_total', 'Calls ended, by result.', ['result'])
  private readonly sessionsActive = this.gauge('parley_sessions_active', 'Sessions open now.')
  private readonly sessions = this.counter('parley_sessions_total', 'Sessions ended, by status.', ['status'])
  private readonly stt = this.latency(
    'parley_stt_latency_seconds',
    "From the end of the caller's speech to the final transcript.",
  )
  private readonly tts = this.latency(
    'parley_tts_latency_seconds',
    'From a text handed to the text-to-speech engine to its first audio.',
  )
  private readonly app = this.latency(
    'parley_app_latency_seconds',
    "From the prompt sent to the app's first token.",
  )
  private readonly firstAudio = this.latency(
    'parley_time_to_first_audio_seconds',
    "From the end of the caller's speech to the first audio of the answer.",
  )
  private readonly interruptions = this.counter(
    'parley_interruptions_total',
    "Cuts of the agent's speech, by what cut it.",
    ['type'],
  )
  private readonly invalidFrames = this.counter('parley_frames_invalid_total', 'Frames of apps refused.')
  private readonly repairs = this.counter(
    'parley_watchdog_repairs_total',
    'Broken invariants that a watchdog repaired.',
    ['invariant'],
  )
  private readonly errors = this.counter('parley_session_errors_total', 'Errors in sessions, by code.', [
    'code',
  ])
  private readonly packetsLost = this.counter(
    'parley_rtp_packets_lost_total',
    'RTP packets lost from callers.',
  )
  private readonly jitter = new Histogram({
    name: 'parley_rtp_jitter_ms',
    help: 'Interarrival jitter of a call (RFC 3550, 6.4.1), in ms.',
    buckets: jitterBuckets,
    registers: [this.registry],
  })

  private readonly webhookCount = this.counter(
    'parley_webhooks_total',
    'Webhooks delivered or given up, and attempts that are followed by another.',
    ['result'],
  )
  private readonly webhookLatency = this.latency(
    'parley_webhook_latency_seconds',
    'From a webhook made to a webhook taken.',
  )

  /** @param options.processMetrics also report memory, CPU and event-loop lag of the process */
  constructor(options: { readonly processMetrics?: boolean } = {}) {
    if (options.processMetrics ?? true) collectDefaultMetrics({ register: this.registry })
  }

  /** Told by the outbox. */
  readonly webhooks: WebhookObserver = {
    delivered: (_, ms) => {
      this.webhookCount.inc({ result: 'delivered' })
      this.webhookLatency.observe(ms / 1000)
    },
    retried: () => this.webhookCount.inc({ result: 'retried' }),
    failed: () => this.webhookCount.inc({ result: 'failed' }),
  }

  /** A `TimelineSink`: everything about sessions comes through it. */
  readonly timeline = (event: TimelineEvent): void => this.fromTimeline.add(event)

  callStarted(): void {
    this.callsActive.inc()
  }

  /** @param result the call's last status, or `rejected` where it was refused for load */
  callEnded(result: string): void {
    this.callsActive.dec()
    this.calls.inc({ result })
  }

  /** A call that was refused before it began. */
  callRejected(): void {
    this.calls.inc({ result: 'rejected' })
  }

  /** What a call's RTP was like, told once at its end. */
  mediaQuality(quality: { readonly packetsLost: number; readonly jitterMs: number }): void {
    this.packetsLost.inc(Math.max(0, quality.packetsLost))
    this.jitter.observe(quality.jitterMs)
  }

  /** Reports what became of the records; read whenever metrics are. */
  watchStore(store: { readonly counts: StoreCounts }): void {
    const gauge = this.gauge(
      'parley_records',
      'Records told to the store, by what became of them.',
      ['result'],
      () => {
        for (const [result, count] of Object.entries(store.counts)) gauge.set({ result }, count)
      },
    )
  }

  sessionStarted(): void {
    this.sessionsActive.inc()
  }

  sessionEnded(status: string): void {
    this.sessionsActive.dec()
    this.sessions.inc({ status })
  }

  sttLatency(seconds: number): void {
    this.stt.observe(seconds)
  }

  ttsLatency(seconds: number): void {
    this.tts.observe(seconds)
  }

  appLatency(seconds: number): void {
    this.app.observe(seconds)
  }

  timeToFirstAudio(seconds: number): void {
    this.firstAudio.observe(seconds)
  }

  interruption(type: string): void {
    this.interruptions.inc({ type: type.toLowerCase() })
  }

  invalidFrame(): void {
    this.invalidFrames.inc()
  }

  watchdogRepair(invariant: string): void {
    this.repairs.inc({ invariant })
  }

  sessionError(code: string): void {
    this.errors.inc({ code })
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }

  private gauge(name: string, help: string, labelNames: string[] = [], collect?: () => void): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry], ...(collect && { collect }) })
  }

  private latency(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: latencyBuckets, registers: [this.registry] })
  }
}
