import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  characterMs,
  matchaRate,
  pieceMs,
  vocoderHz,
  writeChineseMatchaVoice,
  writeMatchaVoice,
} from './support/matcha-models.js'
import { hasSherpa, TestModels } from './support/models.js'
import { espeakData } from './support/phonemes.js'
import { Speaking, toneIn } from './support/speaking.js'

describe.skipIf(!hasSherpa() || !espeakData())('sherpa-onnx, Matcha', () => {
  const models = new TestModels()
  let speaking: Speaking

  beforeAll(async () => {
    models.add('matcha-vocos', 'matcha', (folder) => writeMatchaVoice(folder, 'vocos'), {
      languages: ['en-US'],
    })
    models.add('matcha-hifigan', 'matcha', (folder) => writeMatchaVoice(folder, 'hifigan'), {
      languages: ['en-US'],
    })
    models.add('matcha-zh', 'matcha', writeChineseMatchaVoice, { languages: ['zh'] })
    speaking = await Speaking.start(models)
  }, 120_000)

  afterAll(async () => {
    await speaking?.engine.close()
    models.remove()
  })

  const soundMs = async (...said: Parameters<Speaking['speak']>) => toneIn(await speaking.speak(...said)).ms

  it('is loaded and used before it counts, whatever its language', () => {
    expect(speaking.engine.summary).toBe('matcha-hifigan, matcha-vocos, matcha-zh')
  })

  it.each(['vocos', 'hifigan'] as const)('speaks through %s', async (vocoder) => {
    const spoken = await speaking.speak(`matcha-${vocoder}`, 'two')
    expect(spoken.sampleRate).toBe(matchaRate)
    const { ms, hz } = toneIn(spoken)
    expect(hz).toBeGreaterThan(0.9 * vocoderHz[vocoder])
    expect(hz).toBeLessThan(1.1 * vocoderHz[vocoder])
    // tˈuː, a blank around each
    expect(ms / pieceMs).toBeCloseTo(9, -1)
  })

  it('speaks as fast as it is asked to', async () => {
    const usual = await soundMs('matcha-hifigan', 'one two three')
    const fast = await soundMs('matcha-hifigan', 'one two three', { settings: { speed: 2 } })
    const slow = await soundMs('matcha-hifigan', 'one two three', { settings: { voice_speed: 0.5 } })
    expect(fast / usual).toBeCloseTo(0.5, 1)
    expect(slow / usual).toBeCloseTo(2, 1)
  })

  it('reads Chinese from its lexicon, and numbers by its rules: those of telephones first', async () => {
    const chinese = { language: 'zh-CN' }
    expect((await soundMs('matcha-zh', '二', chinese)) / characterMs('二')).toBeCloseTo(1, 0)
    const five = await soundMs('matcha-zh', '5', chinese)
    expect(five).toBe(await soundMs('matcha-zh', '好', chinese))
    expect(five).toBeGreaterThan(await soundMs('matcha-zh', '一', chinese))
  })

  it('stops at once when it is told to', async () => {
    const stop = new AbortController()
    const cut = speaking.speak('matcha-vocos', 'one two three. '.repeat(50), {}, stop.signal)
    const other = speaking.speak('matcha-vocos', 'two')
    stop.abort()
    expect(toneIn(await cut).ms).toBeLessThan(50 * 13 * pieceMs)
    expect(toneIn(await other).ms).toBeGreaterThan(0)
  })

  it('says nothing of what has no sound, and fails words that it has no sounds for', async () => {
    const before = speaking.processes.length
    expect((await speaking.speak('matcha-vocos', '… !')).pcm).toHaveLength(0)
    const unknown = speaking.speak('matcha-zh', 'one', { language: 'zh-CN' })
    await expect(unknown).rejects.toThrow('sherpa-onnx: TTS generation failed')
    expect(await soundMs('matcha-zh', '二', { language: 'zh-CN' })).toBeGreaterThan(0)
    expect(speaking.processes).toHaveLength(before)
  })
})
