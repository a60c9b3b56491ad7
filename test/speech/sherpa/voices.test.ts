import type { ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../../src/models/index.js'
import { collectSpeech } from '../../../src/speech/collect-speech.js'
import type { SpeakRequest } from '../../../src/speech/engine.js'
import { findVoice, voicesOf } from '../../../src/speech/sherpa/voices.js'
import { launchVoice } from '../../../src/speech/tts/sherpa/voice-process.js'
import { SherpaTts } from '../../../src/speech/tts/sherpa-onnx.js'
import { hasSherpa, TestModels } from './support/models.js'
import { letterMs, voiceRate, writePiperVoice } from './support/voice-models.js'

function request(text: string, changes: Partial<SpeakRequest> = {}): SpeakRequest {
  return { text, ssml: false, language: 'en-US', voice: 'low', sampleRate: 16_000, settings: {}, ...changes }
}

/** Hz of the loudest tone, by its crossings of zero within a stretch, in ms. */
function pitch(pcm: Int16Array, fromMs: number, toMs: number): number {
  const [from, to] = [fromMs, toMs].map((ms) => (ms * voiceRate) / 1000) as [number, number]
  let crossings = 0
  for (let i = from + 1; i < to; i++) if (pcm[i - 1]! < 0 !== pcm[i]! < 0) crossings++
  return (crossings * voiceRate) / (2 * (to - from))
}

describe.skipIf(!hasSherpa())('sherpa-onnx, voices', () => {
  const models = new TestModels()
  const processes: ChildProcess[] = []
  let engine: SherpaTts

  beforeAll(async () => {
    models.add('vits-piper-en_US-tones-low', 'vits', writePiperVoice, { languages: ['en-US'] })
    engine = await SherpaTts.start(
      { dir: models.dir },
      {
        launch: (settings) => {
          const process = launchVoice(settings)
          processes.push(process)
          return process
        },
      },
    )
  }, 120_000)

  afterAll(async () => {
    await engine?.close()
    models.remove()
  })

  const speak = (text: string, changes: Partial<SpeakRequest> = {}, signal = new AbortController().signal) =>
    collectSpeech(engine.speak(request(text, changes), signal))

  it('makes audio of words, by speakers of their own', async () => {
    const low = await speak('hello')
    expect(low.sampleRate).toBe(voiceRate)
    expect((low.pcm.length * 1000) / voiceRate).toBeGreaterThan(5 * letterMs)
    expect((low.pcm.length * 1000) / voiceRate).toBeLessThan(5 * letterMs + 250)
    expect(pitch(low.pcm, 50, 450)).toBeCloseTo(500, -2)
    expect(pitch((await speak('hello', { voice: 'high' })).pcm, 50, 450)).toBeCloseTo(1000, -2)
  })

  it('speaks as fast as it is asked to', async () => {
    const usual = await speak('three three three')
    const fast = await speak('three three three', { settings: { speed: 2 } })
    const slow = await speak('three three three', { settings: { voice_speed: 0.5 } })
    expect(fast.pcm.length / usual.pcm.length).toBeGreaterThan(0.4)
    expect(fast.pcm.length / usual.pcm.length).toBeLessThan(0.7)
    expect(slow.pcm.length / usual.pcm.length).toBeGreaterThan(1.6)
  })

  it('streams sentence by sentence, with marks of all words in order', async () => {
    const text = 'Hello world. Good bye!'
    let pieces = 0
    const spoken = await collectSpeech(engine.speak(request(text), new AbortController().signal), () => {
      pieces++
    })
    expect(pieces).toBe(2)
    expect(spoken.marks.map(({ textStart, textEnd }) => text.slice(textStart, textEnd))).toEqual([
      'Hello',
      'world.',
      'Good',
      'bye!',
    ])
    const [hello, world, good] = spoken.marks
    expect(hello!.endMs).toBeLessThan(world!.endMs)
    expect(good!.startMs).toBeGreaterThan(world!.endMs)
  })

  it('says nothing of what has no sound', async () => {
    expect((await speak('… \u0000')).pcm).toHaveLength(0)
  })

  it('stops at once when it is told to, and goes on with others', async () => {
    const stop = new AbortController()
    const cut = speak('hello world. '.repeat(50), {}, stop.signal)
    const other = speak('two')
    stop.abort()
    expect((await cut).pcm.length).toBeLessThan(50 * 10 * letterMs * 16)
    expect((await other).pcm.length).toBeGreaterThan(0)
    expect(processes).toHaveLength(1)
  })

  it('fails a piece whose words it finds no sounds for, and speaks all others', async () => {
    const unknown = speak('qqq')
    const known = speak('two')
    await expect(unknown).rejects.toThrow('sherpa-onnx: TTS generation failed')
    expect((await known).pcm.length).toBeGreaterThan(0)
    expect(processes).toHaveLength(1)
  })

  it('fails a piece that its process ends in, and speaks all others', async () => {
    processes[0]!.kill('SIGSTOP')
    const unfinished = speak('one two three')
    const next = speak('two')
    processes[0]!.kill('SIGKILL')
    await expect(unfinished).rejects.toThrow('sherpa-onnx stopped: SIGKILL')
    expect((await next).pcm.length).toBeGreaterThan(0)
    expect(processes).toHaveLength(2)
  }, 60_000)
})

describe('voices of models', () => {
  const base = { folder: '/nowhere', files: {}, source: undefined }
  const kokoro = voicesOf({
    ...base,
    name: 'kokoro-multi-lang-v1_0',
    kind: 'kokoro',
    languages: ['en', 'es'],
    speakers: ['af_alloy', 'af_heart', 'am_adam', 'bm_george', 'ef_dora', 'jf_alpha'],
  })

  it.each([
    [{ name: '', language: 'en-US' }, 'af_heart', 'en-US'],
    [{ name: '', language: 'en-US', gender: 'male' as const }, 'am_adam', 'en-US'],
    [{ name: '', language: 'en-GB', gender: 'male' as const }, 'bm_george', 'en-GB'],
    [{ name: 'AF_Alloy', language: 'en-US' }, 'af_alloy', 'en-US'],
    [{ name: 'kokoro-multi-lang-v1_0:am_adam', language: 'en-US' }, 'am_adam', 'en-US'],
    [{ name: 'kokoro-multi-lang-v1_0', language: 'en-US' }, 'af_heart', 'en-US'],
    [{ name: '', language: 'es-MX' }, 'ef_dora', 'es-ES'],
    [{ name: 'af_alloy', language: 'es-ES' }, 'ef_dora', 'es-ES'],
    [{ name: '', language: 'ja-JP' }, undefined, undefined],
  ])('%j → %s', (wish, voice, language) => {
    const found = findVoice(kokoro, wish)
    expect([found?.voice, found?.language]).toEqual([voice, language])
  })

  it('of KittenTTS are men and women by their names', () => {
    const name = 'kitten-nano-en-v0_8-int8'
    const { languages, speakers = [] } = catalogue.find((model) => model.name === name)!
    const kitten = voicesOf({ ...base, folder: tmpdir(), name, kind: 'kitten', languages, speakers })
    expect(kitten.map(({ voice, gender }) => `${voice} ${gender}`)).toEqual([
      'Jasper male',
      'Bella female',
      'Bruno male',
      'Luna female',
      'Hugo male',
      'Rosie female',
      'Leo male',
      'Kiki female',
    ])
    expect(findVoice(kitten, { name: '', language: 'en-US' })).toMatchObject({ voice: 'Bella', speaker: 1 })
  })

  it('keep the numbers of their speakers', () => {
    expect(kokoro.find(({ voice }) => voice === 'bm_george')).toMatchObject({ speaker: 3, gender: 'male' })
  })
})
