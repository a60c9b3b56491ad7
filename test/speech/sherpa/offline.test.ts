import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SherpaStt } from '../../../src/speech/stt/sherpa-onnx.js'
import { startHere } from './support/in-process.js'
import { hear, listenOptions, write } from './support/listen.js'
import { hasSherpa, TestModels } from './support/models.js'
import { writeTransducer, writeZipformerCtc } from './support/offline-models.js'
import { writeStreamingTransducer } from './support/streaming-models.js'
import { say, type ToneWord } from './support/tones.js'

describe.skipIf(!hasSherpa())('sherpa-onnx, models that understand speech when it is over', () => {
  const models = new TestModels()
  let engine: SherpaStt

  beforeAll(async () => {
    models.add('whole-transducer', 'transducer', writeTransducer)
    models.add('whole-ctc', 'zipformer-ctc', writeZipformerCtc, { languages: ['de', 'fr'] })
    engine = await SherpaStt.start({ dir: models.dir })
  }, 120_000)

  afterAll(async () => {
    await engine?.close()
    models.remove()
  })

  it.each([16_000, 8000])(
    'understand a turn when there is silence after it, at %d Hz',
    async (sampleRate) => {
      const { final } = await hear(engine, say(['open', 'door', 'close'], sampleRate), { sampleRate })
      expect(final).toMatchObject({ text: 'open door close', language: 'en-US' })
    },
  )

  it('guess at what is still being said', async () => {
    const listening = engine.open(listenOptions())
    const pcm = say(['open', 'door', 'close', 'window', 'goodbye'], 16_000)
    const guess = once(listening, 'partial')
    write(listening, pcm, 16_000, 0)
    expect((await guess)[0].text).toMatch(/^open door/)
    const final = once(listening, 'final')
    listening.finalize()
    expect((await final)[0].text).toBe('open door close window goodbye')
    await listening.close()
  })

  it('hear what hints make likely', async () => {
    const pcm = say(['open', 'table'], 16_000)
    expect((await hear(engine, pcm)).final.text).toBe('open cable')
    expect((await hear(engine, pcm, { hints: ['table'] })).final.text).toBe('open table')
  }, 60_000)

  it('are chosen by language, and found to understand several', async () => {
    const pcm = say(['window', 'goodbye'], 16_000)
    expect((await hear(engine, pcm, { language: 'de-DE' })).final).toMatchObject({
      text: 'window goodbye',
      language: 'de-DE',
    })
    expect(engine.languageFor('multi')).toBe('multi')
    expect((await hear(engine, pcm, { language: 'multi' })).final).toMatchObject({
      text: 'window goodbye',
      language: 'de',
    })
  }, 60_000)

  it('answer every finalize, with empty text where nothing was said', async () => {
    const listening = engine.open(listenOptions())
    const finals: string[] = []
    listening.on('final', ({ text }) => finals.push(text))
    listening.finalize()
    write(listening, say(['close', 'door'], 16_000), 16_000, 0)
    listening.finalize()
    listening.finalize()
    while (finals.length < 3) await once(listening, 'final')
    expect(finals).toEqual(['', 'close door', ''])
    await listening.close()
  })

  it('settle a monologue in pieces, without ending its turn', async () => {
    const listening = engine.open(listenOptions())
    let turns = 0
    listening.on('endOfTurn', () => turns++)
    const words: ToneWord[] = Array.from({ length: 90 }, (_, i) => (i % 2 ? 'open' : 'close'))
    const first = once(listening, 'final')
    write(listening, say(words, 16_000), 16_000, 0)
    expect((await first)[0].text.split(' ').length).toBeGreaterThan(60)
    expect(turns).toBe(0)
    const second = once(listening, 'final')
    write(listening, new Int16Array(0), 16_000, 1000)
    expect((await second)[0].text.split(' ').length).toBeGreaterThan(5)
    expect(turns).toBe(1)
    await listening.close()
  })

  it('stand behind those that hear as they go', async () => {
    models.add('z-streaming', 'streaming-transducer', writeStreamingTransducer)
    const both = await startHere(models.dir)
    expect(both.names).toEqual(['z-streaming', 'whole-ctc', 'whole-transducer'])
    await both.close()
  })
})
