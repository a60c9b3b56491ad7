import { describe, expect, it } from 'vitest'
import { SipParseError } from '../../src/sip/parse-error.js'
import { type ParseOptions, parseMessage } from '../../src/sip/parse-message.js'
import { serializeMessage } from '../../src/sip/serialize.js'
import { answerTo, incoming } from './samples.js'

const options = serializeMessage(incoming('OPTIONS')).toString()

function refusal(text: string, parseOptions?: ParseOptions): SipParseError {
  try {
    parseMessage(Buffer.from(text), parseOptions)
  } catch (error) {
    if (error instanceof SipParseError) return error
    throw error
  }
  throw new Error('It was accepted')
}

describe('parseMessage', () => {
  it('skips line breaks before the start line', () => {
    expect(parseMessage(Buffer.from(`\r\n\r\n${options}`))).toMatchObject({ method: 'OPTIONS' })
  })

  it('parses what it serialized', () => {
    const response = { ...answerTo(incoming('INVITE'), 200), body: Buffer.from('v=0\r\n') }
    const parsed = parseMessage(serializeMessage(response))
    expect(parsed).toMatchObject({ kind: 'response', status: 200, reason: 'OK', body: response.body })
    expect([...parsed.headers.entries()]).toEqual([...response.headers.entries(), ['Content-Length', '5']])
  })

  it('takes a datagram without Content-Length to its end, and cuts one that is longer', () => {
    const bare = options.replace('Content-Length: 0\r\n', '')
    expect(parseMessage(Buffer.from(`${bare}body`)).body.toString()).toBe('body')
    const short = options.replace('Content-Length: 0', 'Content-Length: 2')
    expect(parseMessage(Buffer.from(`${short}body`)).body.toString()).toBe('bo')
  })

  it.each([
    ['no empty line', options.slice(0, -2), undefined],
    ['not SIP', 'GET / HTTP/1.1\r\n\r\n', undefined],
    ['a line without a colon', options.replace('Call-ID: ', 'Call-ID '), undefined],
    ['a header name with a space inside', options.replace('Max-Forwards: ', 'Max Forwards: '), 'OPTIONS'],
    ['a lone line feed', options.replace('70', '7\n0'), 'OPTIONS'],
    ['a missing header', options.replace(/Call-ID.*\r\n/, ''), undefined],
    ['Max-Forwards beyond 255', options.replace('70', '256'), 'OPTIONS'],
    ['an unreadable Via', options.replace('SIP/2.0/UDP ', 'SIP/2.0/'), 'OPTIONS'],
    ['a port beyond 65535', options.replace('192.0.2.10:5060', '192.0.2.10:65536'), 'OPTIONS'],
  ])('refuses %s', (_, text, method) => {
    const error = refusal(text)
    expect(error).toMatchObject({ code: 'sip_message_invalid', status: 400 })
    expect(error.request?.method).toBe(method)
  })

  it('never offers to answer an ACK or a response', () => {
    expect(refusal(options.replaceAll('OPTIONS', 'ACK').replace('70', 'x')).request).toBeUndefined()
    const response = serializeMessage(answerTo(incoming('INVITE'), 200)).toString()
    expect(refusal(response.replace('1 INVITE', 'x INVITE')).request).toBeUndefined()
  })

  it('has limits', () => {
    expect(refusal(options, { maxHeadBytes: 50 }).status).toBe(513)
    expect(refusal(options, { maxHeaders: 3 }).status).toBe(513)
    expect(refusal(`OPTIONS sip:a SIP/2.0\r\n${'x: 1\r\n'.repeat(201)}\r\n`).status).toBe(513)
  })

  it('takes a stream’s message whole', () => {
    expect(refusal(`${options}more`, { framing: 'stream' }).message).toBe('Bytes follow the message')
  })
})
