import { describe, expect, it } from 'vitest'
import { parseCSeq } from '../../src/sip/cseq.js'
import type { SipMessage, SipRequest } from '../../src/sip/message.js'
import { parseNameAddr } from '../../src/sip/name-addr.js'
import { SipParseError } from '../../src/sip/parse-error.js'
import { parseMessage } from '../../src/sip/parse-message.js'
import { serializeMessage } from '../../src/sip/serialize.js'
import { parseUri, userOf } from '../../src/sip/uri.js'
import { parseVia } from '../../src/sip/via.js'
import { tortureMessages } from './rfc4475/messages.js'

const files = ['valid', 'invalid', 'semantics'] as const
const all = new Map(
  files.flatMap((file) => tortureMessages(file)).map((message) => [message.name, message.bytes]),
)

function parse(name: string): SipMessage {
  return parseMessage(all.get(name) ?? Buffer.alloc(0))
}

function parseRequest(name: string): SipRequest {
  const message = parse(name)
  if (message.kind !== 'request') throw new Error(`${name} is a response`)
  return message
}

function refusal(name: string): SipParseError {
  try {
    parse(name)
  } catch (error) {
    if (error instanceof SipParseError) return error
    throw error
  }
  throw new Error(`${name} was accepted`)
}

describe('RFC 4475: all messages', () => {
  it('are 49', () => {
    expect(all.size).toBe(49)
  })

  it.each([...all.keys()])(
    '%s parses to something that serializes and parses to the same, or is refused',
    (name) => {
      let message: SipMessage
      try {
        message = parse(name)
      } catch (error) {
        expect(error).toBeInstanceOf(SipParseError)
        return
      }
      const once = serializeMessage(message)
      const again = parseMessage(once)
      expect(serializeMessage(again)).toEqual(once)
      expect(again.body).toEqual(message.body)
    },
  )
})

describe('RFC 4475 §3.1.1: valid messages', () => {
  it.each(tortureMessages('valid').map(({ name }) => name))('%s is accepted', (name) => {
    expect(() => parse(name)).not.toThrow()
  })

  it('wsinv: folding, white space and compact forms everywhere', () => {
    const { uri, headers, body } = parseRequest('wsinv')
    expect(parseUri(uri).params.has('unknownparam')).toBe(true)
    expect(parseNameAddr(headers.get('To')!).params.get('tag')).toBe('1918181833n')
    expect(parseNameAddr(headers.get('From')!)).toMatchObject({
      displayName: 'J Rosenberg \\"',
      uri: 'sip:jdrosen@example.com',
    })
    expect(headers.get('max-forwards')).toBe('0068')
    expect(parseCSeq(headers.get('CSeq')!)).toEqual({ number: 9, method: 'INVITE' })
    expect(headers.getAll('Via').map((via) => parseVia(via).host)).toEqual([
      '192.0.2.2',
      'spindle.example.com',
      '192.168.255.111',
    ])
    expect(headers.getAll('Via').map((via) => parseVia(via).transport)).toEqual(['UDP', 'TCP', 'UDP'])
    expect(parseVia(headers.getAll('Via')[2]!).params.get('branch')).toBe('z9hG4bK30239')
    expect(headers.get('Subject')).toBe('')
    expect(headers.get('NewFangledHeader')).toBe('newfangled value continued newfangled value')
    expect(headers.getAll('UnknownHeaderWithUnusualValue')).toEqual([';;,,;;,;'])
    const contact = parseNameAddr(headers.get('Contact')!)
    expect(contact.displayName).toBe('Quoted string ""')
    expect([...contact.params]).toEqual([
      ['newparam', 'newvalue'],
      ['secondparam', undefined],
      ['q', '0.33'],
    ])
    expect(body.length).toBe(150)
  })

  it('intmeth: every character that a token or a URI may have', () => {
    const { method, uri, headers } = parseRequest('intmeth')
    expect(method).toBe("!interesting-Method0123456789_*+`.%indeed'~")
    expect(parseUri(uri)).toMatchObject({
      user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
      password: "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)",
      host: 'example.com',
    })
    expect(parseNameAddr(headers.get('To')!).displayName).toBe('BEL:\x07 NUL:\x00 DEL:\x7f')
    const from = parseNameAddr(headers.get('From')!)
    expect(from.displayName).toBe("token1~` token2'+_ token3*%!.-")
    expect(from.params.get("fromparam''~+*_!.-%")).toBe('работающий')
    expect(headers.get('Call-ID')).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
    expect(headers.get("extensionHeader-!.%*+_`'~")).toContain('大停電')
  })

  it('esc01, escnull: escapes in URIs', () => {
    const { uri, headers } = parseRequest('esc01')
    expect(userOf(uri)).toBe('sips:user@example.com')
    expect(userOf(parseNameAddr(headers.get('To')!).uri)).toBe('user')
    const contact = parseUri(parseNameAddr(headers.get('Contact')!).uri)
    expect([...contact.params]).toEqual([
      ['lr', undefined],
      ['name', 'value%41'],
    ])
    expect(
      parseRequest('escnull')
        .headers.getAll('Contact')
        .map((value) => userOf(parseNameAddr(value).uri)),
    ).toEqual(['\0', '\0\0'])
  })

  it('esc02: a percent sign that is no escape', () => {
    const { method, headers } = parseRequest('esc02')
    expect(method).toBe('RE%47IST%45R')
    expect(parseNameAddr(headers.get('To')!).displayName).toBe('%Z%45')
    expect(headers.getAll('Contact')).toHaveLength(2)
  })

  it('lwsdisp: a display name without a space after it', () => {
    expect(parseNameAddr(parseRequest('lwsdisp').headers.get('From')!).displayName).toBe('caller')
  })

  it('longreq: long values, many Vias', () => {
    const { headers } = parseRequest('longreq')
    expect(headers.getAll('Via')).toHaveLength(34)
    expect(parseUri(parseNameAddr(headers.get('To')!).uri).port).toBe(6000)
  })

  it('dblreq: what follows the message in its datagram is ignored', () => {
    expect(parseRequest('dblreq')).toMatchObject({ method: 'REGISTER', body: Buffer.alloc(0) })
  })

  it('semiuri: a semicolon in the user part', () => {
    const { uri, headers } = parseRequest('semiuri')
    expect(parseUri(uri)).toMatchObject({ user: 'user;par=u@example.net', host: 'example.com' })
    expect(headers.getAll('Accept')).toHaveLength(6)
  })

  it('transports: known and unknown ones', () => {
    const vias = parseRequest('transports')
      .headers.getAll('Via')
      .map((via) => parseVia(via).transport)
    expect(vias).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'])
  })

  it('mpart01: a binary body', () => {
    const { body } = parseRequest('mpart01')
    expect(body.length).toBe(553)
    expect(body.includes(Buffer.from('3082015206092A864886F70D010702', 'hex'))).toBe(true)
  })

  it('unreason, noreason: reason phrases', () => {
    expect(parse('unreason')).toMatchObject({
      status: 200,
      reason: '= 2**3 * 5**2 но сто девяносто девять - простое',
    })
    expect(parse('noreason')).toMatchObject({ status: 100, reason: '' })
  })
})

describe('RFC 4475 §3.1.2: invalid messages', () => {
  it.each([
    ['badinv01', 'Host|Via|Parameter'],
    ['clerr', 'Content-Length is 9999'],
    ['ncl', 'Content-Length is not a number'],
    ['scalar02', 'CSeq is not a number'],
    ['quotbal', 'Quoted string|URI|bracket'],
    ['ltgtruri', 'URI has no scheme'],
    ['lwsruri', 'SIP URI has characters to be escaped'],
    ['escruri', 'Headers are not allowed'],
    ['regbadct', 'URI needs angle brackets'],
    ['mismatch01', 'CSeq names "INVITE"'],
    ['mismatch02', 'CSeq names "INVITE"'],
  ])('%s is refused with 400', (name, detail) => {
    const error = refusal(name)
    expect(error.message).toMatch(new RegExp(detail))
    expect(error.status).toBe(400)
    expect(error.request?.headers.get('Call-ID')).toContain(name)
  })

  it('badvers is refused with 505', () => {
    expect(refusal('badvers')).toMatchObject({ status: 505, request: { method: 'OPTIONS' } })
  })

  it.each(['scalarlg', 'bigcode'])('%s, a response, is dropped', (name) => {
    expect(refusal(name).request).toBeUndefined()
  })

  // The RFC leaves these to the element; being liberal costs nothing here.
  it('lwsstart, trws, baddate, badaspec, baddn are understood as they were meant', () => {
    expect(parseRequest('lwsstart').uri).toBe('sip:user@example.com')
    expect(parseRequest('trws').method).toBe('OPTIONS')
    expect(parseRequest('baddate').headers.get('Date')).toBe('Fri, 01 Jan 2010 16:00:00 EST')
    expect(parseNameAddr(parseRequest('badaspec').headers.get('To')!)).toMatchObject({
      displayName: 'Watson, Thomas',
      uri: 'sip:t.watson@example.org',
    })
    expect(parseNameAddr(parseRequest('baddn').headers.get('From')!)).toMatchObject({
      displayName: 'Bell, Alexander',
      uri: 'sip:a.g.bell@example.com',
    })
  })
})

describe('RFC 4475 §3.2 to §3.4: what a transaction layer or a user agent must handle', () => {
  it.each([
    'badbranch',
    'unkscm',
    'novelsc',
    'unksm2',
    'bext01',
    'invut',
    'regaut01',
    'zeromf',
    'cparam01',
    'cparam02',
    'regescrt',
    'sdp01',
    'bcast',
    'inv2543',
  ])('%s is accepted by the parser', (name) => {
    expect(() => parse(name)).not.toThrow()
  })

  it('insuf lacks the headers that an answer would need', () => {
    expect(refusal('insuf')).toMatchObject({ status: 400, request: undefined })
  })

  it.each(['multi01', 'mcl01'])('%s is refused with 400', (name) => {
    const error = refusal(name)
    expect(error.status).toBe(400)
    expect(error.request).toBeDefined()
    expect(error.message).toMatch(/stands more than once/)
  })

  it('cparam01 and cparam02 tell parameters of the header from those of the URI', () => {
    const contact = (name: string) => parseNameAddr(parseRequest(name).headers.get('Contact')!)
    expect(contact('cparam01').params.has('unknownparam')).toBe(true)
    expect(contact('cparam02').params.has('unknownparam')).toBe(false)
    expect(parseUri(contact('cparam02').uri).params.has('unknownparam')).toBe(true)
    expect(parseUri(contact('regescrt').uri).headers).toBe('Route=%3Csip:sip.example.com%3E')
  })

  it('inv2543: the body without a Content-Length reaches to the end of the datagram', () => {
    expect(parseRequest('inv2543').body.toString()).toMatch(/m=audio 49217 RTP\/AVP 0\r\n$/)
  })
})
