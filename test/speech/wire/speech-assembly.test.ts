import { expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/index.js'
import { toBytes } from '../../../src/speech/wire/audio-bytes.js'
import { WordFinder } from '../../../src/speech/wire/marks.js'
import { SpeechAssembly } from '../../../src/speech/wire/speech-assembly.js'

const pcm8 = { encoding: 'pcm', sampleRate: 8000 } as const
const loud = (ms: number) => new Int16Array(ms * 8).fill(9_000)
const quiet = (ms: number) => new Int16Array(ms * 8)
const bytes = (samples: Int16Array) => toBytes(samples, 'pcm')
const mark = (textStart: number, startMs: number, endMs: number) => ({
  textStart,
  textEnd: textStart + 1,
  startMs,
  endMs,
})

it('hands each mark on with the audio that its word ends in', async () => {
  const assembly = new SpeechAssembly({ ssml: false }, pcm8)
  assembly.marks([mark(0, 0, 80), mark(2, 100, 180), mark(4, 190, 310)])
  expect((await assembly.audio(bytes(loud(100))))?.marks).toEqual([mark(0, 0, 80)])
  expect((await assembly.audio(bytes(loud(100))))?.marks).toEqual([mark(2, 100, 180)])
  expect((await assembly.audio(bytes(loud(100))))?.marks).toEqual([])
  expect(assembly.end()?.marks).toEqual([mark(4, 190, 310)])
  expect(assembly.end()).toBeUndefined()
})

it('moves marks with the silence that it takes away', async () => {
  const assembly = new SpeechAssembly({ ssml: false }, pcm8)
  assembly.marks([mark(0, 300, 380)])
  expect(await assembly.audio(bytes(quiet(300)))).toBeUndefined()
  expect(await assembly.audio(bytes(loud(100)))).toMatchObject({ marks: [{ startMs: 20, endMs: 100 }] })
})

it('leaves silence that markup may have asked for', async () => {
  const assembly = new SpeechAssembly({ ssml: true }, pcm8)
  expect((await assembly.audio(bytes(quiet(300))))?.pcm).toHaveLength(2400)
})

it('goes by a WAV header where there is one', async () => {
  const assembly = new SpeechAssembly({ ssml: false }, pcm8)
  const wav = Buffer.from(encodeWav(loud(100), 16_000))
  expect(await assembly.audio(wav)).toEqual({ pcm: loud(100), sampleRate: 16_000, marks: [] })
})

it('decodes µ-law', async () => {
  const assembly = new SpeechAssembly({ ssml: false }, { encoding: 'mulaw', sampleRate: 8000 })
  const audio = await assembly.audio(toBytes(loud(20), 'mulaw'))
  expect(audio?.pcm).toHaveLength(160)
  expect(Math.abs(audio!.pcm[0]! - 9_000)).toBeLessThan(300)
})

it('finds words in the text, whatever the vendor makes of them', () => {
  const text = 'It is 5 o\'clock, Müller says: "come".'
  const finder = new WordFinder(text, false)
  const words = ['It', 'is', 'five', "o'clock,", 'müller', 'SAYS', '—', 'come'].map((word, i) => {
    return { word, startMs: i * 100, endMs: i * 100 + 90 }
  })
  expect(finder.marks(words).map(({ textStart, textEnd }) => text.slice(textStart, textEnd))).toEqual([
    'It',
    'is',
    "o'clock,",
    'Müller',
    'says:',
    'come".',
  ])
})

it('finds no word in a tag, and the right one of two', () => {
  const text = 'a <break time="1s"/> break, a break'
  const finder = new WordFinder(text, true)
  const times = { startMs: 0, endMs: 1 }
  expect(['a', 'break', 'a', 'break'].map((word) => finder.mark({ word, ...times })?.textStart)).toEqual([
    0, 21, 28, 30,
  ])
})
