import { describe, expect, it } from 'vitest'
import type { NegotiatedMedia } from '../../../src/sip/media.js'
import { writeAnswer } from '../../../src/sip/sdp/answer.js'
import { parseCrypto } from '../../../src/sip/sdp/crypto-lines.js'
import { type NegotiateOptions, negotiateOffer } from '../../../src/sip/sdp/negotiate.js'
import { acceptAnswer, writeOffer } from '../../../src/sip/sdp/offer.js'
import { isSdpRefusal } from '../../../src/sip/sdp/refusal.js'
import { createSrtpKeys, offeredSuites } from '../../../src/sip/sdp/srtp-suites.js'
import { realOffer } from '../fixtures/offers.js'
import { offerOf } from './offer-of.js'

const local = { address: '192.0.2.9', port: 16000, rtcpPort: 16001, sessionId: '1', version: 1 }
const key = (byte: number, length = 30): string => Buffer.alloc(length, byte).toString('base64')
const ours = createSrtpKeys((bytes) => Buffer.alloc(bytes, 0xaa))
const theirs = createSrtpKeys((bytes) => Buffer.alloc(bytes, 0xbb))
const optional: NegotiateOptions = { srtp: 'optional', srtpKeys: ours }
const required: NegotiateOptions = { srtp: 'required', srtpKeys: ours }

function met(sdp: string, options: NegotiateOptions): NegotiatedMedia {
  const result = negotiateOffer(sdp, options)
  if (isSdpRefusal(result)) throw new Error(result.reason)
  return result
}

function secure(...cryptos: string[]): string {
  return offerOf({ protocol: 'RTP/SAVP', attributes: cryptos.map((crypto) => `crypto:${crypto}`) })
}

describe('parseCrypto (RFC 4568 §9.1)', () => {
  const good = `inline:${key(1)}`
  it.each([
    [`1 AES_CM_128_HMAC_SHA1_80 ${good}`, 'AES_CM_128_HMAC_SHA1_80'],
    [`7  AES_CM_128_HMAC_SHA1_32 ${good}|2^48`, 'AES_CM_128_HMAC_SHA1_32'],
    [`1 AES_CM_128_HMAC_SHA1_80 ${good}|1048576 WSH=64`, 'AES_CM_128_HMAC_SHA1_80'],
    [`1 AES_CM_128_HMAC_SHA1_80 ${good} -SOMETHING=1`, 'AES_CM_128_HMAC_SHA1_80'],
    [`2 AEAD_AES_128_GCM inline:${key(1, 28)}`, 'AEAD_AES_128_GCM'],
    [`2 AEAD_AES_256_GCM inline:${key(1, 44)}`, 'AEAD_AES_256_GCM'],
  ])('%s', (text, suite) => {
    expect(parseCrypto(text)).toMatchObject({ suite })
  })

  it.each([
    ['a suite that is not there', `1 F8_128_HMAC_SHA1_80 ${good}`],
    ['a name of every object', `1 toString ${good}`],
    ['a master key identifier', `1 AES_CM_128_HMAC_SHA1_80 ${good}|2^20|1:4`],
    ['a master key identifier without lifetime', `1 AES_CM_128_HMAC_SHA1_80 ${good}|1:4`],
    ['two keys', `1 AES_CM_128_HMAC_SHA1_80 ${good}|2^20|1:4;${good}|2^20|2:4`],
    ['a key of another length', `1 AES_CM_128_HMAC_SHA1_80 inline:${key(1, 28)}`],
    ['no authentication', `1 AES_CM_128_HMAC_SHA1_80 ${good} UNAUTHENTICATED_SRTP`],
    [
      'no encryption, behind a harmless parameter',
      `1 AES_CM_128_HMAC_SHA1_80 ${good} WSH=64 UNENCRYPTED_SRTP`,
    ],
    ['another key derivation rate', `1 AES_CM_128_HMAC_SHA1_80 ${good} KDR=8`],
    ['no key', '1 AES_CM_128_HMAC_SHA1_80'],
    ['another key method', `1 AES_CM_128_HMAC_SHA1_80 uri:${key(1)}`],
    ['a tag that is none', `x AES_CM_128_HMAC_SHA1_80 ${good}`],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseCrypto(text)).toBeUndefined()
  })
})

describe('an offer of RTP/SAVP', () => {
  const offer = secure(
    `1 F8_128_HMAC_SHA1_80 inline:${key(3)}`,
    `4 AES_CM_128_HMAC_SHA1_32 inline:${key(4)}|2^31`,
    `5 AES_CM_128_HMAC_SHA1_80 inline:${key(5)}`,
  )

  it('is met by the first of its keys that we understand, and answered under its tag', () => {
    const media = met(offer, optional)
    expect(media.srtp).toEqual({
      suite: 'AES_CM_128_HMAC_SHA1_32',
      localKey: ours('AES_CM_128_HMAC_SHA1_32'),
      remoteKey: key(4),
    })
    const answer = writeAnswer(offer, media, local)
    expect(answer).toContain('m=audio 16000 RTP/SAVP 0\r\n')
    expect(answer).toContain(`a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:${key(0xaa)}\r\n`)
    expect(answer.match(/a=crypto/g)).toHaveLength(1)
  })

  it.each([
    ['off', 'RTP/SAVP is not supported, offer RTP/AVP'],
    [undefined, 'RTP/SAVP is not supported, offer RTP/AVP'],
  ] as const)('gets 488 while SRTP is %s', (srtp, reason) => {
    const result = negotiateOffer(offer, srtp && { srtp, srtpKeys: ours })
    expect(result).toMatchObject({ status: 488, reason: expect.stringContaining(reason) })
  })

  it('gets 488 when no key is understood, with a suite that would be', () => {
    const result = negotiateOffer(secure(`1 F8_128_HMAC_SHA1_80 inline:${key(3)}`), optional)
    expect(result).toMatchObject({ status: 488, reason: expect.stringContaining('AES_CM_128_HMAC_SHA1_80') })
    expect(negotiateOffer(offerOf({ protocol: 'RTP/SAVPF' }), required)).toMatchObject({ status: 488 })
  })

  it('of a real phone', () => {
    expect(met(realOffer('pjsip-savp'), optional).srtp).toMatchObject({ suite: 'AES_256_CM_HMAC_SHA1_80' })
  })

  it('is chosen before plain RTP on another line', () => {
    const both = `${offerOf()}m=audio 4002 RTP/SAVPF 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key(6)}\r\n`
    const media = met(both, optional)
    expect(media).toMatchObject({ codec: 'PCMA', srtp: { remoteKey: key(6) } })
    const answer = writeAnswer(both, media, local)
    expect(answer).toMatch(/m=audio 0 RTP\/AVP 0\r\n.*m=audio 16000 RTP\/SAVPF 8\r\n/s)
    expect(met(both, {})).toMatchObject({ codec: 'PCMU' })
  })
})

describe('an offer of RTP/AVP', () => {
  it('is taken as long as SRTP is not required', () => {
    expect(met(offerOf(), optional).srtp).toBeUndefined()
    expect(negotiateOffer(offerOf(), required)).toMatchObject({
      status: 488,
      reason: 'Not Acceptable Here: offer RTP/SAVP',
    })
  })

  it('that brings keys is encrypted where that may be (RFC 8643)', () => {
    const offer = offerOf({ attributes: [`crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key(7)}`] })
    const media = met(offer, required)
    expect(media.srtp).toMatchObject({ remoteKey: key(7) })
    const answer = writeAnswer(offer, media, local)
    expect(answer).toContain('RTP/AVP 0\r\n')
    expect(answer).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key(0xaa)}`)
    const plain = met(offer, { srtp: 'off', srtpKeys: ours })
    expect(plain.srtp).toBeUndefined()
    expect(writeAnswer(offer, plain, local)).not.toContain('crypto')
  })
})

describe('our offer', () => {
  const offer = writeOffer(local, { encryption: 'srtp', srtpKeys: ours })

  it('has three suites, fits into a datagram, and meets the answer of one like us', () => {
    expect(offer).toContain('RTP/SAVP ')
    expect(offer.match(/a=crypto:\d [A-Z0-9_]+/g)).toEqual(
      offeredSuites.map((suite, i) => `a=crypto:${i + 1} ${suite}`),
    )
    expect(offer.length).toBeLessThan(750)
    const answerer = met(offer, { srtp: 'required', srtpKeys: theirs })
    const answer = writeAnswer(offer, answerer, { ...local, port: 18000 })
    expect(acceptAnswer(offer, answer)).toMatchObject({
      srtp: {
        suite: 'AES_CM_128_HMAC_SHA1_80',
        localKey: answerer.srtp!.remoteKey,
        remoteKey: answerer.srtp!.localKey,
      },
    })
  })

  it('has keys of its own each time unless told which', () => {
    const keyOf = (sdp: string) => /inline:(\S+)/.exec(sdp)?.[1]
    const [one, other] = [
      writeOffer(local, { encryption: 'srtp' }),
      writeOffer(local, { encryption: 'srtp' }),
    ]
    expect(keyOf(one)).not.toBe(keyOf(other))
    expect(writeOffer(local, { encryption: 'srtp', srtpKeys: ours })).toBe(offer)
    expect(writeOffer(local, { encryption: 'none', srtpKeys: ours })).not.toContain('crypto')
  })

  const answerWith = (protocol: string, ...attributes: string[]) => offerOf({ protocol, attributes })
  it.each([
    ['plain RTP', answerWith('RTP/AVP')],
    ['no key', answerWith('RTP/SAVP')],
    ['a tag we did not offer', answerWith('RTP/SAVP', `crypto:9 AES_CM_128_HMAC_SHA1_80 inline:${key(1)}`)],
    [
      'another suite under our tag',
      answerWith('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${key(1)}`),
    ],
  ])('does not take an answer with %s', (_, answer) => {
    expect(acceptAnswer(offer, answer)).toMatchObject({ status: 488 })
  })

  it('in the clear does not take an encrypted answer', () => {
    const answer = answerWith('RTP/SAVP', `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key(1)}`)
    expect(acceptAnswer(writeOffer(local), answer)).toMatchObject({ status: 488 })
  })
})
