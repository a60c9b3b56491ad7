import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchWorker } from '../../../src/speech/stt/sherpa/process.js'
import { SherpaStt } from '../../../src/speech/stt/sherpa-onnx.js'
import { hear, listenOptions, write } from './support/listen.js'
import { hasSherpa, TestModels } from './support/models.js'
import { writeStreamingNemoTransducer } from './support/nemo-models.js'
import { writeStreamingCtc, writeStreamingTransducer } from './support/streaming-models.js'
import { say, type ToneWord } from './support/tones.js'

describe.skipIf(!hasSherpa())('sherpa-onnx, streaming', () => {
  const models = new TestModels()
  const workers: ChildProcess[] = []
  let engine: SherpaStt

  beforeAll(async () => {
    models.add('small-transducer', 'streaming-transducer', writeStreamingTransducer)
    models.add('tiny-ctc', 'streaming-ctc', writeStreamingCtc, { languages: ['fr'] })
    engine = await SherpaStt.start(
      { dir: models.dir },
      {
        launch: (settings) => {
          const worker = launchWorker(settings)
          workers.push(worker)
          return worker
        },
      },
    )
  }, 120_000)

  afterAll(async () => {
    await engine?.close()
    models.remove()
  })

  it.each([16_000, 8000])(
    'hears words as they come, and the end of the turn, at %d Hz',
    async (sampleRate) => {
      const { partials, final } = await hear(engine, say(['open', 'door', 'close', 'window'], sampleRate), {
        sampleRate,
      })
      expect(final).toMatchObject({ text: 'open door close window', language: 'en-US' })
      expect(final.confidence).toBeGreaterThan(0.5)
      expect(final.confidence).toBeLessThanOrEqual(1)
      expect(partials[0]).toBe('open')
      expect(partials).toContain('open door close')
      expect(new Set(partials).size).toBe(partials.length)
    },
  )

  it('hears what hints make likely', async () => {
    const pcm = say(['open', 'table'], 16_000)
    expect((await hear(engine, pcm)).final.text).toBe('open cable')
    expect((await hear(engine, pcm, { hints: ['Table', 'no such piece'] })).final.text).toBe('open table')
  }, 60_000)

  it('hears with a CTC model, chosen by language or by name', async () => {
    const pcm = say(['window', 'goodbye'], 16_000)
    expect((await hear(engine, pcm, { language: 'fr-FR' })).final).toMatchObject({
      text: 'window goodbye',
      language: 'fr-FR',
    })
    expect(engine.languageFor('de-DE')).toBeUndefined()
    expect(engine.refusal({ model: 'transducer', language: 'en' })).toBeUndefined()
    expect(engine.refusal({ model: 'nova-3', language: 'en' })).toBe('model')
  })

  it('answers every finalize, with empty text where nothing was said', async () => {
    const listening = engine.open(listenOptions())
    const finals: string[] = []
    listening.on('final', ({ text }) => finals.push(text))
    listening.finalize()
    write(listening, say(['close', 'door'], 16_000), 16_000, 0)
    listening.finalize()
    write(listening, new Int16Array(0), 16_000, 1000)
    listening.finalize()
    while (finals.length < 3) await once(listening, 'final')
    expect(finals).toEqual(['', 'close door', ''])
    await listening.close()
  })

  it('serves many streams at once with one loaded model', async () => {
    const before = workers.length
    const words: ToneWord[] = ['open', 'close', 'door', 'window', 'goodbye']
    const said = Array.from({ length: 25 }, (_, i) => {
      const first = words[i % 5]!
      const second = words[(i + 1 + (i % 4)) % 5]!
      return [first, second]
    })
    const heard = await Promise.all(said.map((two) => hear(engine, say(two, 16_000))))
    expect(heard.map(({ final }) => final.text)).toEqual(said.map((two) => two.join(' ')))
    expect(workers).toHaveLength(before)
  })

  it('fails its listenings when the process dies, and goes on with a new one', async () => {
    const listening = engine.open(listenOptions())
    const failed = once(listening, 'error')
    workers[0]!.kill('SIGSEGV')
    expect((await failed)[0]).toMatchObject({ message: 'sherpa-onnx stopped: SIGSEGV' })
    expect((await hear(engine, say(['open'], 16_000))).final.text).toBe('open')
  }, 60_000)
})

describe.skipIf(!hasSherpa())('models that cannot be loaded', () => {
  it('are told of, without harm', async () => {
    const models = new TestModels()
    models.add('damaged', 'streaming-transducer', (folder) => {
      writeStreamingTransducer(folder)
      writeFileSync(join(folder, 'encoder.onnx'), 'this is no model')
    })
    models.add('foreign', 'streaming-ctc', (folder) => {
      writeStreamingTransducer(folder)
      for (const part of ['decoder.onnx', 'joiner.onnx']) rmSync(join(folder, part))
    })
    // Its kind takes no hints, which this one is tried with.
    models.add('misnamed', 'streaming-transducer', writeStreamingNemoTransducer)
    try {
      await expect(SherpaStt.start({ dir: models.dir })).rejects.toThrow(
        /^damaged: .*(protobuf|Protobuf|ended the process).*; foreign: .+; misnamed: .*Unsupported decoding method/,
      )
    } finally {
      models.remove()
    }
  }, 120_000)

  it('leave the others when there is no model at all', async () => {
    const models = new TestModels()
    await expect(SherpaStt.start({ dir: models.dir })).rejects.toThrow(`no model in ${models.dir}`)
    await expect(SherpaStt.start(undefined)).rejects.toThrow('no folder of models is configured')
    models.remove()
  })
})
