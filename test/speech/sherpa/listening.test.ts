import { afterEach, describe, expect, it } from 'vitest'
import { SherpaListening } from '../../../src/speech/stt/sherpa/listening.js'
import type { ToWorker } from '../../../src/speech/stt/sherpa/messages.js'
import { SherpaStt } from '../../../src/speech/stt/sherpa-onnx.js'
import { FakeRecogniser } from '../stt/fake-recogniser.js'
import { listenOptions } from './support/listen.js'
import { TestModels } from './support/models.js'

/** A listening whose worker is the test. */
function listen(endOfTurnMs?: number) {
  const sent: ToWorker[] = []
  const events: unknown[][] = []
  let behindMs = 0
  const listening = new SherpaListening({
    id: 1,
    options: listenOptions(),
    language: 'en-US',
    spoken: 'en',
    endOfTurnMs,
    post: (message) => sent.push(message),
    behindMs: () => behindMs * 2,
    hearing: () => 2,
    released: () => events.push(['released']),
  })
  for (const name of ['partial', 'final', 'endOfTurn', 'error'] as const) {
    listening.on(name, (...args: unknown[]) => events.push([name, ...args]))
  }
  const write = (ms: number, voiced: boolean) => {
    for (let at = 0; at < ms; at += 20) listening.write(new Int16Array(320), voiced)
  }
  const heardMs = () => sent.reduce((sum, message) => sum + (message.type === 'audio' ? message.ms : 0), 0)
  return {
    listening,
    sent,
    events,
    write,
    heardMs,
    types: () => sent.map(({ type }) => type).filter((type) => type !== 'audio'),
    fallBehind: (ms: number) => {
      behindMs = ms
    },
  }
}

describe('SherpaListening', () => {
  it('lets the model hear speech, what was before it, and the silence that its rules need', () => {
    const { write, heardMs } = listen()
    write(10_000, false)
    expect(heardMs()).toBe(0)
    write(1000, true)
    write(60_000, false)
    expect(heardMs()).toBe(400 + 1000 + 3000)
  })

  it('ends the turn at the end of the model, and hears nothing more until there is a voice', () => {
    const { listening, write, events, heardMs } = listen()
    write(1000, true)
    write(800, false)
    listening.answer({ type: 'endpoint', stream: 1, text: 'hello', confidence: 0.5 })
    expect(events).toEqual([['final', { text: 'hello', language: 'en-US', confidence: 0.5 }], ['endOfTurn']])
    const before = heardMs()
    write(5000, false)
    expect(heardMs()).toBe(before)
  })

  it('does not end the turn of somebody who speaks on', () => {
    const { listening, write, events } = listen()
    write(30_000, true)
    listening.answer({ type: 'endpoint', stream: 1, text: 'a long story' })
    listening.answer({ type: 'endpoint', stream: 1, text: '' })
    expect(events).toEqual([['final', { text: 'a long story', language: 'en-US' }]])
  })

  it('tells a model that does not find out itself when speech is over, once', () => {
    const { write, types } = listen(700)
    write(1000, true)
    write(680, false)
    expect(types()).toEqual(['open'])
    write(5000, false)
    expect(types()).toEqual(['open', 'end'])
    write(28_000, true)
    expect(types()).toEqual(['open', 'end', 'end'])
  })

  it('reports the language that the model found', () => {
    const { listening, events } = listen()
    listening.answer({ type: 'final', stream: 1, text: 'hallo', language: 'de' })
    listening.answer({ type: 'final', stream: 1, text: 'hello', language: 'en' })
    expect(events).toEqual([
      ['final', { text: 'hallo', language: 'de' }],
      ['final', { text: 'hello', language: 'en-US' }],
    ])
  })

  it('begins nothing new when the machine cannot follow', () => {
    const { write, events, fallBehind } = listen()
    fallBehind(6000)
    write(200, true)
    expect(events).toEqual([
      ['released'],
      ['error', expect.objectContaining({ message: expect.stringContaining('6000 ms behind') })],
    ])
  })

  it('says nothing after it is closed', async () => {
    const { listening, write, events, types } = listen()
    await listening.close()
    await listening.close()
    write(200, true)
    listening.finalize()
    listening.answer({ type: 'partial', stream: 1, text: 'late' })
    expect(events).toEqual([['released']])
    expect(types()).toEqual(['open', 'close'])
  })
})

describe('sets of hints', () => {
  const models = new TestModels()
  afterEach(() => models.remove())

  it('take a process each while they are in use, three at most; then calls go without', async () => {
    models.add('one', 'streaming-transducer', () => {})
    const workers: FakeRecogniser[] = []
    const hints: (readonly string[])[] = []
    const engine = await SherpaStt.start(
      { dir: models.dir },
      {
        check: async () => undefined,
        launch: (settings) => {
          const worker = new FakeRecogniser()
          workers.push(worker)
          hints.push(settings.options.hints)
          setImmediate(() => worker.tell({ type: 'ready' }))
          return worker.child
        },
      },
    )
    const open = ['a', 'b', 'c', 'd', 'a'].map((hint) => engine.open(listenOptions({ hints: [hint] })))
    expect(hints).toEqual([[], ['a'], ['b'], ['c']])
    await open[1]!.close()
    engine.open(listenOptions({ hints: ['e'] }))
    expect(hints.at(-1)).toEqual(['e'])
    expect(workers.map(({ ended }) => ended)).toEqual([false, false, true, false, false])
    await engine.close()
    expect(workers.every(({ ended }) => ended)).toBe(true)
  })
})
