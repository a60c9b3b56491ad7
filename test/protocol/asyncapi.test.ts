import { Parser } from '@asyncapi/parser'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { asyncApiDocument } from '../../src/protocol/index.js'

describe('the AsyncAPI document', async () => {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()))

  it('is valid', () => {
    const [error, warning] = [0, 1]
    expect(diagnostics.filter(({ severity }) => severity === error || severity === warning)).toEqual([])
    expect(document).toBeDefined()
  })

  it('describes both channels, with all messages', () => {
    const messages = Object.fromEntries(
      document!
        .channels()
        .all()
        .map((channel) => [
          channel.id(),
          channel
            .messages()
            .all()
            .map((message) => message.name()),
        ]),
    )
    const app = ['text', 'play', 'sendDigits', 'language', 'end']
    expect(messages).toEqual({
      twilio: ['setup', 'prompt', 'dtmf', 'interrupt', 'info', 'error', ...app],
      telnyx: ['setup', 'prompt', 'dtmf', 'interrupt', 'error', ...app],
    })
  })

  it('has both operations of each channel', () => {
    const operations = document!.operations().all()
    expect(operations.map((operation) => [operation.id(), operation.action()])).toEqual([
      ['twilioSend', 'send'],
      ['twilioReceive', 'receive'],
      ['telnyxSend', 'send'],
      ['telnyxReceive', 'receive'],
    ])
  })

  it('shows examples of every message, which follow its schema', () => {
    const ajv = new Ajv({ strict: false, formats: { uri: true, uuid: true } })
    for (const message of document!.components().messages().all()) {
      const examples = message.examples().all()
      expect(examples.length, message.id()).toBeGreaterThan(0)
      const validate = ajv.compile(message.payload()!.json())
      for (const example of examples) expect(validate(example.payload()), message.id()).toBe(true)
    }
  })

  it('is a new value at each call', () => {
    expect(asyncApiDocument()).not.toBe(asyncApiDocument())
    expect(asyncApiDocument('1.2.3')).toMatchObject({ info: { version: '1.2.3' } })
  })
})
