import { describe, expect, it } from 'vitest'
import {
  conversationOf,
  GrowingConversation,
  type Reply,
  unheard,
} from '../../../console/src/model/conversation.js'
import { merged, withPage } from '../../../console/src/model/data.js'
import { framesOf } from '../../../console/src/model/frames.js'
import { stretchesOf } from '../../../console/src/model/lanes.js'
import { stagesOf, turnsOf } from '../../../console/src/model/turns.js'
import type { TimelineEvent, TimelineEventName } from '../../../src/session/index.js'

type Step = readonly [at: number, name: TimelineEventName, data?: TimelineEvent['data']]

function events(...steps: readonly Step[]): TimelineEvent[] {
  return steps.map(([at, name, data = {}], i) => ({
    sessionId: 'VX1',
    sequenceNumber: i + 1,
    at,
    name,
    data,
  }))
}
const token = (at: number, text: string, last = false): Step => [
  at,
  'frame_received',
  { type: 'text', token: text, last },
]
const replies = (steps: readonly Step[]): Reply[] =>
  conversationOf(events(...steps)).filter((line): line is Reply => line.kind === 'agent')

describe('a conversation', () => {
  it('has the greeting, the question and the answer in the order in which they were heard', () => {
    const lines = conversationOf(
      events(
        [10, 'start_of_agent_speech'],
        [900, 'chunk_played', { text: 'Hello.' }],
        [950, 'end_of_agent_speech'],
        [2000, 'start_of_customer_speech'],
        [3000, 'end_of_customer_speech'],
        [3000, 'prompt_sent', { text: 'opening hours' }],
        token(3100, 'From nine. '),
        token(3150, 'Until six.', true),
        [3300, 'start_of_agent_speech'],
        [4000, 'chunk_played', { text: 'From nine.' }],
        [5000, 'chunk_played', { text: 'Until six.' }],
        [6000, 'call_wrap_up', { call_wrap_up: { end_status: 'hung_up' } }],
      ),
    )
    expect(lines).toMatchObject([
      { kind: 'agent', heard: 'Hello.', spokenAt: 10 },
      { kind: 'caller', at: 2000, end: 3000, text: 'opening hours' },
      {
        kind: 'agent',
        sent: 'From nine. Until six.',
        heard: 'From nine. Until six.',
        spokenAt: 3300,
        cut: '',
      },
      { kind: 'note', label: 'end', text: 'hung up' },
    ])
    expect(unheard(lines[2] as Reply)).toBe('')
  })

  it('tells what was heard of an answer that was interrupted, and counts what came too late as unheard', () => {
    const [cut, next] = replies([
      token(0, 'We are open from nine, '),
      token(1, 'until six.'),
      [100, 'start_of_agent_speech'],
      [900, 'chunk_played', { text: 'We are open from' }],
      [900, 'interrupt', { interrupt: { type: 'SPEECH' }, heard: 'We are open from' }],
      token(950, ' Every day.'),
      [1500, 'prompt_sent', { text: 'a table' }],
      token(1600, 'For how many?', true),
      [1700, 'start_of_agent_speech'],
      [2500, 'chunk_played', { text: 'For how many?' }],
    ])
    expect(cut).toMatchObject({ heard: 'We are open from', cut: 'interrupt' })
    expect(unheard(cut!)).toBe('nine, until six. Every day.')
    expect(next).toMatchObject({ heard: 'For how many?', cut: '', spokenAt: 1700 })
  })

  it('gives pieces that were heard to the answers they are of, when several wait', () => {
    const [first, second] = replies([
      token(0, 'One moment.', true),
      token(1, 'Here it is.', true),
      [100, 'start_of_agent_speech'],
      [500, 'chunk_played', { text: 'One moment.' }],
      [900, 'chunk_played', { text: 'Here it is.' }],
    ])
    expect([first!.heard, second!.heard]).toEqual(['One moment.', 'Here it is.'])
  })

  it('marks what newer words took the place of, and what the end cut off', () => {
    const [replaced, waiting] = replies([
      token(0, 'Please hold the line.', true),
      [10, 'preempted'],
      token(20, 'An agent is here.', true),
      [500, 'call_wrap_up', { call_wrap_up: { end_status: 'hung_up' } }],
    ])
    expect([replaced!.cut, waiting!.cut]).toEqual(['preempted', 'end'])
  })

  it('says what the app was not told, and what went wrong', () => {
    const lines = conversationOf(
      events(
        [0, 'prompt_withheld', { text: 'hello', why: 'agent_speaking' }],
        [1, 'dtmf', { digit: '5' }],
        [2, 'frame_received', { invalid: 'type: unknown', body: '{}' }],
        [3, 'error_event', { error: { message: 'no voice', code: 'tts_failed' } }],
      ),
    )
    expect(lines).toMatchObject([
      { kind: 'caller', text: 'hello', withheld: 'agent_speaking' },
      { label: 'key', text: '5' },
      { label: 'frame', tone: 'error', text: 'type: unknown' },
      { label: 'error', text: 'no voice' },
    ])
  })

  it('goes on with what comes, as it would have been made of all at once', () => {
    const all = events(
      [10, 'start_of_agent_speech'],
      [900, 'chunk_played', { text: 'Hello.' }],
      [2000, 'start_of_customer_speech'],
      [3000, 'prompt_sent', { text: 'opening hours' }],
      token(3100, 'From nine. '),
      token(3150, 'Until six.', true),
      [3300, 'start_of_agent_speech'],
      [4000, 'chunk_played', { text: 'From nine.' }],
      [4100, 'interrupt', {}],
      [4200, 'dtmf', { digit: '1' }],
    )
    const growing = new GrowingConversation()
    for (let n = 0; n <= all.length; n++)
      expect(growing.of(all.slice(0, n))).toEqual(conversationOf(all.slice(0, n)))
    // What comes before what was known: it begins anew.
    const earlier = [...events([5, 'warning', { text: 'early' }]), ...all]
    expect(growing.of(earlier)).toEqual(conversationOf(earlier))
    expect(growing.of([])).toEqual([])
  })

  it('is made of an hour with 20,000 events in no time', () => {
    const many: Step[] = []
    for (let at = 0; many.length < 20_000; at += 1000) {
      many.push([at, 'prompt_sent', { text: 'again' }], token(at, 'Yes, ', false), token(at, 'indeed.', true))
      many.push([at + 100, 'start_of_agent_speech'], [at + 900, 'chunk_played', { text: 'Yes, indeed.' }])
    }
    const started = performance.now()
    expect(conversationOf(events(...many))).toHaveLength(8000)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('what the unheard part begins with', () => {
  it.each([
    ['One, two.', 'One', 'two.'],
    ['One, two.', '', 'One, two.'],
    ['“Oui”, dit-il. Non.', 'oui dit il', 'Non.'],
    ['One two', 'one TWO', ''],
  ])('%s after %s', (sent, heard, rest) => expect(unheard({ sent, heard })).toBe(rest))
})

describe('turns', () => {
  it('are measured from the last voiced sample, stage by stage, as far as they came', () => {
    const turns = turnsOf(
      events(
        [1000, 'stt_latency', { stt_latency: { latency_ms: 700 } }],
        [1000, 'prompt_sent', { text: 'one' }],
        [1200, 'first_token_received'],
        [1300, 'start_of_agent_speech'],
        [5000, 'prompt_sent', { text: 'two' }],
        [5001, 'start_of_agent_speech'],
      ),
    )
    expect(turns.map(({ firstAudioAt }) => firstAudioAt)).toEqual([1300, undefined])
    expect(stagesOf(turns[0]!)).toEqual([
      { name: 'transcript', from: 0, ms: 700 },
      { name: 'app', from: 700, ms: 200 },
      { name: 'speech', from: 900, ms: 100 },
    ])
    expect(stagesOf(turns[1]!)).toEqual([{ name: 'transcript', from: 0, ms: 0 }])
  })
})

describe('what is drawn of a timeline', () => {
  it('are stretches of speech, open ones up to now', () => {
    const spoken = events(
      [0, 'start_of_agent_speech'],
      [10, 'end_of_agent_speech'],
      [20, 'start_of_customer_speech'],
    )
    expect(stretchesOf(spoken, 50)).toEqual([
      { who: 'agent', from: 0, to: 10 },
      { who: 'caller', from: 20, to: 50 },
    ])
  })

  it('are frames both ways, wrong ones with what is wrong', () => {
    const frames = framesOf(
      events(
        [0, 'frame_sent', { body: '{"type":"setup"}' }],
        token(1, 'Yes', true),
        [2, 'frame_received', { invalid: 'no JSON', body: 'what' }],
        [3, 'dtmf', { digit: '1' }],
      ),
    )
    expect(frames).toMatchObject([
      { direction: 'sent', type: 'setup' },
      { direction: 'received', type: 'text', body: '{"type":"text","token":"Yes","last":true}' },
      { direction: 'received', type: '', problem: 'no JSON', body: 'what' },
    ])
  })

  it('are events that came twice once, in order of time', () => {
    const all = events([0, 'dtmf'], [5, 'dtmf'], [9, 'dtmf'])
    const other = { ...all[0]!, sessionId: 'VX2', at: 3 }
    const known = merged(all.slice(0, 2), [all[1]!, all[2]!])
    expect(merged(known, [other]).map(({ at }) => at)).toEqual([0, 3, 5, 9])
  })

  it('are pages of a session put together with what came meanwhile, each event once', () => {
    const all = events([0, 'dtmf'], [1, 'dtmf'], [2, 'dtmf'], [3, 'dtmf'], [4, 'dtmf'])
    const other = { ...all[0]!, sessionId: 'VX2', at: 2.5 }
    let known = merged([other], [all[4]!])
    for (const page of [all.slice(0, 2), all.slice(2, 4), all.slice(2, 5), []])
      known = withPage(known, 'VX1', page)
    expect(known.map(({ at }) => at)).toEqual([0, 1, 2, 2.5, 3, 4])
  })
})
