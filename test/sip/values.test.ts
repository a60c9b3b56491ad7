import { describe, expect, it } from 'vitest'
import { AddressList, loopback } from '../../src/sip/address-list.js'
import { createRequest, createResponse } from '../../src/sip/build.js'
import { formatHostPort, parseHostPort } from '../../src/sip/host-port.js'
import { sameAddress } from '../../src/sip/ingress.js'
import { formatNameAddr, parseNameAddr, tagOf } from '../../src/sip/name-addr.js'
import { SipParseError } from '../../src/sip/parse-error.js'
import { reasonPhrase } from '../../src/sip/reason-phrases.js'
import { checkUri, formatUri, parseUri, userOf } from '../../src/sip/uri.js'
import { formatVia, parseVia } from '../../src/sip/via.js'
import { responseTarget } from '../../src/sip/wire/response-route.js'
import { answerTo, incoming, tcpPeer, udpPeer } from './samples.js'

describe('URIs', () => {
  it.each([
    'sip:example.com',
    'sip:alice@example.com:5060;transport=tcp;lr',
    'sips:1000:secret@[2001:db8::1]:5061?Subject=x',
    'sip:+15551234;phone-context=x@example.com',
  ])('%s comes out as it went in', (uri) => {
    expect(formatUri(parseUri(uri))).toBe(uri)
  })

  it.each([
    'sip:',
    'sip:@example.com',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@[::g]',
    'sip:a@b:99999',
    'sip:%zz@b',
    'example.com',
    '<sip:a@b>',
    'tel:',
  ])('%s is refused', (uri) => {
    expect(() => checkUri(uri)).toThrow(SipParseError)
  })

  it('gives the number dialled', () => {
    expect(userOf('sip:+1555%20000@example.com;user=phone')).toBe('+1555 000')
    expect(userOf('tel:+15550001;ext=2')).toBe('+15550001')
    expect(userOf('sip:1000;cpc=ordinary@example.com')).toBe('1000')
    expect(userOf('sip:example.com')).toBe('')
    expect(userOf('nonsense')).toBe('')
  })
})

describe('name-addr', () => {
  it('keeps display name, URI and parameters apart', () => {
    const value = '"A \\"B\\" <c>" <sip:a@b;x=1>;tag=t;q="1;2"'
    const parsed = parseNameAddr(value)
    expect(parsed).toMatchObject({ displayName: 'A "B" <c>', uri: 'sip:a@b;x=1' })
    expect([...parsed.params]).toEqual([
      ['tag', 't'],
      ['q', '1;2'],
    ])
    expect(formatNameAddr(parsed)).toBe(value)
  })

  it('gives parameters to the header where there are no brackets', () => {
    expect(parseNameAddr('sip:a@b;tag=1')).toMatchObject({ uri: 'sip:a@b' })
    expect(tagOf('sip:a@b;tag=1')).toBe('1')
    expect(tagOf('<sip:a@b;tag=1>')).toBeUndefined()
    expect(tagOf('<sip:')).toBeUndefined()
    expect(tagOf(undefined)).toBeUndefined()
  })

  it.each(['', '"a" sip:a@b', '<sip:a@b', '<sip:a@b> x', '"a <sip:a@b>', 'Alice', '<sip:a@b>;t g=1'])(
    '%s is refused',
    (value) => {
      expect(() => parseNameAddr(value)).toThrow(SipParseError)
    },
  )
})

describe('Via', () => {
  it('parses and formats IPv6, ports and parameters', () => {
    const text = 'SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKx;rport;received=2001:db8::2'
    expect(parseVia(text)).toMatchObject({ transport: 'TLS', host: '2001:db8::1', port: 5061 })
    expect(formatVia(parseVia(text))).toBe(text)
  })

  it('parses hosts and ports', () => {
    expect(parseHostPort('a.b : 5060')).toEqual({ host: 'a.b', port: 5060 })
    expect(formatHostPort({ host: '::1', port: 1 })).toBe('[::1]:1')
    for (const text of ['', '[::1', '[::1]x', 'a:b', 'a:1:2', '::1'])
      expect(() => parseHostPort(text)).toThrow(SipParseError)
  })
})

describe('builders', () => {
  it('copy into a response what RFC 3261 §8.2.6.2 says', () => {
    const request = incoming('INVITE', { 'Record-Route': '<sip:p1;lr>, <sip:p2;lr>', Timestamp: '54' })
    const trying = createResponse(request, 100, undefined, { toTag: 'x' })
    expect(trying.reason).toBe('Trying')
    expect(trying.headers.get('Timestamp')).toBe('54')
    expect(trying.headers.get('To')).toBe('<sip:1000@192.0.2.1>')
    const ok = createResponse(request, 200, undefined, {
      toTag: 'x',
      headers: { Contact: '<sip:me@here>', Skipped: undefined },
      body: 'é',
    })
    expect(ok.headers.getAll('Record-Route')).toEqual(['<sip:p1;lr>', '<sip:p2;lr>'])
    expect(ok.headers.get('To')).toBe('<sip:1000@192.0.2.1>;tag=x')
    expect(ok.headers.get('Contact')).toBe('<sip:me@here>')
    expect(ok.body.length).toBe(2)
    expect(createResponse(request, 486).headers.get('Record-Route')).toBeUndefined()
    const inDialog = incoming('BYE', { To: '<sip:1000@192.0.2.1>;tag=own' })
    expect(createResponse(inDialog, 200, 'Fine', { toTag: 'x' })).toMatchObject({ reason: 'Fine' })
    expect(createResponse(inDialog, 200, 'Fine', { toTag: 'x' }).headers.get('To')).toBe(
      '<sip:1000@192.0.2.1>;tag=own',
    )
  })

  it('make requests', () => {
    const request = createRequest('BYE', 'sip:a@b', {
      from: '<sip:c>;tag=1',
      to: '<sip:d>;tag=2',
      callId: 'x',
      cseq: 3,
      routes: ['<sip:r1;lr>', '<sip:r2;lr>'],
    })
    expect([...request.headers.entries()]).toEqual([
      ['Max-Forwards', '70'],
      ['From', '<sip:c>;tag=1'],
      ['To', '<sip:d>;tag=2'],
      ['Call-ID', 'x'],
      ['CSeq', '3 BYE'],
      ['Route', '<sip:r1;lr>'],
      ['Route', '<sip:r2;lr>'],
    ])
  })

  it('know reason phrases, and those of classes', () => {
    expect([reasonPhrase(487), reasonPhrase(299), reasonPhrase(699), reasonPhrase(42)]).toEqual([
      'Request Terminated',
      'OK',
      'Decline',
      '',
    ])
  })
})

describe('addresses', () => {
  it('AddressList knows addresses and ranges of both families', () => {
    const list = new AddressList(['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'])
    for (const inside of ['192.0.2.255', '198.51.100.7', '2001:db8:1::1', '::ffff:192.0.2.1'])
      expect(list.has(inside)).toBe(true)
    for (const outside of ['192.0.3.0', '198.51.100.8', '2001:db9::1', 'example.com', ''])
      expect(list.has(outside)).toBe(false)
    expect(loopback.has('127.8.8.8') && loopback.has('::1')).toBe(true)
    expect(new AddressList([]).has('127.0.0.1')).toBe(false)
    for (const entry of ['example.com', '192.0.2.0/33', '192.0.2.0/x', '192.0.2.0/8/8', '']) {
      expect(() => new AddressList([entry])).toThrow(RangeError)
    }
  })

  it('spellings of IPv6 compare equal', () => {
    expect(sameAddress('2001:db8:0:0::1', '2001:DB8::1')).toBe(true)
    expect(sameAddress('2001:db8::1', '2001:db8::2')).toBe(false)
    expect(sameAddress('example.com', '192.0.2.1')).toBe(false)
  })
})

describe('responseTarget (RFC 3261 §18.2.2, RFC 3581)', () => {
  const to = (via: string, peer = { ...udpPeer, port: 40_000 }) =>
    responseTarget(answerTo(incoming('OPTIONS', { Via: via }), 200), peer)

  it('is the port of the Via, or 5060', () => {
    expect(to('SIP/2.0/UDP 192.0.2.10:5070')).toMatchObject({ address: '192.0.2.10', port: 5070 })
    expect(to('SIP/2.0/UDP phone.example.com')).toMatchObject({ address: '192.0.2.10', port: 5060 })
    expect(to('SIP/2.0/TLS phone.example.com', { ...tcpPeer, transport: 'tls' })).toMatchObject({
      port: 5061,
    })
  })

  it('is the source with rport, with another address in the Via, and with an unreadable Via', () => {
    for (const via of [
      'SIP/2.0/UDP 192.0.2.10:5070;rport=40000',
      'SIP/2.0/UDP 10.0.0.1:5070;maddr=203.0.113.1',
      'nonsense',
    ]) {
      expect(to(via)).toMatchObject({ address: '192.0.2.10', port: 40_000 })
    }
  })
})
