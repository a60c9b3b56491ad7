import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { DeepgramDialogue, deepgramVendor } from '../../../src/speech/stt/deepgram.js'
import { FluxDialogue } from '../../../src/speech/stt/deepgram-flux.js'
import { heard, listening, queryOf } from './dialogues.js'

const key = { apiKey: 'k3y' }

/** As in Deepgram's reference, with the parts that matter changed. */
function results(transcript: string, changes: object = {}) {
  return {
    type: 'Results',
    channel_index: [0, 1],
    duration: 1.98,
    start: 5.99,
    is_final: false,
    speech_final: false,
    channel: {
      alternatives: [
        {
          transcript,
          confidence: 0.99964225,
          words: [
            {
              word: 'tell',
              start: 6.0699997,
              end: 6.3499994,
              confidence: 0.99782443,
              punctuated_word: 'Tell',
            },
          ],
        },
      ],
    },
    metadata: { request_id: '52cc0efe-fa77-4aa7-b79c-0dda09de2f14', model_info: { name: 'nova-3' } },
    from_finalize: false,
    ...changes,
  }
}

describe('listen, version 1', () => {
  it('asks for µ-law at 8 kHz and 16-bit PCM at 16 kHz', () => {
    expect(queryOf(new DeepgramDialogue(key, listening()))).toMatchObject({
      model: 'nova-3-general',
      language: 'en-US',
      encoding: 'mulaw',
      sample_rate: '8000',
      interim_results: 'true',
      smart_format: 'true',
    })
    expect(queryOf(new DeepgramDialogue(key, listening({ sampleRate: 16_000 })))).toMatchObject({
      encoding: 'linear16',
      sample_rate: '16000',
    })
  })

  it('sends its key in a header, to where the settings say', () => {
    const dialogue = new DeepgramDialogue({ ...key, url: 'http://127.0.0.1:9/dg' }, listening())
    expect(dialogue.url).toMatch(/^ws:\/\/127\.0\.0\.1:9\/dg\/v1\/listen\?/)
    expect(dialogue.url).not.toContain('k3y')
    expect(dialogue.headers).toEqual({ authorization: 'Token k3y' })
  })

  it.each([
    ['th', '', { model: 'nova-3-general', language: 'th' }],
    ['multi', '', { model: 'nova-3-general', language: 'multi' }],
    ['de-DE', 'nova-2', { model: 'nova-2', language: 'de' }],
  ])('%s with model "%s" → %j', (language, model, query) => {
    expect(queryOf(new DeepgramDialogue(key, listening({ language, model })))).toMatchObject(query)
  })

  it('takes the settings of both platforms', () => {
    const settings = {
      deepgramSmartFormat: true,
      smart_format: false,
      profanityFilter: true,
      speechTimeout: 900,
      keywords_boosting: { Parley: 2 },
    }
    const hints = ['opening hours', 'table']
    expect(queryOf(new DeepgramDialogue(key, listening({ hints, settings })))).toMatchObject({
      smart_format: 'false',
      profanity_filter: 'true',
      endpointing: '900',
      utterance_end_ms: '1000',
      keyterm: ['Parley', 'opening hours', 'table'],
    })
    const old = listening({ hints, settings, model: 'nova-2' })
    expect(queryOf(new DeepgramDialogue(key, old))).toMatchObject({
      keywords: ['Parley:2', 'opening', 'hours', 'table'],
    })
  })

  it('puts a turn together', () => {
    expect(
      heard(
        new DeepgramDialogue(key, listening()),
        { type: 'SpeechStarted', channel: [0, 1], timestamp: 9.54 },
        results('tell me'),
        results('tell me more', { is_final: true }),
        results('about this'),
        results('about this', { is_final: true, speech_final: true }),
      ),
    ).toEqual([
      'partial: tell me',
      'final: tell me more',
      'partial: about this',
      'final: about this',
      'endOfTurn',
    ])
  })

  it('ends a turn by UtteranceEnd where speech_final never came', () => {
    const end = { type: 'UtteranceEnd', channel: [0, 1], last_word_end: 2.395 }
    expect(heard(new DeepgramDialogue(key, listening()), results('hello', { is_final: true }), end)).toEqual([
      'final: hello',
      'endOfTurn',
    ])
  })

  it('knows the answer to Finalize', () => {
    const dialogue = new DeepgramDialogue(key, listening())
    expect(dialogue.finalize()).toEqual(['{"type":"Finalize"}'])
    const answer = results('', { is_final: true, from_finalize: true })
    expect(heard(dialogue, answer)).toEqual(['final: ', 'finalized'])
  })

  it('tells confidence, language and how far a final reaches', () => {
    const multi = new DeepgramDialogue(key, listening({ language: 'multi' }))
    const message = results('hola', { is_final: true })
    message.channel.alternatives[0] = Object.assign(message.channel.alternatives[0]!, { languages: ['es'] })
    expect(multi.read(JSON.stringify(message))[0]).toEqual({
      type: 'final',
      transcript: { text: 'hola', language: 'es', confidence: 0.99964225, endMs: 7970 },
    })
  })

  it('refuses what Deepgram has not', () => {
    const engine = deepgramVendor.create(key, { clock: systemClock, connectTimeoutMs: 1 })
    const refusal = (model: string, language: string) => engine.refusal?.({ model, language })
    expect(refusal('', 'en-US')).toBeUndefined()
    expect(refusal('deepgram/nova-3', 'de')).toBeUndefined()
    expect(refusal('nova-3-general', 'multi')).toBeUndefined()
    expect(refusal('telephony', 'en-US')).toBe('model')
    expect(refusal('nova-2', 'ta-IN')).toBe('model')
    expect(refusal('nova-3', 'ta-IN')).toBeUndefined()
    expect(refusal('', 'tlh')).toBe('language')
  })
})

describe('listen, version 2 (Flux)', () => {
  const turn = (event: string, transcript: string) => ({
    type: 'TurnInfo',
    request_id: '5b9d1b9e-0d6c-4a8e-9d0e-2c8a9f3b7c11',
    sequence_id: 12,
    event,
    turn_index: 0,
    audio_window_start: 0.0,
    audio_window_end: 2.4,
    transcript,
    words: [{ word: 'hello', confidence: 0.98 }],
    end_of_turn_confidence: 0.82,
    trigger: 'model',
  })

  it.each([
    ['en-US', {}, { model: 'flux-general-en', encoding: 'mulaw', eot_threshold: '0.8' }],
    ['es', {}, { model: 'flux-general-multi', language_hint: 'es' }],
    ['multi', { speechTimeout: 2000 }, { model: 'flux-general-multi', eot_timeout_ms: '2000' }],
  ])('%s, %j → %j', (language, settings, query) => {
    const options = listening({ language, settings: { eotThreshold: 0.8, ...settings } })
    expect(queryOf(new FluxDialogue(key, options))).toMatchObject(query)
  })

  it('takes the turns that Flux detects', () => {
    expect(
      heard(
        new FluxDialogue(key, listening()),
        { type: 'Connected', request_id: '5b9d1b9e', sequence_id: 0 },
        turn('StartOfTurn', 'hello'),
        turn('Update', 'hello there'),
        turn('EagerEndOfTurn', 'hello there'),
        turn('TurnResumed', 'hello there you'),
        turn('EndOfTurn', 'hello there you'),
      ),
    ).toEqual([
      'partial: hello',
      'partial: hello there',
      'partial: hello there',
      'partial: hello there you',
      'final: hello there you',
      'endOfTurn',
    ])
  })

  it('forces the end of a turn only while there is one', () => {
    const dialogue = new FluxDialogue(key, listening())
    expect(dialogue.finalize()).toEqual([])
    heard(dialogue, turn('StartOfTurn', 'hello'))
    expect(dialogue.finalize()).toEqual(['{"type":"ForceEndTurn"}'])
    heard(dialogue, turn('EndOfTurn', 'hello'))
    expect(dialogue.finalize()).toEqual([])
  })

  it('throws what Flux calls an error', () => {
    const error = { type: 'Error', sequence_id: 13, code: 'INTERNAL_SERVER_ERROR', description: 'try again' }
    expect(() => heard(new FluxDialogue(key, listening()), error)).toThrow(
      'deepgram-flux: INTERNAL_SERVER_ERROR try again',
    )
  })
})
