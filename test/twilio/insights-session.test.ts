import { describe, expect, it } from 'vitest'
import type { CallRecord, SessionRecord } from '../../src/store/index.js'
import { type EventRow, eventRows } from '../../src/twilio/insights/rows.js'
import { sessionSummary } from '../../src/twilio/insights/session-summary.js'
import { Rig } from '../session/support/rig.js'

/** ms that the voice takes to begin. */
const VOICE_MS = 140

/** A session in simulated time whose voice takes a known time. */
async function open(settings: Record<string, unknown> = {}): Promise<Rig> {
  const rig = new Rig({ dtmfDetection: true, ...settings })
  const speak = rig.tts.speak.bind(rig.tts)
  rig.tts.speak = async function* (request) {
    await new Promise<void>((resolve) => rig.clock.after(VOICE_MS, () => resolve()))
    yield* speak(request)
  }
  return rig.open()
}

function historyOf(rig: Rig) {
  const settings = (rig.session as unknown as { options: { settings: SessionRecord['settings'] } }).options
    .settings
  const session = { sessionId: 'VX00000000000000000000000000000001', settings } as SessionRecord
  return { session, events: rig.timeline }
}

function rowsOf(rig: Rig): readonly EventRow[] {
  const call = {
    callSid: 'CA1',
    direction: 'inbound',
    startedAt: 0,
    answeredAt: null,
    endedAt: null,
  } as CallRecord
  return eventRows(call, [historyOf(rig)], 'AC1').filter(({ group }) => group === 'conversation_relay')
}

function namesOf(rig: Rig): string[] {
  return rowsOf(rig).map(({ name }) => name)
}

/** Payload of the first row of a name. */
function payloadOf(rig: Rig, name: string): Record<string, unknown> {
  const row = rowsOf(rig).find((one) => one.name === name)
  const { session_id, sequence_number, ...payload } = row!.conversation_relay_data as Record<string, unknown>
  expect([session_id, typeof sequence_number]).toEqual(['VX00000000000000000000000000000001', 'number'])
  return payload
}

/** The caller asks, the app answers after 200 ms. */
async function turn(rig: Rig): Promise<void> {
  rig.voice.voiceStart(0)
  rig.stt.now.hears('what are your hours')
  await rig.run(1000)
  rig.voice.voiceEnd(0)
  await rig.run(600)
  rig.stt.now.settles('what are your hours')
  await rig.run(200)
  rig.send({ type: 'text', token: 'From nine ', last: false })
  await rig.run(100)
  rig.send({ type: 'text', token: 'to six.', last: true })
  await rig.run(600)
}

describe('rows of a session, each for its reason', () => {
  it('a turn, with the latencies that there were', async () => {
    const rig = await open()
    await turn(rig)
    rig.appListener.roundTrip(37)
    await rig.run(2000)
    expect(namesOf(rig)).toEqual([
      'configurations',
      'start_of_customer_speech',
      'end_of_customer_speech',
      'stt_latency',
      'prompt_sent',
      'first_token_received',
      'final_token_received',
      'tts_latency',
      'start_of_agent_speech',
      'end_of_agent_speech',
    ])
    expect(payloadOf(rig, 'stt_latency')).toEqual({ stt_latency: { latency_ms: 600 } })
    expect(payloadOf(rig, 'final_token_received')).toEqual({
      last_token_received: { total_tokens: 2, total_words: 4 },
    })
    const { tts_latency } = payloadOf(rig, 'tts_latency') as { tts_latency: { latency_ms: number } }
    expect(tts_latency.latency_ms).toBeGreaterThanOrEqual(VOICE_MS)
    expect(tts_latency.latency_ms).toBeLessThanOrEqual(VOICE_MS + 40)
    const atOf = (name: string) => rig.timeline.find((event) => event.name === name)!.at
    const between = (from: string, to: string) => atOf(to) - atOf(from)
    expect(between('start_of_customer_speech', 'end_of_customer_speech')).toBe(1600)
    expect(between('prompt_sent', 'first_token_received')).toBe(200)
    expect(between('first_token_received', 'final_token_received')).toBe(100)
    // What plays begins at a frame of 20 ms.
    const voiceMs = between('final_token_received', 'start_of_agent_speech')
    expect(voiceMs - tts_latency.latency_ms).toBeGreaterThanOrEqual(0)
    expect(voiceMs - tts_latency.latency_ms).toBeLessThanOrEqual(20)
    // 50 ms for each of its characters.
    expect(between('start_of_agent_speech', 'end_of_agent_speech')).toBeCloseTo(850, -2)
    for (const name of ['start_of_customer_speech', 'prompt_sent', 'first_token_received']) {
      expect(payloadOf(rig, name)).toEqual({})
    }
    const one = (value: number) => ({ min: value, max: value, avg: value })
    expect(sessionSummary(historyOf(rig))).toMatchObject({
      stt_latency_ms: one(600),
      tts_latency_ms: one(tts_latency.latency_ms),
      application_latency_ms: one(200),
      network_latency_ms: one(37),
      // From the end of the voice: recognition, the app until its last token, the voice.
      time_to_first_audio_ms: one(600 + 200 + 100 + voiceMs),
      tokens: { total: 2, tokens_per_second: one(20) },
      words: { total: 4 },
      turns: 1,
      interruptions: { customer_to_agent: 0, agent_to_customer: 0 },
      session_state: 'unknown',
    })
  })

  it('interrupt: by speech, and by a key', async () => {
    const rig = await open()
    await turn(rig)
    rig.voice.voiceStart(0)
    rig.stt.now.hears('stop please')
    await rig.run(100)
    expect(payloadOf(rig, 'interrupt')).toEqual({ interrupt: { type: 'SPEECH' } })
    const keyed = await open()
    await turn(keyed)
    keyed.press('5')
    expect(payloadOf(keyed, 'interrupt')).toEqual({ interrupt: { type: 'DTMF' } })
    expect(payloadOf(keyed, 'dtmf')).toEqual({})
    expect(namesOf(keyed).slice(-3)).toEqual(['dtmf', 'interrupt', 'end_of_agent_speech'])
    expect(sessionSummary(historyOf(keyed))).toMatchObject({ interruptions: { customer_to_agent: 1 } })
  })

  it('preempted: the app says something else', async () => {
    const rig = await open()
    rig.send({ type: 'text', token: 'This is a long sentence that goes on.', last: true, preemptible: true })
    await rig.run(600)
    rig.send({ type: 'text', token: 'Something else.', last: true })
    await rig.run(600)
    expect(namesOf(rig).filter((name) => /preempted|interrupt|agent/.test(name))).toEqual([
      'start_of_agent_speech',
      'preempted',
    ])
  })

  it('digit, play_media, language_changed: the app asks for them', async () => {
    const rig = await open({ languages: [{ code: 'es-ES', voice: 'Lucia' }] })
    rig.send({ type: 'sendDigits', digits: '12' })
    rig.send({ type: 'play', source: 'http://127.0.0.1:9/tune.wav' })
    rig.send({ type: 'language', ttsLanguage: 'es-ES', transcriptionLanguage: 'es-ES' })
    await rig.run(3000)
    expect(payloadOf(rig, 'digit')).toEqual({})
    expect(payloadOf(rig, 'play_media')).toEqual({})
    expect(payloadOf(rig, 'language_changed')).toEqual({
      language_changed: { tts_language_code: 'es-ES', transcription_language_code: 'es-ES' },
    })
    const { configurations } = payloadOf(rig, 'configurations') as {
      configurations: { languages: Record<string, object> }
    }
    expect(configurations.languages['es-ES']).toMatchObject({ voice: 'Lucia' })
  })

  it('error_event and call_wrap_up: the session ends, with why', async () => {
    const rig = await open()
    await rig.run(3000)
    rig.appListener.closed(1006, '')
    expect(payloadOf(rig, 'error_event')).toEqual({
      error: { error_code: 64105, message: expect.any(String) },
    })
    expect(payloadOf(rig, 'call_wrap_up')).toEqual({
      call_wrap_up: { duration_in_seconds: 3, end_status: 'failure' },
    })
    expect(sessionSummary(historyOf(rig))).toMatchObject({ session_state: 'failure', turns: 0 })
    const ended = await open()
    ended.send({ type: 'end' })
    await ended.run(100)
    expect(payloadOf(ended, 'call_wrap_up')).toMatchObject({ call_wrap_up: { end_status: 'ended' } })
    const hungUp = await open()
    hungUp.session.end('caller-gone', 'bye')
    expect(payloadOf(hungUp, 'call_wrap_up')).toMatchObject({ call_wrap_up: { end_status: 'hung_up' } })
  })
})
