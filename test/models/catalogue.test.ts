import { describe, expect, it } from 'vitest'
import { catalogue, findModel } from '../../src/models/catalogue.js'

describe('the catalogue', () => {
  it('has each model once, in a release of its task', () => {
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length)
    for (const { name, archive, languages } of catalogue) {
      expect(archive.path).toMatch(/^(asr|tts)-models\/[\w.-]+\.tar\.bz2$/)
      expect(archive.path).toContain(name)
      expect(languages.length).toBeGreaterThan(0)
    }
  })

  it('numbers the speakers of Kokoro as the model does', () => {
    const { speakers = [] } = findModel(catalogue, 'kokoro-multi-lang-v1_0')!
    expect(speakers).toHaveLength(53)
    expect([speakers[3], speakers[20], speakers[30], speakers[52]]).toEqual([
      'af_heart',
      'bf_alice',
      'ff_siwis',
      'zm_yunyang',
    ])
    expect(findModel(catalogue, 'kokoro-en-v0_19')!.speakers).toHaveLength(11)
  })

  it.each([
    ['sherpa-onnx-whisper-tiny', 'sherpa-onnx-whisper-tiny'],
    ['WHISPER-TINY', 'sherpa-onnx-whisper-tiny'],
    ['amy-low', 'vits-piper-en_US-amy-low'],
    ['medium', undefined],
    ['low', 'vits-piper-en_US-amy-low'],
    ['', undefined],
  ])('finds %j by its whole name or the end of it', (name, found) => {
    expect(findModel(catalogue, name)?.name).toBe(found)
  })
})
