import { describe, expect, it } from 'vitest'
import { Metrics } from '../../src/server/index.js'
import { MetricsFromTimeline } from '../../src/server/metrics-from-timeline.js'
import type { TimelineEventName } from '../../src/session/index.js'

/** Metrics fed by one session whose events are given as [ms, name, data]. */
function feed(metrics: Metrics, ...events: [number, TimelineEventName, Record<string, unknown>?][]): void {
  for (const [index, [at, name, data = {}]] of events.entries()) {
    metrics.timeline({ sessionId: 'VX1', sequenceNumber: index + 1, at, name, data })
  }
}

async function value(metrics: Metrics, line: string): Promise<number | undefined> {
  const text = await metrics.registry.metrics()
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

describe('metrics of sessions', () => {
  it('takes the latencies of a turn apart', async () => {
    const metrics = new Metrics({ processMetrics: false })
    feed(
      metrics,
      [0, 'configurations'],
      [1000, 'start_of_customer_speech'],
      [2300, 'end_of_customer_speech'],
      [2300, 'stt_latency', { stt_latency: { latency_ms: 300 } }],
      [2300, 'prompt_sent', { text: 'hello' }],
      [2450, 'first_token_received'],
      [2500, 'tts_latency', { tts_latency: { latency_ms: 40 } }],
      [2510, 'start_of_agent_speech'],
    )
    expect(await value(metrics, 'parley_stt_latency_seconds_sum')).toBeCloseTo(0.3)
    expect(await value(metrics, 'parley_tts_latency_seconds_sum')).toBeCloseTo(0.04)
    expect(await value(metrics, 'parley_app_latency_seconds_sum')).toBeCloseTo(0.15)
    expect(await value(metrics, 'parley_time_to_first_audio_seconds_sum')).toBeCloseTo(0.51)
    expect(await value(metrics, 'parley_sessions_active')).toBe(1)
  })

  it('does not take the greeting, or speech from before the answer, for an answer', async () => {
    const metrics = new Metrics({ processMetrics: false })
    feed(
      metrics,
      [0, 'configurations'],
      [10, 'first_token_received'],
      [20, 'start_of_agent_speech'],
      [900, 'prompt_sent', { text: 'one' }],
      [950, 'start_of_agent_speech'],
      [1000, 'first_token_received'],
      [1001, 'first_token_received'],
    )
    expect(await value(metrics, 'parley_app_latency_seconds_count')).toBe(1)
    expect(await value(metrics, 'parley_time_to_first_audio_seconds_count')).toBe(0)
  })

  it('counts what went wrong, by kind', async () => {
    const metrics = new Metrics({ processMetrics: false })
    feed(
      metrics,
      [0, 'configurations'],
      [1, 'frame_received', { type: 'text', token: 'a', last: true }],
      [2, 'frame_received', { invalid: 'token: expected a string', body: '{}' }],
      [3, 'interrupt', { interrupt: { type: 'SPEECH' }, heard: 'We are' }],
      [4, 'watchdog', { invariant: 'queue-plays' }],
      [5, 'error_event', { error: { error_code: 64105, message: 'lost', code: 'app_socket_lost' } }],
      [6, 'call_wrap_up', { call_wrap_up: { duration_in_seconds: 1, end_status: 'hung_up' } }],
    )
    expect(await value(metrics, 'parley_frames_invalid_total')).toBe(1)
    expect(await value(metrics, 'parley_interruptions_total{type="speech"}')).toBe(1)
    expect(await value(metrics, 'parley_watchdog_repairs_total{invariant="queue-plays"}')).toBe(1)
    expect(await value(metrics, 'parley_session_errors_total{code="app_socket_lost"}')).toBe(1)
    expect(await value(metrics, 'parley_sessions_total{status="hung_up"}')).toBe(1)
    expect(await value(metrics, 'parley_sessions_active')).toBe(0)
  })

  it('survives events without their payload and forgets sessions that end', () => {
    const seen: number[] = []
    const ignore = () => {}
    const metrics = new MetricsFromTimeline({
      sessionStarted: ignore,
      sessionEnded: ignore,
      sttLatency: (seconds) => seen.push(seconds),
      ttsLatency: (seconds) => seen.push(seconds),
      appLatency: ignore,
      timeToFirstAudio: ignore,
      interruption: ignore,
      invalidFrame: ignore,
      watchdogRepair: ignore,
      sessionError: ignore,
    })
    const names = ['configurations', 'stt_latency', 'tts_latency', 'interrupt', 'error_event'] as const
    for (const [index, name] of names.entries()) {
      metrics.add({ sessionId: 'VX1', sequenceNumber: index, at: index, name, data: {} })
    }
    expect(seen).toEqual([0, 0])
    expect(metrics.following).toBe(1)
    metrics.add({ sessionId: 'VX1', sequenceNumber: 9, at: 9, name: 'call_wrap_up', data: {} })
    expect(metrics.following).toBe(0)
  })
})

describe('metrics of calls', () => {
  it('counts calls by result and what their media was like', async () => {
    const metrics = new Metrics({ processMetrics: false })
    metrics.callStarted()
    metrics.callStarted()
    metrics.callEnded('completed')
    metrics.callRejected()
    metrics.mediaQuality({ packetsLost: 3, jitterMs: 12.5 })
    metrics.watchStore({ counts: { written: 5, dropped: 0, failed: 1 } })
    expect(await value(metrics, 'parley_calls_active')).toBe(1)
    expect(await value(metrics, 'parley_calls_total{result="completed"}')).toBe(1)
    expect(await value(metrics, 'parley_calls_total{result="rejected"}')).toBe(1)
    expect(await value(metrics, 'parley_rtp_packets_lost_total')).toBe(3)
    expect(await value(metrics, 'parley_rtp_jitter_ms_bucket{le="20"}')).toBe(1)
    expect(await value(metrics, 'parley_rtp_jitter_ms_bucket{le="10"}')).toBe(0)
    expect(await value(metrics, 'parley_records{result="failed"}')).toBe(1)
  })

  it('counts webhooks by what became of them', async () => {
    const metrics = new Metrics()
    const webhook = {
      id: 'a',
      queue: 'call-1',
      format: 'telnyx',
      event: 'call.hangup',
      targets: [],
      payload: {},
      policy: { timeoutMs: 1_000, retriesMs: [] },
      createdAt: 0,
    }
    metrics.webhooks.retried(webhook, 1)
    metrics.webhooks.delivered(webhook, 240, 2)
    metrics.webhooks.failed(webhook, 1)
    for (const result of ['retried', 'delivered', 'failed']) {
      expect(await value(metrics, `parley_webhooks_total{result="${result}"}`)).toBe(1)
    }
    expect(await value(metrics, 'parley_webhook_latency_seconds_bucket{le="0.3"}')).toBe(1)
    expect(await value(metrics, 'parley_webhook_latency_seconds_bucket{le="0.2"}')).toBe(0)
  })

  it('keeps the numbers of two nodes in one process apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()]
    one.callStarted()
    expect(await value(other, 'parley_calls_active')).toBe(0)
  })
})
