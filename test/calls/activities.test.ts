import { describe, expect, it } from 'vitest'
import type { AnswerFinding, AnswerWish, ListenWish, RecordWish, StreamWish } from '../../src/media/index.js'
import { Node } from './support/fakes.js'

const beep = { kind: 'beep', durationMs: 100 } as const
const listenWish: ListenWish = {
  track: 'inbound',
  provider: '',
  model: '',
  language: 'en-US',
  hints: [],
  silenceMs: 'auto',
  settings: {},
}
const answerWish: AnswerWish = {
  silenceThreshold: 256,
  initialSilenceMs: 3500,
  greetingMs: 3500,
  afterGreetingSilenceMs: 800,
  betweenWordsMs: 50,
  mostWords: 5,
  longestWordMs: 3500,
  totalMs: 3500,
}
const recordWish: RecordWish = {
  path: '/nonexistent/1.wav',
  format: 'wav',
  channels: 'dual',
  track: 'both',
  maxMs: 0,
  silenceMs: 0,
  trim: false,
}
const streamWish: StreamWish = {
  url: 'ws://127.0.0.1:1/',
  dialect: 'twilio',
  track: 'inbound',
  codec: 'PCMU',
  sampleRate: 8000,
  bidirectional: undefined,
  parameters: {},
  facts: {},
}

/** What a promise has come to by now: 'pending' or its value. */
async function now<T>(promise: Promise<T>): Promise<T | 'pending'> {
  await new Promise<void>((resolve) => setImmediate(resolve))
  return Promise.race([promise, Promise.resolve('pending' as const)])
}

describe('announcements', () => {
  it('begin and end as the media plane tells, each by its id', async () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const one = call.announce(beep)
    const two = call.announce(beep, 'my-own')
    expect(two.id).toBe('my-own')
    expect(node.media.last('announce')).toEqual({ type: 'announce', leg, id: 'my-own', item: beep })
    node.media.onEvent({ type: 'announcing', leg, id: one.id })
    expect(await now(one.started)).toBeUndefined()
    expect(await now(two.started)).toBe('pending')
    node.media.onEvent({ type: 'announced', leg, id: one.id, end: 'completed', detail: '' })
    expect(await now(one.ended)).toMatchObject({ end: 'completed' })
    node.media.onEvent({
      type: 'announced',
      leg,
      id: two.id,
      end: 'failed',
      detail: '404',
      code: 'media_fetch_failed',
    })
    expect(await now(two.started)).toBeUndefined()
    expect(await now(two.ended)).toEqual({ end: 'failed', detail: '404', code: 'media_fetch_failed' })
  })

  it('are stopped one by one, or all', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    call.announce(beep, 'a').stop()
    expect(node.media.last('stop-announcing')).toEqual({ type: 'stop-announcing', leg, id: 'a' })
    call.stopAnnouncing()
    expect(node.media.last('stop-announcing')).toEqual({ type: 'stop-announcing', leg })
  })

  it('end with the call, and at once after it', async () => {
    const node = new Node()
    const { call } = node.answered()
    const before = call.announce(beep)
    call.hangup('over')
    const between = call.announce(beep)
    expect(await now(before.ended)).toBe('pending')
    node.closeLegs()
    const after = call.announce(beep)
    for (const { ended } of [before, between, after])
      expect(await now(ended)).toMatchObject({ end: 'leg-closed' })
    expect(node.media.commands.filter(({ type }) => type === 'announce')).toHaveLength(1)
  })
})

describe('listening', () => {
  it('tells what is heard, until it is stopped', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const heard: unknown[] = []
    const listening = call.listen(listenWish, {
      heard: (transcript) => heard.push(transcript),
      voice: (on) => heard.push(on),
    })
    const { id } = listening
    const transcript = { text: 'hello', final: true, language: 'en-US', confidence: 0.5 }
    node.media.onEvent({ type: 'voice', leg, id, on: true })
    node.media.onEvent({ type: 'heard', leg, id, ...transcript })
    expect(heard).toEqual([true, transcript])
    listening.stop()
    listening.stop()
    expect(node.media.commands.filter(({ type }) => type === 'stop-listening')).toEqual([
      { type: 'stop-listening', leg, id },
    ])
    node.media.onEvent({ type: 'heard', leg, id, ...transcript })
    expect(heard).toHaveLength(2)
  })

  it('goes on to tell what was said last, where that is settled', async () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const heard: string[] = []
    const { id, stop, ended } = call.listen(
      { ...listenWish, settles: true },
      { heard: ({ text }) => heard.push(text) },
    )
    let over = false
    ended.then(() => {
      over = true
    })
    stop()
    stop()
    expect(node.media.commands.filter(({ type }) => type === 'stop-listening')).toHaveLength(1)
    const transcript = { final: true, language: '', confidence: undefined }
    node.media.onEvent({ type: 'heard', leg, id, text: 'bye', ...transcript })
    await Promise.resolve()
    expect(over).toBe(false)
    node.media.onEvent({ type: 'listened', leg, id })
    await ended
    node.media.onEvent({ type: 'heard', leg, id, text: 'more', ...transcript })
    expect(heard).toEqual(['bye'])
  })

  it('tells that it failed, once; a listener that throws harms nobody', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const failures: string[] = []
    const { id } = call.listen(listenWish, {
      heard: () => {
        throw new Error('listener')
      },
      failed: (detail) => failures.push(detail),
    })
    node.media.onEvent({
      type: 'heard',
      leg,
      id,
      text: 'a',
      final: false,
      language: '',
      confidence: undefined,
    })
    for (let i = 0; i < 2; i++) node.media.onEvent({ type: 'listen-failed', leg, id, detail: 'no engine' })
    expect(failures).toEqual(['no engine'])
  })
})

describe('who speaks', () => {
  it('is told until nobody asks any more', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const told: boolean[] = []
    const { id, stop } = call.watchVoice((on) => told.push(on))
    expect(node.media.last('watch-voice')).toMatchObject({ leg, id })
    for (const on of [true, false]) node.media.onEvent({ type: 'voice', leg, id, on })
    stop()
    stop()
    node.media.onEvent({ type: 'voice', leg, id, on: true })
    expect(told).toEqual([true, false])
    expect(node.media.commands.filter(({ type }) => type === 'stop-watching-voice')).toHaveLength(1)
  })
})

describe('who answered', () => {
  it('is told until nobody asks any more', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const told: AnswerFinding[] = []
    const { id, stop } = call.watchAnswer(answerWish, (finding) => told.push(finding))
    expect(node.media.commands.filter(({ type }) => type === 'watch-answer')).toMatchObject([
      { leg, id, wish: answerWish },
    ])
    const finding = { kind: 'answered', by: 'human', words: 1, afterMs: 1200 } as const
    node.media.onEvent({ type: 'answerer', leg, id, finding })
    stop()
    stop()
    node.media.onEvent({ type: 'answerer', leg, id, finding })
    expect(told).toEqual([finding])
    expect(node.media.commands.filter(({ type }) => type === 'stop-watching')).toMatchObject([{ leg, id }])
  })
})

describe('recordings and streams', () => {
  it('begin, pause and end', async () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const recording = call.record(recordWish, 'RE1')
    node.media.onEvent({ type: 'recording', leg, id: 'RE1' })
    expect(await now(recording.started)).toBeUndefined()
    recording.pause(true)
    expect(node.media.last('pause-recording')).toMatchObject({ id: 'RE1', paused: true })
    recording.stop()
    expect(node.media.last('stop-recording')).toMatchObject({ id: 'RE1' })
    const end = { end: 'stopped', durationMs: 900, bytes: 44, detail: '' } as const
    node.media.onEvent({ type: 'recorded', leg, id: 'RE1', ...end })
    expect(await now(recording.ended)).toEqual(end)

    const stream = call.stream(streamWish)
    stream.stop()
    expect(node.media.last('stop-stream')).toMatchObject({ id: stream.id })
    node.media.onEvent({ type: 'streamed', leg, id: stream.id, end: 'connect-failed', detail: 'refused' })
    expect(await now(stream.started)).toBeUndefined()
    expect(await now(stream.ended)).toEqual({ end: 'connect-failed', detail: 'refused' })
  })

  it('end with the call', async () => {
    const node = new Node()
    const { call, listener } = node.answered()
    const recording = call.record(recordWish)
    const stream = call.stream(streamWish)
    listener.ended({ by: 'peer', reason: 'bye', detail: '' })
    node.closeLegs()
    expect(await now(recording.ended)).toMatchObject({ end: 'leg-closed' })
    expect(await now(stream.ended)).toMatchObject({ end: 'leg-closed' })
  })
})
