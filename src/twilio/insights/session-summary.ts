import { TurnTracker } from '../../session/index.js'
import { rangeOf } from './figures.js'
import type { SessionEvent, SessionHistory } from './rows.js'

/** What a session amounts to, as `agent_session_summaries` has it. Latencies in ms. */
export function sessionSummary({ session, events }: SessionHistory): object {
  const latencies = (name: 'tts_latency' | 'stt_latency'): number[] =>
    events.filter((event) => event.name === name).map((event) => Number(payload(event, name)['latency_ms']))
  const turns = turnsOf(session.sessionId, events)
  const replies = repliesOf(events)
  const total = (key: 'tokens' | 'words'): number => replies.reduce((sum, reply) => sum + reply[key], 0)
  const wrapUp = events.find(({ name }) => name === 'call_wrap_up')
  return {
    session_id: session.sessionId,
    tts_latency_ms: rangeOf(latencies('tts_latency')),
    stt_latency_ms: rangeOf(latencies('stt_latency')),
    network_latency_ms: rangeOf(roundTrips(events), 1),
    time_to_first_audio_ms: rangeOf(
      turns.map(({ firstAudioAt, speechEndedAt }) => firstAudioAt - speechEndedAt),
    ),
    application_latency_ms: rangeOf(turns.map(({ firstTokenAt, promptAt }) => firstTokenAt - promptAt)),
    tokens: {
      total: total('tokens'),
      tokens_per_second: rangeOf(
        replies.flatMap(({ tokens, ms }) => (ms > 0 ? [(tokens * 1000) / ms] : [])),
        2,
      ),
    },
    words: {
      total: total('words'),
      words_per_minute: rangeOf(
        replies.flatMap(({ words, ms }) => (ms > 0 ? [(words * 60_000) / ms] : [])),
        2,
      ),
    },
    turns: turns.length,
    interruptions: {
      customer_to_agent: events.filter(({ name }) => name === 'interrupt').length,
      agent_to_customer: agentOverCustomer(events),
    },
    session_state: wrapUp ? (payload(wrapUp, 'call_wrap_up')['end_status'] ?? 'unknown') : 'unknown',
  }
}

/** How long the app's socket took to answer pings, in ms: the network's part of what is between prompt and token. */
function roundTrips(events: readonly SessionEvent[]): number[] {
  return events.filter(({ name }) => name === 'round_trip').map(({ data }) => Number(data['round_trip_ms']))
}

/** A turn that was answered. */
interface AnsweredTurn {
  readonly speechEndedAt: number
  readonly promptAt: number
  readonly firstTokenAt: number
  readonly firstAudioAt: number
}

function turnsOf(sessionId: string, events: readonly SessionEvent[]): readonly AnsweredTurn[] {
  const tracker = new TurnTracker()
  const turns: AnsweredTurn[] = []
  for (const { name, at, sequenceNumber, data } of events) {
    // The tracker passes over names that it does not know.
    const event = { sessionId, sequenceNumber, at, name: name as 'prompt_sent', data }
    if (tracker.add(event) !== 'firstAudio') continue
    const { speechEndedAt, promptAt, firstTokenAt = at, firstAudioAt = at } = tracker.turn!
    turns.push({ speechEndedAt, promptAt, firstTokenAt, firstAudioAt })
  }
  return turns
}

/** The app's replies: what they had, and how long they took to come, in ms. */
function repliesOf(events: readonly SessionEvent[]): { tokens: number; words: number; ms: number }[] {
  const replies: { tokens: number; words: number; ms: number }[] = []
  let firstAt: number | undefined
  for (const event of events) {
    if (event.name === 'first_token_received') firstAt = event.at
    if (event.name !== 'final_token_received') continue
    const { total_tokens, total_words } = payload(event, 'last_token_received')
    const ms = firstAt === undefined ? 0 : event.at - firstAt
    replies.push({ tokens: Number(total_tokens) || 0, words: Number(total_words) || 0, ms })
    firstAt = undefined
  }
  return replies
}

/** How often the agent began to speak while the customer did. */
function agentOverCustomer(events: readonly SessionEvent[]): number {
  let speaking = false
  let count = 0
  for (const { name } of events) {
    if (name === 'start_of_customer_speech') speaking = true
    if (name === 'end_of_customer_speech') speaking = false
    if (name === 'start_of_agent_speech' && speaking) count++
  }
  return count
}

function payload({ data }: SessionEvent, key: string): Readonly<Record<string, unknown>> {
  return (data[key] ?? {}) as Record<string, unknown>
}
