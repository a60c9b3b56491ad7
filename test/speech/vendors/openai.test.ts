import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ListenOptions } from '../../../src/speech/index.js'
import { type Asked, failure, OpenAi, openAiKey } from './openai-server.js'
import {
  listenOptions,
  record,
  say,
  speakRequest,
  sttOf,
  ttsOf,
  until,
  writeFrames,
} from './support/clients.js'
import { littleEndian, pcmOf } from './support/sound.js'

let server: OpenAi

beforeEach(async () => {
  server = await OpenAi.start()
})

afterEach(() => server.close())

describe.each(['openai', 'openai-compatible'])('speech by %s', (name) => {
  const create = (apiKey = openAiKey) => ttsOf(name, { apiKey, url: server.url })
  const sound = Array.from({ length: 24 * 60 }, (_, i) => 4000 + i)

  it('streams PCM of 24 kHz, however its samples are cut', async () => {
    server.answer = ({ response }) => {
      const bytes = littleEndian(sound)
      response.writeHead(200, { 'content-type': 'audio/pcm', 'transfer-encoding': 'chunked' })
      response.write(bytes.subarray(0, 1001))
      response.end(bytes.subarray(1001))
    }
    const engine = create()
    const spoken = say(engine, speakRequest({ voice: 'coral' }))
    await until(() => spoken.done)
    expect(spoken.error).toBeUndefined()
    expect([spoken.sampleRate, spoken.pcm]).toEqual([24_000, sound])
    expect(server.asked[0]!.fields).toMatchObject({
      input: 'Hello there, friend.',
      voice: 'coral',
      response_format: 'pcm',
    })
    await engine.close()
  })

  it('gives audio before the answer is complete, and goes away when it is aborted', async () => {
    server.answer = ({ response }) => {
      response.writeHead(200, { 'content-type': 'audio/pcm' })
      response.write(littleEndian(sound))
    }
    const engine = create()
    const stop = new AbortController()
    const spoken = say(engine, speakRequest(), stop.signal)
    await until(() => spoken.pcm.length > 0)
    expect(spoken.done).toBe(false)
    stop.abort()
    await until(() => spoken.done && server.asked[0]!.gone)
    await engine.close()
  })

  it('speaks after a slow start, and once more after a connection that broke', async () => {
    server.answer = ({ response }) => void response.destroy()
    const engine = ttsOf(name, { apiKey: openAiKey, url: server.url })
    const broken = say(engine, speakRequest())
    await until(() => broken.done)
    expect(broken.error?.fault).toMatch(/^(connect|dropped)$/)
    server.answer = () => {}
    const spoken = say(engine, speakRequest())
    await until(() => server.asked.length === 2)
    expect(spoken.done).toBe(false)
    server.asked[1]!.response.writeHead(200, { 'content-type': 'audio/pcm' }).end(Buffer.alloc(4_800, 0x20))
    await until(() => spoken.done)
    expect([spoken.error, spoken.pcm.length]).toEqual([undefined, 2_400])
    await engine.close()
  })

  it('tells an answer that broke off', async () => {
    server.answer = ({ response }) => {
      response.writeHead(200, { 'content-type': 'audio/pcm' })
      response.write(littleEndian(sound), () => response.destroy())
    }
    const engine = create()
    const spoken = say(engine, speakRequest())
    await until(() => spoken.done)
    expect(spoken.error?.fault).toBe('dropped')
    await engine.close()
  })

  it('tells a wrong key, and does not repeat it', async () => {
    const engine = create('not-the-key')
    const spoken = say(engine, speakRequest())
    await until(() => spoken.done)
    expect([spoken.error?.fault, spoken.error?.status]).toEqual(['credentials', 401])
    expect(spoken.error?.message).toContain('Incorrect API key provided')
    expect(spoken.error?.message).not.toContain('not-the-key')
    await engine.close()
  })

  it('tells the error of the body, and when to ask again', async () => {
    server.answer = ({ response }) =>
      failure(response, 429, 'You exceeded your current quota', 'insufficient_quota', 'insufficient_quota', {
        'retry-after': '20',
      })
    const engine = create()
    const spoken = say(engine, speakRequest())
    await until(() => spoken.done)
    expect(spoken.error).toMatchObject({ fault: 'quota', status: 429, retryAfterMs: 20_000 })
    expect(spoken.error?.message).toContain('You exceeded your current quota')
    await engine.close()
  })
})

describe.each(['openai-file', 'openai-compatible'])('transcription by %s', (name) => {
  function listen(changes: Partial<ListenOptions> = {}, apiKey = openAiKey) {
    const engine = sttOf(name, { apiKey, url: server.url })
    const listening = engine.open(listenOptions(changes))
    return { engine, listening, said: record(listening) }
  }

  /** Answers as the request wants it: plain, or as server-sent events. */
  const transcribe =
    (text: string) =>
    ({ response, fields }: Asked) => {
      if (fields['stream'] !== 'true') {
        response.writeHead(200, { 'content-type': 'application/json' })
        return response.end(JSON.stringify({ text }))
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: ${JSON.stringify({ type: 'transcript.text.delta', delta: text })}\n\n`)
      return response.end(`data: ${JSON.stringify({ type: 'transcript.text.done', text })}\n\n`)
    }

  it.each([8000, 16000])(
    'sends what was said as a WAV file of %i Hz, with language and hints',
    async (rate) => {
      server.answer = transcribe('Parley, please.')
      const { engine, listening, said } = listen({
        sampleRate: rate,
        hints: ['Parley', 'Zoë'],
        language: 'en-GB',
      })
      expect(engine.endpointing).toBe('relay')
      writeFrames(listening, 0, 50, rate)
      listening.finalize()
      await until(() => said.some((one) => one.startsWith('final')))
      expect(said.at(-1)).toBe('final: Parley, please.')
      const { fields, file } = server.asked[0]!
      const told =
        name === 'openai-file' ? ['gpt-transcribe', 'en', undefined] : ['whisper-1', undefined, 'en']
      expect([fields['model'], fields['languages[]'], fields['language']]).toEqual(told)
      expect(String(fields['prompt'] ?? fields['keywords[]'])).toMatch(/Zoë/)
      const { bytes } = file!
      expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 12)).toBe('RIFFWAVE')
      expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
      expect([bytes.readUInt16LE(20), bytes.readUInt16LE(22), bytes.readUInt32LE(24)]).toEqual([1, 1, rate])
      expect(bytes.subarray(44).includes(pcmOf(0, 50, rate))).toBe(true)
      await listening.close()
    },
  )

  it('says an empty final where nothing was understood', async () => {
    server.answer = transcribe('')
    const { listening, said } = listen()
    writeFrames(listening, 0, 50)
    listening.finalize()
    await until(() => said.length > 0)
    expect(said).toEqual(['final: '])
    await listening.close()
  })

  it('goes away when it is closed', async () => {
    const { listening, said } = listen()
    writeFrames(listening, 0, 50)
    listening.finalize()
    await until(() => server.asked.length === 1)
    await listening.close()
    await until(() => server.asked[0]!.gone)
    expect(said).toEqual([])
  })

  it('tells a wrong key, and does not repeat it', async () => {
    const { listening, said } = listen({}, 'not-the-key')
    writeFrames(listening, 0, 50)
    listening.finalize()
    await until(() => said.length > 0)
    expect(said).toEqual([expect.stringMatching(/^error: credentials: .*Incorrect API key provided/)])
    expect(said[0]).not.toContain('not-the-key')
  })

  it('waits for a slow answer, and settles the turns in order', async () => {
    server.answer = () => {}
    const { listening, said } = listen()
    writeFrames(listening, 0, 50)
    listening.finalize()
    await until(() => server.asked.length === 1)
    expect(said).toEqual([])
    transcribe('First.')(server.asked[0]!)
    await until(() => said.length === 1)
    server.answer = transcribe('Second.')
    writeFrames(listening, 50, 100)
    listening.finalize()
    await until(() => said.length === 2)
    expect(said).toEqual(['final: First.', 'final: Second.'])
    await listening.close()
  })

  it('tells a connection that broke, and asks anew in the next listening', async () => {
    server.answer = ({ response }) => void response.destroy()
    const { engine, listening, said } = listen()
    writeFrames(listening, 0, 50)
    listening.finalize()
    await until(() => said.length > 0)
    expect(said).toEqual([expect.stringMatching(/^error: (connect|dropped): /)])
    await listening.close()
    server.answer = transcribe('Again.')
    const next = engine.open(listenOptions())
    const nextSaid = record(next)
    writeFrames(next, 0, 50)
    next.finalize()
    await until(() => nextSaid.length > 0)
    expect(nextSaid).toEqual(['final: Again.'])
    await next.close()
  })

  it('tells the error of the body', async () => {
    server.answer = ({ response }) => failure(response, 503, 'The engine is overloaded', 'server_error')
    const { listening, said } = listen()
    writeFrames(listening, 0, 50)
    listening.finalize()
    await until(() => said.length > 0)
    expect(said).toEqual([expect.stringMatching(/^error: server: .*The engine is overloaded/)])
  })
})
