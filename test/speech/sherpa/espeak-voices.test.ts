import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasSherpa, TestModels } from './support/models.js'
import { espeakData } from './support/phonemes.js'
import { Speaking, toneIn } from './support/speaking.js'
import {
  characterPhonemes,
  phonemeMs,
  styleRate,
  writeKittenVoice,
  writeKokoroVoice,
  writeMultiLangKokoroVoice,
} from './support/style-voices.js'
import { letterMs, speakerHz, writeEspeakPiperVoice } from './support/voice-models.js'

describe.skipIf(!hasSherpa() || !espeakData())("sherpa-onnx, voices that read by eSpeak NG's data", () => {
  const models = new TestModels()
  let speaking: Speaking

  beforeAll(async () => {
    models.add('kokoro-en', 'kokoro', (folder) => writeKokoroVoice(folder, [500, 1000]), {
      speakers: ['af_low', 'am_high'],
    })
    models.add(
      'kokoro-multi',
      'kokoro',
      (folder) => writeMultiLangKokoroVoice(folder, [600, 700, 800, 900]),
      {
        languages: ['en', 'es', 'zh'],
        speakers: ['af_us', 'bf_gb', 'ef_es', 'zf_zh'],
      },
    )
    models.add('kitten', 'kitten', (folder) => writeKittenVoice(folder, [400, 1200], [0.5, 1]), {
      languages: ['en-US'],
      speakers: ['Jasper', 'Bella'],
    })
    models.add('piper', 'vits', writeEspeakPiperVoice, { languages: ['en-US'] })
    speaking = await Speaking.start(models)
  }, 120_000)

  afterAll(async () => {
    await speaking?.engine.close()
    models.remove()
  })

  const tone = async (...said: Parameters<Speaking['speak']>) => toneIn(await speaking.speak(...said))
  /** How many phonemes long a voice sounds. */
  const phonemesOf = async (...said: Parameters<Speaking['speak']>) => (await tone(...said)).ms / phonemeMs

  it('are all loaded and used before they count', () => {
    expect(speaking.engine.summary).toBe('kitten, kokoro-en, kokoro-multi, piper')
  })

  it.each([
    ['af_low', 500],
    ['am_high', 1000],
    ['af_us', 600],
    ['zf_zh', 900],
    ['Jasper', 400],
    ['Bella', 1200],
  ])('%s sounds as high as its style says', async (voice, hz) => {
    const spoken = await speaking.speak(voice, '二 one')
    expect(spoken.sampleRate).toBe(styleRate)
    expect(toneIn(spoken).hz).toBeCloseTo(hz, -2)
  })

  it.each(['af_low', 'Bella'])('%s says what eSpeak NG makes of words, as fast as asked', async (voice) => {
    // wˈʌn tˈuː θɹˈiː
    expect(await phonemesOf(voice, 'one two three')).toBeCloseTo(13, 0)
    expect(await phonemesOf(voice, 'one two three', { settings: { speed: 2 } })).toBeCloseTo(6.5, 0)
    expect(await phonemesOf(voice, 'one two three', { settings: { voice_speed: 0.5 } })).toBeCloseTo(26, 0)
  })

  it("gives KittenTTS its speakers' own speeds", async () => {
    expect(await phonemesOf('Jasper', 'one two three')).toBeCloseTo(26, 0)
  })

  it('lets each speaker of Kokoro read its own language', async () => {
    // hˈɑːt kˈɑːɹ, and hˈɒt kˈɑː
    expect(await phonemesOf('af_us', 'hot car')).toBeCloseTo(10, 0)
    expect(await phonemesOf('bf_gb', 'hot car', { language: 'en-GB' })).toBeCloseTo(8, 0)
    // ˈoʊlə, and ˈola
    expect(await phonemesOf('af_us', 'hola')).toBeCloseTo(5, 0)
    expect(await phonemesOf('ef_es', 'hola', { language: 'es-ES' })).toBeCloseTo(4, 0)
  })

  it('reads out numbers in Chinese to those only who are spoken to in Chinese', async () => {
    expect(await phonemesOf('zf_zh', '2', { language: 'zh-CN' })).toBeCloseTo(characterPhonemes.二, 0)
    // tˈuː, whatever its lexicon has for the word
    expect(await phonemesOf('af_us', '2')).toBeCloseTo(4, 0)
    expect(await phonemesOf('af_us', 'two')).toBeCloseTo(4, 0)
  })

  it('speaks Piper with a blank around each sound, by the speaker that is asked for', async () => {
    const { ms, hz } = await tone('high', 'one two three')
    // 13 and as many blanks; between words, and before the first, there are blanks as well
    expect(ms / letterMs).toBeCloseTo(2 * 13 + 3, 0)
    expect(hz).toBeCloseTo(speakerHz[1]!, -2)
    expect((await tone('low', 'one two three')).hz).toBeCloseTo(speakerHz[0]!, -2)
  })

  it('says nothing of what has no sound', async () => {
    expect((await speaking.speak('af_low', '… !')).pcm).toHaveLength(0)
    expect((await speaking.speak('Bella', '… !')).pcm).toHaveLength(0)
  })

  it('fails a piece whose words it finds no sounds for, and goes on', async () => {
    const chinese = { language: 'zh-CN' }
    await speaking.speak('zf_zh', '一', chinese)
    const before = speaking.processes.length
    await expect(speaking.speak('zf_zh', '龘', chinese)).rejects.toThrow('sherpa-onnx: TTS generation failed')
    expect(await phonemesOf('zf_zh', '二', chinese)).toBeCloseTo(characterPhonemes.二, 0)
    expect(speaking.processes).toHaveLength(before)
  })

  it('fails a piece that its library dies of, and speaks the next', async () => {
    const chinese = { language: 'zh-CN' }
    await speaking.speak('zf_zh', '一', chinese)
    const before = speaking.processes.length
    // It takes for granted that the model has a piece for this mark.
    const deadly = speaking.speak('zf_zh', '二“', chinese)
    const next = speaking.speak('zf_zh', '二', chinese)
    await expect(deadly).rejects.toThrow(/^sherpa-onnx stopped: /)
    expect(toneIn(await next).ms / phonemeMs).toBeCloseTo(characterPhonemes.二, 0)
    expect(speaking.processes).toHaveLength(before + 1)
  }, 60_000)

  it.each(['af_low', 'Bella', 'high'])('%s stops at once when it is told to', async (voice) => {
    const stop = new AbortController()
    const cut = speaking.speak(voice, 'one two three. '.repeat(50), {}, stop.signal)
    const other = speaking.speak(voice, 'two')
    stop.abort()
    expect(toneIn(await cut).ms).toBeLessThan(50 * 13 * phonemeMs)
    expect(toneIn(await other).ms).toBeGreaterThan(0)
  })
})
