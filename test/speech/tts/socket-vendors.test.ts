import { describe, expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/index.js'
import { cartesiaWire } from '../../../src/speech/tts/cartesia.js'
import { deepgramWire } from '../../../src/speech/tts/deepgram.js'
import { inworldWire } from '../../../src/speech/tts/inworld.js'
import { minimaxWire } from '../../../src/speech/tts/minimax.js'
import { resembleWire } from '../../../src/speech/tts/resemble.js'
import { rimeWire } from '../../../src/speech/tts/rime.js'
import { sonioxWire } from '../../../src/speech/tts/soniox.js'
import { telnyxWire } from '../../../src/speech/tts/telnyx.js'
import { xaiWire } from '../../../src/speech/tts/xai.js'
import { base64, queryOf, sent, speaking, told, utter } from './utterances.js'

const key = { apiKey: 'k3y' }
const text = 'Hello there.'

it.each([
  ['cartesia', cartesiaWire],
  ['deepgram', deepgramWire],
  ['inworld', inworldWire],
  ['minimax', minimaxWire],
  ['resemble', resembleWire],
  ['rime', rimeWire],
  ['soniox', sonioxWire],
  ['telnyx', telnyxWire],
  ['xai', xaiWire],
])('%s is reached where the settings say, its key in a header', (_, make) => {
  const { url, headers } = make({ ...key, url: 'http://127.0.0.1:9/below' }).address(speaking())
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:9\/below\//)
  expect(url).not.toContain('k3y')
  expect(headers['authorization']).toMatch(/^(Bearer|Token|Basic) k3y$/)
})

describe('Deepgram', () => {
  const wire = deepgramWire(key)

  it('asks for the voice and µ-law', () => {
    expect(queryOf(wire, speaking({ voice: 'aura-2-thalia-en' }))).toEqual({
      model: 'aura-2-thalia-en',
      encoding: 'mulaw',
      sample_rate: '8000',
    })
  })

  it('speaks, flushes, and is done when that is told', () => {
    const utterance = utter(wire, speaking())
    expect(sent(utterance.start())).toEqual([{ type: 'Speak', text }, { type: 'Flush' }])
    const metadata = { type: 'Metadata', request_id: '52cc0efe', model_name: 'aura-2-thalia-en' }
    const flushed = { type: 'Flushed', sequence_id: 0 }
    expect(told(utterance, text, metadata, Buffer.from([1, 2]), flushed)).toEqual([[1, 2], 'done'])
  })

  it('speaks Flux over the second version of the socket', () => {
    const request = speaking({ voice: 'flux-haley-en' })
    expect(wire.address(request).url).toContain('/v2/speak?model=flux-haley-en')
    const utterance = utter(wire, request)
    expect(sent(utterance.start())).toEqual([{ type: 'Speak', text }, { type: 'Flush' }])
    const messages = [
      { type: 'Connected', model_name: 'flux-haley-en' },
      { type: 'SpeechStarted', speech_id: 's' },
      Buffer.from([1]),
      { type: 'Flushed' },
      Buffer.from([2]),
      { type: 'SpeechMetadata', speech_id: 's' },
    ]
    expect(told(utterance, text, ...messages)).toEqual([[1], [2], 'done'])
    const stopped = utter(wire, request)
    expect(sent(stopped.cancel())).toEqual([{ type: 'Interrupt' }])
    expect(told(stopped, text, { type: 'SpeechMetadata' }, { type: 'SpeechInterrupted' })).toEqual(['done'])
  })

  it('is done with a cancelled one when it is told as cleared', () => {
    const utterance = utter(wire, speaking())
    expect(sent(utterance.cancel())).toEqual([{ type: 'Clear' }])
    const messages = [
      { type: 'Flushed', sequence_id: 0 },
      { type: 'Cleared', sequence_id: 1 },
    ]
    expect(told(utterance, text, ...messages)).toEqual(['done'])
  })

  it('passes over warnings, but for that of text that was not flushed', () => {
    const warning = { type: 'Warning', description: 'Close to a limit', code: 'SLOW' }
    expect(told(utter(wire, speaking()), text, warning)).toEqual([])
    const lost = { type: 'Warning', description: 'Exceeded rate', code: 'EXCESSIVE_FLUSH' }
    expect(() => utter(wire, speaking()).read(lost)).toThrow(expect.objectContaining({ fault: 'server' }))
  })
})

describe('Cartesia', () => {
  const wire = cartesiaWire(key)
  const context_id = 'parley-1'

  it('sends a whole utterance in a context', () => {
    expect(wire.address(speaking()).headers).toMatchObject({ 'cartesia-version': '2026-08-14' })
    expect(sent(utter(wire, speaking({ settings: { voice_speed: 1.2 } })).start())).toEqual([
      {
        context_id,
        model_id: 'sonic-3.5',
        transcript: text,
        voice: { mode: 'id', id: 'v1' },
        language: 'en',
        output_format: { container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8000 },
        generation_config: { speed: 1.2 },
        continue: false,
        add_timestamps: true,
      },
    ])
    expect(sent(utter(wire, speaking()).cancel())).toEqual([{ context_id, cancel: true }])
  })

  it('takes chunks, times and the end', () => {
    const word_timestamps = { words: ['Hello', 'there.'], start: [0.02, 0.4], end: [0.3, 0.75] }
    expect(
      told(
        utter(wire, speaking()),
        text,
        { type: 'chunk', context_id, data: base64(1, 2), done: false, status_code: 206, step_time: 7 },
        { type: 'timestamps', context_id, word_timestamps, done: false, status_code: 206 },
        { type: 'flush_done', context_id, done: false, flush_done: true, flush_id: 1, status_code: 206 },
        { type: 'done', context_id, done: true, status_code: 200 },
      ),
    ).toEqual([[1, 2], 'Hello 20-300, there. 400-750', 'done'])
  })

  it('throws what is called an error', () => {
    const message = { type: 'error', context_id, status_code: 402, error: 'no credits left', done: true }
    expect(() => utter(wire, speaking()).read(message)).toThrow(
      expect.objectContaining({ fault: 'quota', message: 'cartesia: 402 no credits left' }),
    )
    const unknown = {
      type: 'error',
      context_id,
      done: true,
      title: 'Invalid model',
      error_code: 'model_not_found',
    }
    expect(() => utter(wire, speaking()).read(unknown)).toThrow(
      expect.objectContaining({ fault: 'request', message: 'cartesia: model_not_found Invalid model' }),
    )
  })
})

describe('Rime', () => {
  const wire = rimeWire(key)
  const contextId = 'parley-1'

  it('names speaker, model, format and language', () => {
    const request = speaking({ voice: 'luna', model: 'mistv2', language: 'es', settings: { voice_speed: 2 } })
    expect(queryOf(wire, request)).toEqual({
      speaker: 'luna',
      modelId: 'mistv2',
      audioFormat: 'mulaw',
      samplingRate: '8000',
      lang: 'spa',
      speedAlpha: '0.5',
      segment: 'never',
    })
    expect(
      queryOf(wire, speaking({ language: 'de-DE', sampleRate: 16_000, settings: { speed: 0.8 } })),
    ).toEqual({
      speaker: 'v1',
      modelId: 'coda',
      audioFormat: 'pcm',
      samplingRate: '16000',
      lang: 'de',
      timeScaleFactor: '1.25',
      segment: 'never',
    })
  })

  it('sends text and flushes it', () => {
    const utterance = utter(wire, speaking())
    expect(sent(utterance.start())).toEqual([
      { text: 'Hello there. ', contextId },
      { operation: 'flush', contextId },
    ])
    expect(sent(utterance.cancel())).toEqual([{ operation: 'clear' }])
    const word_timestamps = { words: ['Hello', 'there.'], start: [0, 0.4], end: [0.3, 0.75] }
    expect(
      told(
        utterance,
        text,
        { type: 'chunk', data: base64(1, 2), contextId },
        { type: 'timestamps', word_timestamps, contextId },
        { type: 'done', done: true, contextId },
      ),
    ).toEqual([[1, 2], 'Hello 0-300, there. 400-750', 'done'])
  })

  it('throws what is called an error', () => {
    expect(() => utter(wire, speaking()).read({ type: 'error', message: 'invalid speaker' })).toThrow(
      'rime: invalid speaker',
    )
  })
})

describe('Resemble', () => {
  const wire = resembleWire(key)

  it('asks for µ-law without a header', () => {
    expect(sent(utter(wire, speaking({ voice: '55592656' })).start())).toEqual([
      {
        voice_uuid: '55592656',
        data: text,
        request_id: 1,
        binary_response: false,
        output_format: 'wav',
        sample_rate: 8000,
        precision: 'MULAW',
        no_audio_header: true,
      },
    ])
    const ssml = utter(wire, speaking({ text: '<break time="1s"/>Hello', ssml: true, sampleRate: 16_000 }))
    expect(sent(ssml.start())).toMatchObject([
      { data: '<speak><break time="1s"/>Hello</speak>', precision: 'PCM_16', sample_rate: 16_000 },
    ])
  })

  it.each([
    ['the request’s', 0.1],
    ['the message’s', 0],
  ])('marks words whose times count from the beginning of %s audio', (_, from) => {
    const chars = (letters: string, start: number) => ({
      graph_chars: [...letters],
      graph_times: [...letters].map((_, i) => [start + i / 100, start + (i + 1) / 100]),
    })
    // 800 bytes of µ-law: 100 ms.
    const audio_content = Buffer.alloc(800).toString('base64')
    const piece = (letters: string, start: number) => {
      return { type: 'audio', audio_content, audio_timestamps: chars(letters, start), request_id: 1 }
    }
    const signals = told(utter(wire, speaking()), text, piece('Hello th', 0.01), piece('ere.', from), {
      type: 'audio_end',
      request_id: 1,
    }).filter((signal) => typeof signal === 'string')
    expect(signals).toEqual(['Hello 10-60', 'there. 70-140', 'done'])
  })

  it('takes audio until the end, of its own request', () => {
    expect(
      told(
        utter(wire, speaking()),
        text,
        { type: 'audio', audio_content: base64(9), request_id: 7 },
        { type: 'audio', audio_content: base64(1, 2), request_id: 1 },
        { type: 'audio_end', request_id: 1 },
      ),
    ).toEqual([[1, 2], 'done'])
    expect(utter(wire, speaking()).cancel()).toBeUndefined()
  })

  it('throws what is called an error', () => {
    const message = { type: 'error', error_name: 'Unauthorized', message: 'bad token', status_code: 401 }
    expect(() => utter(wire, speaking()).read(message)).toThrow(
      expect.objectContaining({ fault: 'credentials' }),
    )
  })
})

describe('Inworld', () => {
  const wire = inworldWire(key)
  const contextId = 'parley-1'

  it('creates a context, speaks, flushes and closes it', () => {
    const settings = { delivery_mode: 'STABLE' }
    expect(sent(utter(wire, speaking({ voice: 'Oliver', settings })).start())).toEqual([
      {
        create: {
          voiceId: 'Oliver',
          modelId: 'inworld-tts-1.5-max',
          audioConfig: { audioEncoding: 'LINEAR16', sampleRateHertz: 8000, speakingRate: 1 },
          autoMode: true,
          timestampType: 'WORD',
          deliveryMode: 'STABLE',
        },
        contextId,
      },
      { send_text: { text }, contextId },
      { flush_context: {}, contextId },
      { close_context: {}, contextId },
    ])
  })

  it('takes chunks with headers of their own, and times that begin anew with a flush', () => {
    const chunk = (word: string, ...samples: number[]) => ({
      result: {
        contextId,
        audioChunk: {
          audioContent: Buffer.from(encodeWav(Int16Array.from(samples), 8000)).toString('base64'),
          timestampInfo: {
            wordAlignment: { words: [word], wordStartTimeSeconds: [0.1], wordEndTimeSeconds: [0.5] },
          },
        },
        status: { code: 0, message: '' },
      },
    })
    expect(
      told(
        utter(wire, speaking()),
        text,
        { result: { contextId, contextCreated: {} } },
        chunk('Hello', 1, 2),
        { result: { contextId, flushCompleted: {} } },
        chunk('there.', 3),
        { result: { contextId, contextClosed: {} } },
      ),
    ).toEqual(['Hello 100-500', [1, 0, 2, 0], 'there. 600-1000', [3, 0], 'done'])
  })

  it('throws a status that is not good', () => {
    const gone = { result: { contextId, status: { code: 5, message: 'Context not found' } } }
    const utterance = utter(wire, speaking())
    expect(utterance.read(gone), 'another one’s').toEqual([])
    utterance.cancel()
    expect(told(utterance, text, gone)).toEqual(['done'])
    const message = { result: { contextId, status: { code: 5, message: 'voice not found' } } }
    expect(() => utter(wire, speaking()).read(message)).toThrow(
      expect.objectContaining({ fault: 'request', message: 'inworld: 5 voice not found' }),
    )
  })
})

describe('MiniMax', () => {
  const wire = minimaxWire(key)

  it('begins the task once connected, and speaks one text after another', () => {
    const request = speaking({ voice: 'English_Graceful_Lady', settings: { pitch: 2 } })
    const good = { status_code: 0, status_msg: 'success' }
    expect(wire.reply?.({ event: 'task_started', base_resp: good }, request)).toEqual([])
    expect(sent(wire.reply?.({ event: 'connected_success', base_resp: good }, request))).toEqual([
      {
        event: 'task_start',
        model: 'speech-2.8-turbo',
        language_boost: 'English',
        voice_setting: { voice_id: 'English_Graceful_Lady', speed: 1, vol: 1, pitch: 2 },
        audio_setting: { sample_rate: 8000, bitrate: 128_000, format: 'pcm', channel: 1 },
      },
    ])
    expect(wire.isReady?.({ event: 'connected_success' })).toBe(false)
    expect(wire.isReady?.({ event: 'task_started' })).toBe(true)
    expect(wire.address(request).flavour).not.toBe(wire.address(speaking({ voice: 'other' })).flavour)
    const utterance = utter(wire, request)
    expect(sent(utterance.start())).toEqual([{ event: 'task_continue', text }])
    const piece = (audio: string, is_final: boolean) => {
      return { event: 'task_continued', data: { audio }, is_final, base_resp: good }
    }
    expect(told(utterance, text, piece('0102ff', false), piece('03', true))).toEqual([
      [1, 2, 255],
      [3],
      'done',
    ])
  })

  it.each([
    [1002, 'rate limit', 'quota'],
    [1042, 'invisible character ratio limit', 'request'],
    [2056, 'usage limit exceeded', 'quota'],
    [20132, 'invalid samples or voice_id', 'request'],
  ])('knows %i, "%s", as %s', (status_code, status_msg, fault) => {
    const message = { event: 'task_failed', base_resp: { status_code, status_msg } }
    expect(() => utter(wire, speaking()).read(message)).toThrow(expect.objectContaining({ fault }))
    expect(() => wire.reply?.(message, speaking())).toThrow(expect.objectContaining({ fault }))
  })

  it('throws a task that failed', () => {
    const message = { event: 'task_failed', base_resp: { status_code: 1004, status_msg: 'login fail' } }
    expect(() => utter(wire, speaking()).read(message)).toThrow(
      expect.objectContaining({ fault: 'credentials', message: 'minimax: 1004 login fail' }),
    )
  })
})

describe('xAI', () => {
  const wire = xaiWire(key)

  it('asks for the voice, the language and µ-law', () => {
    expect(queryOf(wire, speaking({ voice: 'eve' }))).toEqual({
      voice: 'eve',
      language: 'en',
      codec: 'mulaw',
      sample_rate: '8000',
    })
    expect(queryOf(wire, speaking({ settings: { language: 'auto' } }))).toMatchObject({ language: 'auto' })
  })

  it.each([
    ['pt-PT', 'pt-PT'],
    ['pt', 'pt-BR'],
    ['es-419', 'es-MX'],
    ['zh-CN', 'zh'],
    ['multi', 'auto'],
  ])('calls %s %s', (language, code) => {
    expect(queryOf(wire, speaking({ language }))).toMatchObject({ language: code })
  })

  it('speaks until it is done, or cleared', () => {
    const utterance = utter(wire, speaking())
    expect(sent(utterance.start())).toEqual([{ type: 'text.delta', delta: text }, { type: 'text.done' }])
    const messages = [{ type: 'audio.delta', delta: base64(1, 2) }, { type: 'audio.done' }]
    expect(told(utterance, text, ...messages)).toEqual([[1, 2], 'done'])
    expect(sent(utterance.cancel())).toEqual([{ type: 'text.clear' }])
    expect(told(utterance, text, { type: 'audio.done' }, { type: 'audio.clear' })).toEqual(['done'])
  })
})

describe('Soniox', () => {
  const wire = sonioxWire(key)
  const stream_id = 'parley-1'

  it('configures a stream and sends its text', () => {
    const request = speaking({ voice: 'Emma', settings: { speed: 1.1, reduce_silence: true } })
    expect(sent(utter(wire, request).start())).toEqual([
      {
        api_key: 'k3y',
        stream_id,
        model: 'tts-rt-v2',
        voice: 'Emma',
        language: 'en',
        audio_format: 'pcm_mulaw',
        sample_rate: 8000,
        speed: 1.1,
        reduce_silence: true,
      },
      { stream_id, text, text_end: true },
    ])
    expect(sent(utter(wire, request).cancel())).toEqual([{ stream_id, cancel: true }])
  })

  it('takes audio until its end', () => {
    const messages = [
      { stream_id, audio: base64(1, 2), audio_end: false },
      { stream_id, audio: base64(3), audio_end: true },
    ]
    expect(told(utter(wire, speaking()), text, ...messages)).toEqual([[1, 2], [3], 'done'])
    expect(() => utter(wire, speaking()).read({ stream_id, error_code: 401, error_message: 'no' })).toThrow(
      expect.objectContaining({ fault: 'credentials' }),
    )
  })
})

describe('Telnyx', () => {
  const wire = telnyxWire(key)

  it.each([
    ['KokoroTTS.af', 'Telnyx.KokoroTTS.af', '24000'],
    ['NaturalHD.astra', 'Telnyx.NaturalHD.astra', '8000'],
    ['Azure.en-US-AvaNeural', 'Azure.en-US-AvaNeural', '8000'],
  ])('%s is asked for as %s at %s Hz', (voice, name, rate) => {
    const query = queryOf(wire, speaking({ voice }))
    expect(query).toEqual({
      voice: name,
      audio_format: 'linear16',
      sample_rate: rate,
      inactivity_timeout: '120',
      language: 'en-US',
    })
  })

  it('shakes hands with the voice settings, speaks and ends', () => {
    const request = speaking({ settings: { voice_speed: 1.2, elevenlabsTextNormalization: 'off' } })
    expect(sent(wire.opening(request))).toEqual([{ text: ' ', voice_settings: { voice_speed: 1.2 } }])
    expect(wire.address(request).flavour).not.toBe(wire.address(speaking()).flavour)
    expect(sent(utter(wire, request).start())).toEqual([{ text, flush: true }, { text: '' }])
  })

  it('takes what streams, and not the whole of it once more', () => {
    const messages = [
      { audio: base64(1, 2), text: null, isFinal: false },
      { audio: base64(1, 2), text, isFinal: false, cached: false },
      { audio: null, text: '', isFinal: true },
    ]
    expect(told(utter(wire, speaking()), text, ...messages)).toEqual([[1, 2], 'done'])
  })

  it('takes the whole where nothing streamed', () => {
    const messages = [
      { audio: base64(1, 2), text, isFinal: false },
      { audio: null, isFinal: true },
    ]
    expect(told(utter(wire, speaking()), text, ...messages)).toEqual([[1, 2], 'done'])
  })

  it('throws what is called an error', () => {
    expect(() => utter(wire, speaking()).read({ error: 'Voice not found' })).toThrow(
      'telnyx: Voice not found',
    )
  })
})
