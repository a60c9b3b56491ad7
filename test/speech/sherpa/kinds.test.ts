import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OfflineKind, StreamingKind } from '../../../src/models/index.js'
import { takesHotwords } from '../../../src/speech/sherpa/recogniser-config.js'
import type { SherpaStt } from '../../../src/speech/stt/sherpa-onnx.js'
import { writeParaformer, writeSenseVoice, writeStreamingParaformer } from './support/funasr-models.js'
import { startHere } from './support/in-process.js'
import { hear, listenOptions, silenceToEnd, write } from './support/listen.js'
import { hasSherpa, TestModels } from './support/models.js'
import {
  writeNemoCtc,
  writeNemoTransducer,
  writeStreamingNemoCtc,
  writeStreamingNemoTransducer,
} from './support/nemo-models.js'
import { writeTransducer, writeZipformerCtc } from './support/offline-models.js'
import { writeMoonshine, writeTOne } from './support/sample-models.js'
import { writeStreamingCtc, writeStreamingTransducer } from './support/streaming-models.js'
import { say, type ToneWord } from './support/tones.js'
import { writeWhisper } from './support/whisper-models.js'

const streaming: Record<StreamingKind, (folder: string) => void> = {
  'streaming-transducer': writeStreamingTransducer,
  'streaming-ctc': writeStreamingCtc,
  'streaming-nemo-transducer': writeStreamingNemoTransducer,
  'streaming-nemo-ctc': writeStreamingNemoCtc,
  'streaming-t-one': writeTOne,
  'streaming-paraformer': writeStreamingParaformer,
}
const offline: Record<OfflineKind, (folder: string) => void> = {
  transducer: writeTransducer,
  'zipformer-ctc': writeZipformerCtc,
  'nemo-ctc': writeNemoCtc,
  'nemo-transducer': writeNemoTransducer,
  'sense-voice': writeSenseVoice,
  paraformer: writeParaformer,
  whisper: writeWhisper,
  moonshine: writeMoonshine,
}
const streamingKinds = Object.keys(streaming) as StreamingKind[]
const offlineKinds = Object.keys(offline) as OfflineKind[]

const gapMs = 120

/** Words with silence before them, as voice activity lets through, and none after them. */
function saidAfter(leadMs: number, words: readonly ToneWord[], wordMs = 300): Int16Array {
  const said = say(words, 16_000, wordMs, gapMs)
  const pcm = new Int16Array((leadMs - gapMs) * 16 + said.length)
  pcm.set(said.subarray(0, said.length - gapMs * 16), leadMs * 16)
  return pcm
}

describe.skipIf(!hasSherpa())('sherpa-onnx, each kind of model', () => {
  const models = new TestModels()
  let engine: SherpaStt
  let patient: SherpaStt

  beforeAll(async () => {
    for (const kind of streamingKinds) models.add(kind, kind, streaming[kind])
    patient = await startHere(models.dir, 1500)
    for (const kind of offlineKinds) models.add(kind, kind, offline[kind])
    engine = await startHere(models.dir)
  })

  afterAll(async () => {
    await engine?.close()
    await patient?.close()
    models.remove()
  })

  it.each([...streamingKinds, ...offlineKinds])('%s hears words as they come, and the end', async (model) => {
    for (const sampleRate of [16_000, 8000]) {
      const pcm = say(['open', 'door', 'close', 'window'], sampleRate, 300, 150)
      const { partials, final } = await hear(engine, pcm, { model, sampleRate })
      expect(final.text).toBe('open door close window')
      expect(partials.length).toBeGreaterThan(1)
      for (const text of partials) expect(final.text.startsWith(text)).toBe(true)
      expect(new Set(partials).size).toBe(partials.length)
    }
  })

  it.each([...streamingKinds, ...offlineKinds])(
    '%s hears with hints, whether it takes them or not',
    async (model) => {
      const { final } = await hear(engine, say(['open', 'table'], 16_000, 300, 150), {
        model,
        hints: ['table'],
      })
      expect(final.text).toBe(takesHotwords(model) ? 'open table' : 'open cable')
    },
  )

  it.each(streamingKinds)(
    '%s ends a turn after the silence that is wanted, be it one word',
    async (model) => {
      const silences = async (of: SherpaStt, words: readonly ToneWord[]) => {
        const all: number[] = []
        for (const leadMs of [200, 340, 480, 620]) {
          all.push(await silenceToEnd(of, saidAfter(leadMs, words), { model }))
        }
        return { shortest: Math.min(...all), longest: Math.max(...all) }
      }
      for (const words of [['open'], ['open', 'door', 'close']] as const) {
        const usual = await silences(engine, words)
        // The longest step, of 600 ms, ends as much too early as too late.
        expect(usual.shortest).toBeGreaterThan(400)
        expect(usual.longest).toBeLessThan(1300)
        const long = await silences(patient, words)
        expect(long.shortest).toBeGreaterThan(1200)
        expect(long.longest).toBeLessThan(2100)
      }
    },
  )

  it.each(streamingKinds)('%s leaves no word out when it is told to come to an end', (model) => {
    for (let leadMs = 0; leadMs < 600; leadMs += 60) {
      const listening = engine.open(listenOptions({ model }))
      const finals: string[] = []
      listening.on('final', ({ text }) => finals.push(text))
      for (let turn = 0; turn < 2; turn++) {
        write(listening, saidAfter(leadMs, ['open', 'close'], 180), 16_000, 0)
        listening.finalize()
      }
      expect(finals).toEqual(['open close', 'open close'])
      void listening.close()
    }
  })

  it.each(streamingKinds)('%s settles a monologue, without ending its turn', (model) => {
    const listening = engine.open(listenOptions({ model }))
    const finals: string[] = []
    let turns = 0
    listening.on('final', ({ text }) => finals.push(text))
    listening.on('endOfTurn', () => turns++)
    const words: ToneWord[] = Array.from({ length: 72 }, (_, i) => (i % 2 ? 'open' : 'close'))
    write(listening, say(words, 16_000, 300, 150), 16_000, 0)
    expect(finals).toHaveLength(1)
    expect(finals[0]!.split(' ').length).toBeGreaterThan(60)
    expect(turns).toBe(0)
    void listening.close()
  })

  it.each(offlineKinds)('%s hears a short word, and stands what is too short to be any', (model) => {
    const listening = engine.open(listenOptions({ model }))
    const finals: string[] = []
    listening.on('final', ({ text }) => finals.push(text))
    for (const ms of [10, 20, 40, 80]) {
      write(listening, new Int16Array(ms * 16), 16_000, 0)
      listening.finalize()
    }
    write(listening, say(['open'], 16_000, 120, 0), 16_000, 0)
    listening.finalize()
    expect(finals).toEqual(['', '', '', '', 'open'])
    void listening.close()
  })
})

describe.skipIf(!hasSherpa())('sherpa-onnx, languages', () => {
  const pcm = say(['open'], 16_000)

  it('SenseVoice is told the only one that it is kept for, else finds out, and is asked for punctuation', async () => {
    const models = new TestModels()
      .add('only', 'sense-voice', writeSenseVoice, { languages: ['en'] })
      .add('several', 'sense-voice', writeSenseVoice, { languages: ['zh', 'en', 'ko'] })
    const engine = await startHere(models.dir)
    // The test's model says nothing where it may not punctuate, and takes for Korean what it is not told to be English.
    const { final } = await hear(engine, pcm, { model: 'only' })
    expect(final).toMatchObject({ text: 'open', language: 'en-US' })
    for (const language of ['en-US', 'multi']) {
      const found = (await hear(engine, pcm, { model: 'several', language })).final
      expect(found).toMatchObject({ text: 'open', language: 'ko' })
    }
    await engine.close()
    models.remove()
  })

  it('Whisper is told one that it knows, by its own name, and finds out others', async () => {
    const models = new TestModels().add('one', 'whisper', writeWhisper, {
      languages: ['en', 'fr', 'no', 'tl', 'xx'],
    })
    const engine = await startHere(models.dir)
    const found: Record<string, string> = {}
    for (const language of ['en-US', 'multi', 'fr-CA', 'nb-NO', 'fil-PH', 'xx-XX', 'en-GB']) {
      found[language] = (await hear(engine, pcm, { language })).final.language
    }
    // It takes what it hears for German.
    expect(found).toEqual({
      'en-US': 'en-US',
      multi: 'de',
      'fr-CA': 'fr-CA',
      'nb-NO': 'nb-NO',
      'fil-PH': 'fil-PH',
      'xx-XX': 'de',
      'en-GB': 'en-GB',
    })
    await engine.close()
    models.remove()
  })
})
