import { describe, expect, it } from 'vitest'
import { conversationOf } from '../../src/cli/conversation.js'
import { plain } from '../../src/cli/paint.js'
import { callPage } from '../../src/cli/show.js'
import { waterfall } from '../../src/cli/waterfall.js'
import type { TimelineEvent, TimelineEventName } from '../../src/session/index.js'
import type { CallRecord, SessionRecord } from '../../src/store/index.js'

const start = 1_700_000_000_000

function events(...list: [number, TimelineEventName, Record<string, unknown>?][]): TimelineEvent[] {
  return list.map(([at, name, data = {}], index) => ({
    sessionId: 'VX1',
    sequenceNumber: index + 1,
    at: start + at,
    name,
    data,
  }))
}

/** A greeting, a question answered in 600 ms, and an interruption by speech. */
const timeline = events(
  [0, 'configurations', { configurations: {} }],
  [400, 'start_of_agent_speech'],
  [1600, 'chunk_played', { text: 'Hello.' }],
  [1600, 'end_of_agent_speech'],
  [2000, 'start_of_customer_speech'],
  [3500, 'end_of_customer_speech'],
  [3500, 'stt_latency', { stt_latency: { latency_ms: 300 } }],
  [3500, 'prompt_sent', { text: 'what are your opening hours' }],
  [3650, 'first_token_received'],
  [3800, 'start_of_agent_speech'],
  [5000, 'chunk_played', { text: 'We are open' }],
  [5200, 'start_of_customer_speech'],
  [5300, 'chunk_played', { text: 'from nine' }],
  [5300, 'interrupt', { interrupt: { type: 'SPEECH' }, heard: 'from nine', heard_ms: 250 }],
  [5300, 'end_of_agent_speech'],
  [5900, 'frame_received', { invalid: 'token: expected a string', body: '{}' }],
  [6000, 'call_wrap_up', { call_wrap_up: { duration_in_seconds: 6, end_status: 'hung_up' } }],
)

const call: CallRecord = {
  callSid: `CA${'1'.repeat(32)}`,
  callControlId: '',
  callSessionId: '',
  callLegId: '',
  direction: 'inbound',
  from: '+15550100',
  to: 'sip:1000@127.0.0.1',
  dialled: '1000',
  callerName: 'Alice',
  status: 'completed',
  startedAt: start,
  ringingAt: null,
  answeredBy: null,
  answeredAt: start + 200,
  endedAt: start + 6200,
  endBy: 'caller',
  endReason: 'bye',
  endCause: 'normal',
  sipStatus: 200,
  parentCallSid: null,
  sipCallId: '',
  route: '1000',
  codec: 'G722',
  recordingPath: 'recordings/1.wav',
  problems: null,
  quality: null,
}

const session: SessionRecord = {
  sessionId: 'VX1',
  callSid: call.callSid,
  dialect: 'twilio',
  url: 'ws://127.0.0.1:9000/ws',
  startedAt: start,
  endedAt: start + 6000,
  status: 'completed',
  errorCode: null,
  errorMessage: null,
  handoffData: null,
  settings: {},
}

describe('a timeline as a conversation', () => {
  it('says who spoke when, to the recogniser’s end of speech, and what was heard of what was cut', () => {
    const speech = conversationOf(timeline).filter((row) => row.kind === 'speech')
    expect(
      speech.map(({ who, at, end, text, cut }) => [who, at - start, end && end - start, text, cut]),
    ).toEqual([
      ['agent', 400, 1600, 'Hello.', false],
      ['caller', 2000, 3200, 'what are your opening hours', false],
      ['agent', 3800, 5300, 'We are open from nine', true],
      ['caller', 5200, undefined, '', false],
    ])
  })

  it('is in order of time', () => {
    const times = conversationOf(timeline).map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('gives an answer’s latencies once, and none to the greeting', () => {
    const answers = conversationOf(timeline).filter((row) => row.kind === 'answer')
    expect(answers).toHaveLength(1)
    expect(answers[0]!.turn).toEqual({
      text: 'what are your opening hours',
      speechEndedAt: start + 3200,
      promptAt: start + 3500,
      firstTokenAt: start + 3650,
      firstAudioAt: start + 3800,
    })
  })

  it('survives events out of place and without data', () => {
    const names: TimelineEventName[] = [
      'end_of_agent_speech',
      'chunk_played',
      'interrupt',
      'error_event',
      'prompt_sent',
    ]
    const rows = conversationOf(events(...names.map((name): [number, TimelineEventName] => [0, name])))
    expect(waterfall(rows, start, 80, plain)).toContain('error')
  })
})

describe('parley show', () => {
  const page = callPage(call, [{ ...session, timeline }], 120, plain)

  it('tells the facts of the call', () => {
    expect(page).toContain('Alice <+15550100> → 1000  completed')
    expect(page).toContain('6.0 s · ended by caller (bye) · G722')
    expect(page).toContain('recording recordings/1.wav')
  })

  it('tells how an answer took its time', () => {
    const line = page.split('\n').find((one) => one.includes('answer '))
    expect(line).toMatch(/0:03\.800\s+answer\s+600 ms\s+prompt \+300 ms → first token \+150 ms →/)
    expect(page).toContain('1 answered turn · median 600 ms, longest 600 ms · 1 interruption · 1 error')
  })

  it('draws each stretch of speech where it lies', () => {
    const bars = page.split('\n').flatMap((line) => line.match(/·*[▒█]+·*/) ?? [])
    expect(bars).toHaveLength(4)
    expect(new Set(bars.map((bar) => bar.length))).toEqual(new Set([40]))
    const starts = bars.map((bar) => bar.search(/[▒█]/))
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
    expect(starts[0]).toBe(Math.floor((400 / 6000) * 40))
  })

  it('keeps to the width of the terminal', () => {
    const long = events([0, 'start_of_agent_speech'], [900, 'chunk_played', { text: 'word '.repeat(100) }])
    for (const line of waterfall(conversationOf(long), start, 100, plain).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100)
    }
  })

  it('shows why a session failed, and one without events', () => {
    const failed = {
      ...session,
      status: 'failed' as const,
      errorCode: 64102,
      errorMessage: 'refused',
      timeline: [],
    }
    expect(callPage(call, [failed], 100, plain)).toContain('64102: refused\nNo events.')
  })
})
