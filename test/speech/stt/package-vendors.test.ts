import { describe, expect, it } from 'vitest'
import { amazonLanguage } from '../../../src/speech/stt/amazon.js'
import { AmazonLine, readEvent } from '../../../src/speech/stt/amazon-line.js'
import { readResult } from '../../../src/speech/stt/azure-line.js'
import { awsClientOptions, awsConfigured, awsError } from '../../../src/speech/wire/aws-client.js'
import type { SttSignal } from '../../../src/speech/wire/stt-dialogue.js'

const result = (transcript: string, changes: object = {}) => ({
  TranscriptEvent: {
    Transcript: {
      Results: [
        {
          ResultId: 'a',
          StartTime: 0.1,
          EndTime: 1.28,
          IsPartial: true,
          Alternatives: [
            { Transcript: transcript, Items: [{ Content: 'hello', Confidence: 0.8 }, { Content: '.' }] },
          ],
          ...changes,
        },
      ],
    },
  },
})

describe('Amazon', () => {
  it('settles an utterance at a time', () => {
    expect(readEvent(result('hello'), 'en-US')).toMatchObject([
      { type: 'partial', transcript: { text: 'hello' } },
    ])
    expect(readEvent(result('Hello.', { IsPartial: false }), 'en-US')).toEqual([
      { type: 'final', transcript: { text: 'Hello.', language: 'en-US', confidence: 0.8, endMs: 1280 } },
      { type: 'endOfTurn' },
    ])
    expect(readEvent({ TranscriptEvent: { Transcript: { Results: [] } } }, 'en-US')).toEqual([])
  })

  it.each([
    ['en-GB', 'en-GB'],
    ['en', 'en-US'],
    ['de', 'de-DE'],
    ['es-AR', 'es-US'],
  ])('%s is %s', (language, expected) => {
    expect(amazonLanguage(language)).toBe(expected)
  })

  it('sends audio as events, and tells what comes', async () => {
    const told: SttSignal[] = []
    const sent: unknown[] = []
    const line = new AmazonLine(
      {
        start: async (audio) => {
          for await (const event of audio) {
            sent.push(event)
            break
          }
          return [result('hello', { IsPartial: false })]
        },
        settings: {},
        language: 'en-US',
      },
      (signal) => told.push(signal),
    )
    line.send(Buffer.from([1, 2]))
    await expect.poll(() => told.map(({ type }) => type)).toEqual(['ready', 'final', 'endOfTurn', 'failed'])
    expect(sent).toEqual([{ AudioEvent: { AudioChunk: Buffer.from([1, 2]) } }])
    expect(line.buffered).toBe(0)
  })

  it('fails once with what Amazon throws, and not after it was closed', async () => {
    const told: SttSignal[] = []
    const start = async () => {
      throw Object.assign(new Error('no'), { name: 'UnrecognizedClientException' })
    }
    new AmazonLine({ start, settings: {}, language: 'en' }, (signal) => told.push(signal))
    const closed = new AmazonLine({ start, settings: {}, language: 'en' }, () => told.push({ type: 'ready' }))
    closed.close()
    await expect
      .poll(() => told)
      .toMatchObject([{ type: 'ready' }, { type: 'failed', error: { fault: 'credentials' } }])
  })

  it("takes keys, or what Amazon's package finds by itself", () => {
    expect(awsConfigured({ apiKey: 'id' })).toBe(false)
    expect(awsConfigured({ apiKey: 'id', apiSecret: 'secret' })).toBe(true)
    expect(awsConfigured({ apiKey: 'default' })).toBe(true)
    const own = awsClientOptions({ apiKey: 'default', region: 'eu-central-1' })
    expect(own).toMatchObject({ region: 'eu-central-1', maxAttempts: 1 })
    expect(own).not.toHaveProperty('credentials')
    expect(awsClientOptions({ apiKey: 'id', apiSecret: 's', url: 'ws://127.0.0.1:9' })).toMatchObject({
      credentials: { accessKeyId: 'id', secretAccessKey: 's' },
      endpoint: 'http://127.0.0.1:9',
    })
  })

  it.each([
    [Object.assign(new Error('slow down'), { name: 'ThrottlingException' }), false, 'quota'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), false, 'connect'],
    [Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), true, 'dropped'],
    [Object.assign(new Error('new'), { $metadata: { httpStatusCode: 402 } }), false, 'quota'],
    [Object.assign(new Error('new'), { $fault: 'server', $metadata: {} }), true, 'server'],
  ])('%s, answered: %s, is a fault of %s', (thrown, answered, fault) => {
    expect(awsError('amazon', thrown, {}, answered)).toMatchObject({ fault })
  })
})

describe('Azure', () => {
  it("reads confidence out of the service's own answer, and ticks as ms", () => {
    const json = '{"RecognitionStatus":"Success","NBest":[{"Confidence":0.93,"Lexical":"hello"}]}'
    expect(readResult({ text: 'Hello.', offset: 1_000_000, duration: 9_000_000, json }, 'en-US')).toEqual({
      text: 'Hello.',
      language: 'en-US',
      confidence: 0.93,
      endMs: 1000,
    })
    expect(
      readResult({ text: 'Hello', offset: 0, duration: 0, json: '' }, 'en-US').confidence,
    ).toBeUndefined()
  })
})
