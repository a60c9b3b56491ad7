import { describe, expect, it } from 'vitest'
import { LiveFeed } from '../../src/console/live-feed.js'
import { CallWatcher } from '../../src/console/watcher.js'
import type { TimelineEvent, TimelineEventName } from '../../src/session/index.js'
import type { CallChanges, CallLogEntry, TurnRecord } from '../../src/store/index.js'
import { newCall, newSession } from '../store/samples.js'

function rig() {
  const feed = new LiveFeed('run')
  const changes: CallChanges[] = []
  const turns: TurnRecord[] = []
  const logged: CallLogEntry[] = []
  const watcher = new CallWatcher({
    feed,
    newId: () => 'id',
    store: {
      callUpdated: (_, change) => changes.push(change),
      turns: { add: (turn: TurnRecord) => turns.push(turn) } as never,
      callLog: { add: (entry: CallLogEntry) => logged.push(entry) } as never,
    },
  })
  const call = newCall(1, { sipCallId: 'a@phone' })
  const session = newSession(1)
  let sequence = 0
  const event = (name: TimelineEventName, at: number, data: TimelineEvent['data'] = {}) =>
    watcher.timeline({ sessionId: session.sessionId, sequenceNumber: ++sequence, at, name, data })
  watcher.callStarted(call)
  watcher.sessionStarted(session)
  return { feed, changes, turns, logged, watcher, call, session, event }
}

const end = { status: 'completed', endedAt: 9000, endBy: 'caller', endReason: 'bye' } as const

describe('the watcher of calls', () => {
  it('writes down how long each turn took, with the engines at work', () => {
    const { turns, event, session } = rig()
    event('configurations', 0, {
      configurations: { ttsLanguage: 'en-US', transcriptionLanguage: 'en-US' },
      languages: {
        'en-US': { tts_provider: 'google', voice: 'amy', transcription_provider: 'deepgram' },
        'es-ES': { tts_provider: 'azure', voice: 'eva', transcription_provider: 'google' },
      },
    })
    event('stt_latency', 1000, { stt_latency: { latency_ms: 700 } })
    event('prompt_sent', 1000, { text: 'hello' })
    event('first_token_received', 1200)
    event('start_of_agent_speech', 1500)
    event('language_changed', 1600, { language_changed: { tts_language_code: 'es-ES' } })
    event('prompt_sent', 2000, { text: 'hola' })
    expect(turns).toHaveLength(1)
    event('call_wrap_up', 3000)
    expect(turns).toMatchObject([
      {
        ...{ number: 1, app: session.url, stt: 'deepgram', tts: 'google', voice: 'amy', text: 'hello' },
        ...{ speechEndedAt: 300, promptAt: 1000, firstTokenAt: 1200, firstAudioAt: 1500 },
      },
      { number: 2, tts: 'azure', voice: 'eva', text: 'hola', firstTokenAt: null, firstAudioAt: null },
    ])
  })

  it('says what is wrong with a call: at once when it is new, with counts at the end', () => {
    const { changes, watcher, event, call } = rig()
    event('frame_received', 1, { invalid: 'type: unknown', body: '{}' })
    event('frame_received', 2, { invalid: 'type: unknown', body: '{}' })
    event('error_event', 3, { error: { code: 'tts_failed', message: 'no voice' } })
    watcher.webhook(call.callLegId, true, 'call.answered')
    expect(changes.map(({ problems }) => problems!.map(({ code }) => code))).toEqual([
      ['frame_invalid'],
      ['frame_invalid', 'tts_failed'],
      ['frame_invalid', 'tts_failed', 'webhook_failed'],
    ])
    const received = { packets: 900, bytes: 0, lost: 100, discarded: 0, jitterMs: 5, concealedMs: 0 }
    const quality = { mos: 2.5, received: { ...received, delayMs: 60, rejected: 0 } }
    watcher.callEnded(call.callSid, { ...end, status: 'failed' }, quality as never)
    expect(changes.at(-1)!.problems).toMatchObject([
      { code: 'frame_invalid', count: 2 },
      { code: 'tts_failed', severity: 'error', detail: 'no voice' },
      { code: 'webhook_failed' },
      { code: 'call_failed' },
      { code: 'audio_poor', severity: 'warning', detail: 'MOS 2.5, 10.0 % of packets lost' },
    ])
  })

  it('has nothing to say of a call that went well, until its last webhook is given up', () => {
    const { changes, watcher, call } = rig()
    watcher.callEnded(call.callSid, end, undefined)
    expect(changes).toEqual([])
    watcher.webhook(call.callSid, true, 'call.hangup')
    expect(changes).toMatchObject([{ problems: [{ code: 'webhook_failed', detail: 'call.hangup' }] }])
  })

  it('forgets calls that are over when there are many', () => {
    const { changes, feed, watcher, event, call } = rig()
    watcher.callEnded(call.callSid, end, undefined)
    for (let n = 2; n <= 501; n++) {
      watcher.callStarted(newCall(n))
      watcher.callEnded(newCall(n).callSid, end, undefined)
    }
    const cursor = feed.cursor
    event('prompt_sent', 1)
    watcher.webhook(call.callSid, true, '')
    expect(feed.since(cursor, {})).toEqual([])
    expect(changes).toEqual([])
  })

  it('keeps the messages of the call and gives all news', () => {
    const { logged, feed, watcher, event } = rig()
    const text = { peer: 'udp 127.0.0.1:5060', summary: 'ACK', text: 'ACK' }
    watcher.sip({ at: 5, direction: 'in', callId: 'a@phone', ...text })
    event('dtmf', 6, { digit: '1' })
    expect(logged).toMatchObject([{ kind: 'sip', createdAt: 5, data: { direction: 'in', summary: 'ACK' } }])
    const topics = feed.since('run-0', {})!.map(({ topic }) => topic)
    expect(topics).toEqual(['call', 'session', 'sip', 'event'])
  })
})
