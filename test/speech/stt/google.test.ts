import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { GoogleLine, readResults } from '../../../src/speech/stt/google-line.js'
import { locationOf, readGoogleModel } from '../../../src/speech/stt/google-models.js'
import { googleConfig } from '../../../src/speech/stt/google-v1.js'
import { googleConfig2 } from '../../../src/speech/stt/google-v2.js'
import { listening } from './dialogues.js'

describe('the first message', () => {
  it.each([
    [
      { language: 'en-US' },
      { encoding: 'MULAW', sampleRateHertz: 8000, languageCode: 'en-US', model: 'telephony' },
    ],
    [
      { language: 'de', sampleRate: 16_000 },
      { encoding: 'LINEAR16', sampleRateHertz: 16_000, languageCode: 'de-DE' },
    ],
    [{ language: 'zh-TW' }, { languageCode: 'cmn-Hant-TW' }],
    [{ language: 'ka' }, { languageCode: 'ka-GE', model: 'latest_long' }],
    [{ model: 'latest_long' }, { model: 'latest_long' }],
    [
      { settings: { profanityFilter: true, use_enhanced: true } },
      { profanityFilter: true, useEnhanced: true },
    ],
  ])('for %j has %j', (changes, config) => {
    const options = listening(changes)
    expect(googleConfig(options, options.model)).toMatchObject({ config, interimResults: true })
  })

  it('has hints and boosts as speech contexts', () => {
    const settings = { keywords_boosting: { Parley: 5 }, speech_context: [{ phrases: ['table'], boost: 2 }] }
    const speechContexts = [
      { phrases: ['opening hours'] },
      { phrases: ['Parley'], boost: 5 },
      { phrases: ['table'], boost: 2 },
    ]
    const options = listening({ hints: ['opening hours'], settings })
    expect(googleConfig(options, '')).toMatchObject({ config: { speechContexts } })
  })

  it('ignores contexts of another form than Telnyx has, and phrases that Google refuses', () => {
    const speech_context = [
      null,
      'table',
      { phrases: 'table' },
      { phrases: [7, 'x'.repeat(101)], boost: 'b' },
    ]
    const options = listening({ hints: ['y'.repeat(101)], settings: { speech_context } })
    expect(googleConfig(options, '')).toHaveProperty('config.speechContexts', [])
    expect(googleConfig2(options, 'long').config.adaptation).toBeUndefined()
  })
})

describe('a model', () => {
  const project = { project: 'shop' }

  it.each([
    ['', project, 1, ''],
    ['telephony', project, 1, 'telephony'],
    ['google/latest_long', project, 1, 'latest_long'],
    ['phone_call', project, 1, 'phone_call'],
    // Twilio's names
    ['long', project, 2, 'long'],
    ['googlev2_telephony', project, 2, 'telephony'],
    ['googlev2_telephony_short', project, 2, 'telephony_short'],
    ['googlev2_chirp_3', { keyFile: 'key.json' }, 2, 'chirp_3'],
    ['Chirp_2', project, 2, 'chirp_2'],
    // A key alone does not tell the project.
    ['long', { apiKey: 'k' }, 1, 'latest_long'],
    ['googlev2_telephony', { apiKey: 'k' }, 1, 'telephony'],
  ])('%s with %j is of version %i: %s', (model, account, version, name) => {
    expect(readGoogleModel(model, account)).toEqual({ version, name })
  })

  it.each([
    ['chirp_3', { apiKey: 'k' }],
    ['chirp', project],
    ['nova-3', project],
    ['googlev2_phone_call', project],
  ])('%s with %j there is not', (model, account) => {
    expect(readGoogleModel(model, account)).toBeUndefined()
  })

  it.each([
    ['chirp_3', 'us'],
    ['chirp_2', 'us-central1'],
    ['long', 'global'],
  ])('%s is in %s', (model, location) => {
    expect(locationOf(model)).toBe(location)
  })
})

describe('the first message of version 2', () => {
  it('has format, language and features', () => {
    expect(
      googleConfig2(listening({ language: 'zh-TW', settings: { profanityFilter: true } }), 'long'),
    ).toEqual({
      config: {
        explicitDecodingConfig: { encoding: 'MULAW', sampleRateHertz: 8000, audioChannelCount: 1 },
        model: 'long',
        languageCodes: ['cmn-Hant-TW'],
        features: { enableAutomaticPunctuation: true, profanityFilter: true },
      },
      streamingFeatures: { interimResults: true },
    })
    const wide = googleConfig2(listening({ sampleRate: 16_000, language: 'multi' }), 'chirp_3')
    expect(wide.config).toMatchObject({
      explicitDecodingConfig: { encoding: 'LINEAR16', sampleRateHertz: 16_000 },
      languageCodes: ['auto'],
    })
  })

  it('has hints and boosts as a set of phrases', () => {
    const settings = { keywords_boosting: { Parley: 5 }, speech_context: [{ phrases: ['table'], boost: 2 }] }
    const { config } = googleConfig2(listening({ hints: ['opening hours'], settings }), 'long')
    const phrases = [{ value: 'opening hours' }, { value: 'Parley', boost: 5 }, { value: 'table', boost: 2 }]
    expect(config.adaptation).toEqual({ phraseSets: [{ inlinePhraseSet: { phrases } }] })
  })
})

describe('results', () => {
  const result = (transcript: string, changes: object = {}) => ({
    alternatives: [{ transcript, confidence: 0.9 }],
    isFinal: false,
    stability: 0.9,
    ...changes,
  })

  it('are one guess in several parts, or settled', () => {
    expect(
      readResults({ results: [result('what are'), result(' your hours', { stability: 0.1 })] }, 'en-US'),
    ).toEqual([{ type: 'partial', transcript: { text: 'what are your hours', language: 'en-US' } }])
    expect(readResults({ results: [result(' What are your hours?', { isFinal: true })] }, 'en-US')).toEqual([
      { type: 'final', transcript: { text: 'What are your hours?', language: 'en-US', confidence: 0.9 } },
    ])
    expect(readResults({ speechEventType: 'SPEECH_ACTIVITY_BEGIN', results: [] }, 'en-US')).toEqual([])
  })

  it.each([
    ['en-US', 'de-de', 'en-US'],
    ['multi', 'de-de', 'de-DE'],
    ['multi', 'cmn-Hans-CN', 'cmn-Hans-CN'],
    ['multi', '', 'multi'],
  ])('where %s was asked for and %s heard are in %s', (asked, languageCode, language) => {
    const signals = readResults({ results: [result('hallo', { languageCode })] }, asked)
    expect(signals).toMatchObject([{ transcript: { language } }])
  })
})

/** A stream of the package's, as far as the line goes. */
class FakeStream extends EventEmitter {
  readonly written: number[] = []
  readonly writableLength = 0
  ended = false
  destroyed = false

  write(bytes: Buffer): void {
    this.written.push(bytes[0]!)
  }

  end(): void {
    this.ended = true
  }

  destroy(): void {
    this.destroyed = true
  }
}

describe('a line', () => {
  let clock: SimulatedClock
  let streams: FakeStream[]
  let told: string[]
  let line: GoogleLine

  beforeEach(async () => {
    clock = new SimulatedClock()
    streams = []
    told = []
    const open = () => {
      streams.push(new FakeStream())
      return streams.at(-1)!
    }
    line = new GoogleLine(
      { open: Promise.resolve(open), clock, bytesPerMs: 8, settings: {}, language: 'en-US' },
      (signal) =>
        told.push('transcript' in signal ? `${signal.type} ${signal.transcript.text}` : signal.type),
    )
    await Promise.resolve()
    await Promise.resolve()
  })

  const says = (transcript: string, isFinal = false) => ({
    results: [{ alternatives: [{ transcript }], isFinal }],
  })

  it('ends its stream to be told the rest, and goes on with a new one', () => {
    line.send(Buffer.from([1]))
    streams[0]!.emit('data', says('one'))
    expect(line.finalize()).toBe(true)
    line.send(Buffer.from([2]))
    expect(streams.map(({ written, ended }) => [written, ended])).toEqual([
      [[1], true],
      [[2], false],
    ])
    // What the new one says waits for the last of the old one.
    streams[1]!.emit('data', says('two'))
    streams[0]!.emit('data', says('One.', true))
    streams[0]!.emit('end')
    expect(told).toEqual(['ready', 'partial one', 'final One.', 'finalized', 'partial two'])
  })

  it('does not wait for a stream that does not end', () => {
    line.send(Buffer.from([1]))
    line.finalize()
    clock.advance(1_400)
    expect(told).toEqual(['ready', 'finalized'])
    expect(streams[0]!.destroyed).toBe(true)
  })

  it('has nothing to ask where nothing was said', () => {
    expect(line.finalize()).toBe(false)
    expect(streams).toHaveLength(1)
  })

  it('changes streams before five minutes are over, between words where it can', () => {
    line.send(Buffer.from([1]))
    streams[0]!.emit('data', says('one'))
    clock.advance(250_000)
    line.send(Buffer.from([2]))
    expect(streams).toHaveLength(1)
    streams[0]!.emit('data', says('One.', true))
    line.send(Buffer.from([3]))
    line.send(Buffer.from([4]))
    expect(streams.map(({ written }) => written)).toEqual([[1, 2, 3], [4]])
  })

  it('goes on when Google ends a stream by itself', () => {
    const outOfRange = Object.assign(new Error('Audio Timeout Error'), { code: 11 })
    streams[0]!.emit('error', outOfRange)
    expect(streams).toHaveLength(2)
    expect(told).toEqual(['ready', 'finalized'])
  })

  it('fails with what Google says is wrong', () => {
    streams[0]!.emit('error', Object.assign(new Error('7 PERMISSION_DENIED: no'), { code: 7 }))
    expect(told).toEqual(['ready', 'failed'])
  })

  it('says nothing after it was closed', () => {
    line.send(Buffer.from([1]))
    line.finalize()
    line.close()
    streams[0]!.emit('end')
    clock.advance(10_000)
    expect(told).toEqual(['ready'])
    expect(streams.every(({ ended }) => ended)).toBe(true)
  })
})
