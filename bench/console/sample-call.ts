import type { TimelineEvent, TimelineEventName } from '../../src/session/index.js'
import type { Store } from '../../src/store/index.js'

export const sampleCallSid = `CA${'5'.repeat(32)}`
const sessionId = `VX${'5'.repeat(32)}`

/** Writes a call of one hour with so many events into the records. @param endedAt ms since the Unix epoch */
export function writeSampleCall(store: Store, events: number, endedAt: number): void {
  const startedAt = endedAt - 3_600_000
  store.callStarted({
    ...{ callSid: sampleCallSid, callControlId: 'v3:5', callSessionId: 'cs5', callLegId: 'cl5' },
    ...{ direction: 'inbound', from: '+15550100001', to: '+15550100002', dialled: '1000' },
    ...{ startedAt, route: '1000', codec: 'opus' },
  })
  const url = 'ws://127.0.0.1:9000/ws'
  store.sessionStarted({
    ...{ sessionId, callSid: sampleCallSid, dialect: 'twilio', url },
    startedAt,
    settings: {},
  })
  for (const event of sampleEvents(events, startedAt, 3_600_000)) store.timeline(event)
  store.sessionEnded(sessionId, { status: 'completed', endedAt })
  store.callEnded(sampleCallSid, {
    ...{ status: 'completed', endedAt, endBy: 'caller', endReason: 'BYE', answeredAt: startedAt },
  })
}

/** Turn after turn: a question, the tokens of the answer, and what was heard of it. */
function sampleEvents(count: number, startedAt: number, ms: number): TimelineEvent[] {
  const turn: readonly (readonly [TimelineEventName, Record<string, unknown>])[] = [
    ['start_of_customer_speech', {}],
    ['end_of_customer_speech', {}],
    ['stt_latency', { stt_latency: { latency_ms: 750 } }],
    ['frame_sent', { body: JSON.stringify({ type: 'prompt', voicePrompt: 'what are your opening hours' }) }],
    ['prompt_sent', { text: 'what are your opening hours' }],
    ['first_token_received', {}],
    ...['We ', 'are ', 'open ', 'from ', 'nine ', 'until ', 'six.'].map(
      (token, i) => ['frame_received', { type: 'text', token, last: i === 6 }] as const,
    ),
    ['tts_latency', { tts_latency: { latency_ms: 90 } }],
    ['start_of_agent_speech', {}],
    ['chunk_played', { text: 'We are open from nine until six.' }],
    ['end_of_agent_speech', {}],
  ]
  return Array.from({ length: count }, (_, i) => {
    const [name, data] = turn[i % turn.length]!
    return { sessionId, sequenceNumber: i + 1, at: startedAt + (i * ms) / count, name, data }
  })
}
