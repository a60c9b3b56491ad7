import { beforeEach, expect, it } from 'vitest'
import { Decoders } from '../../../src/speech/stt/pocketsphinx/decoders.js'
import type { Handle, Sphinx } from '../../../src/speech/stt/pocketsphinx/library.js'
import type { FromWorker } from '../../../src/speech/stt/pocketsphinx/messages.js'
import { Streams } from '../../../src/speech/stt/pocketsphinx/streams.js'

const model = { language: 'en-US', acoustic: 'acoustic', dictionary: 'dictionary', languageModel: 'lm' }
const pcm = new Int16Array(960)

/** A library that does what it is told, and counts what it is trusted with. */
function library() {
  const created: number[] = []
  const freed: Handle[] = []
  const words: string[] = []
  const answers = { startUtterance: 0, setKeyphrases: 0, setSearch: 0 }
  let next = 0
  const calls = {
    argumentTable: () => ({}),
    configure: () => ({}),
    freeConfig: () => 0,
    create: () => {
      created.push(++next)
      return next
    },
    free: (decoder: Handle) => freed.push(decoder),
    pronunciation: (_: Handle, word: string) => (word === 'unheard' ? null : 'AH'),
    addWord: (_: Handle, word: string) => words.push(word),
    setKeyphrases: () => answers.setKeyphrases,
    setSearch: () => answers.setSearch,
    startStream: () => 0,
    startUtterance: () => answers.startUtterance,
    endUtterance: () => 0,
    process: () => 0,
    segments: () => null,
    logMath: () => ({}),
    posterior: () => 0,
    exp: () => 1,
    features: () => new Uint8Array(96),
    setCepstralMean: () => {},
  }
  return { created, freed, words, answers, sphinx: calls as unknown as Sphinx }
}

let fake: ReturnType<typeof library>
let decoders: Decoders

beforeEach(() => {
  fake = library()
  decoders = new Decoders(fake.sphinx, model, 1, (word) => (word === 'unheard' ? undefined : 'AH'))
})

it.each(['setKeyphrases', 'setSearch'] as const)(
  'listens without hints that the library refuses: %s',
  (call) => {
    fake.answers[call] = -1
    expect(decoders.borrowSpotter(['opening hours'])).toBeUndefined()
    expect(fake.freed).toEqual([fake.created.at(-1)])
  },
)

it('gives the library only words that can be pronounced, of phrases that somebody says', () => {
  const hints = [
    '',
    "'",
    '123',
    '😀',
    'a\0b',
    'unheard',
    'unheard of',
    'x'.repeat(101),
    'word '.repeat(50),
    'ok',
  ]
  const spotter = decoders.borrowSpotter(hints)
  expect([...spotter!.keyphrases.keys()]).toEqual(["'", 'a b', 'ok'])
  expect(fake.words).toEqual(["'", 'a', 'b', 'ok'])
  expect(decoders.borrowSpotter(['', '123', 'unheard'])).toBeUndefined()
})

it('ends only the stream whose decoder refuses, counts its audio, and lends the decoder to the next', () => {
  const told: FromWorker[] = []
  let doneMs = 0
  const streams = new Streams(
    fake.sphinx,
    decoders,
    (message) => told.push(message),
    (ms) => {
      doneMs += ms
    },
  )
  for (const stream of [1, 2]) streams.handle({ type: 'open', stream, sampleRate: 16_000, hints: [] })
  fake.answers.startUtterance = -1
  streams.handle({ type: 'audio', stream: 1, ms: 60, pcm })
  fake.answers.startUtterance = 0
  streams.handle({ type: 'audio', stream: 2, ms: 60, pcm })
  for (const stream of [1, 2]) streams.handle({ type: 'finalize', stream })
  expect(told).toEqual([
    { type: 'failed', stream: 1, message: 'a decoder refused to begin an utterance' },
    { type: 'final', stream: 2, text: '' },
  ])
  expect([doneMs, fake.created.length]).toEqual([120, 1])
})
