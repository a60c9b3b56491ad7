import fc from 'fast-check'
import { parse } from 'sdp-transform'
import { describe, expect, it } from 'vitest'
import type { NegotiatedMedia } from '../../../src/sip/media.js'
import { writeAnswer } from '../../../src/sip/sdp/answer.js'
import { negotiateOffer } from '../../../src/sip/sdp/negotiate.js'
import { acceptAnswer, writeOffer } from '../../../src/sip/sdp/offer.js'
import { isSdpRefusal } from '../../../src/sip/sdp/refusal.js'
import { createSrtpKeys } from '../../../src/sip/sdp/srtp-suites.js'
import { realOffer, realOfferNames } from '../fixtures/offers.js'
import { offerOf } from './offer-of.js'

const local = { address: '192.0.2.50', port: 17000, rtcpPort: 17001, sessionId: '4711', version: 1 }

function answerTo(offer: string, where = local): string {
  const media = negotiateOffer(offer)
  if (isSdpRefusal(media)) throw new Error(media.reason)
  return writeAnswer(offer, media, where)
}

describe('writeAnswer', () => {
  it('answers baresip', () => {
    expect(answerTo(realOffer('baresip-1.0')).split('\r\n')).toEqual([
      'v=0',
      'o=- 4711 1 IN IP4 192.0.2.50',
      's=Parley',
      'c=IN IP4 192.0.2.50',
      't=0 0',
      'm=audio 17000 RTP/AVP 96 101',
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:96 minptime=10;useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000',
      'a=fmtp:101 0-16',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ])
  })

  it('refuses every other line with port 0, keeping count, order, formats and mid', () => {
    const lines = answerTo(realOffer('webrtc-gateway-avpf')).split('\r\n')
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 17000 RTP/AVPF 111 110',
      'm=video 0 RTP/AVPF 96',
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    ])
    expect(lines.filter((line) => line.startsWith('a=mid'))).toEqual(['a=mid:0', 'a=mid:1', 'a=mid:2'])
    expect(lines).toContain('a=rtcp-mux')
  })

  it('writes IPv6, and a=rtcp where RTCP is not on the next port', () => {
    const lines = answerTo(offerOf(), { ...local, address: '2001:db8::1', rtcpPort: 18000 }).split('\r\n')
    expect(lines).toContain('c=IN IP6 2001:db8::1')
    expect(lines).toContain('o=- 4711 1 IN IP6 2001:db8::1')
    expect(lines).toContain('a=rtcp:18000')
  })

  it('answers the second audio line when that one was agreed on', () => {
    const offer = `${offerOf({ protocol: 'RTP/SAVP' })}m=audio 4002 RTP/AVP 8\r\n`
    const ports = parse(answerTo(offer)).media.map((media) => media.port)
    expect(ports).toEqual([0, 17000])
  })

  it('is understood by the offerer', () => {
    for (const name of realOfferNames) {
      const offer = realOffer(name)
      const media = negotiateOffer(offer)
      if (isSdpRefusal(media)) continue
      const seen = acceptAnswer(offer, writeAnswer(offer, media, local)) as NegotiatedMedia
      expect(seen, name).toMatchObject({
        codec: media.codec,
        payloadType: media.payloadType,
        remote: { address: local.address, port: local.port },
        rtcpMux: media.rtcpMux,
      })
    }
  })
})

describe('writeOffer', () => {
  it('offers all codecs in order of preference, with events at both rates', () => {
    const [audio] = parse(writeOffer(local)).media
    expect(audio).toMatchObject({ port: 17000, protocol: 'RTP/AVP', payloads: '96 9 0 8 101 102' })
    expect(audio?.direction).toBe('sendrecv')
    expect(audio?.rtcpMux).toBe('rtcp-mux')
  })

  it('offers no 48000 Hz events without Opus', () => {
    const [audio] = parse(writeOffer(local, { preference: ['PCMA', 'G722'] })).media
    expect(audio?.payloads).toBe('8 9 101')
  })

  it('meets an answerer of the same kind', () => {
    const offer = writeOffer(local)
    expect(negotiateOffer(offer)).toMatchObject({
      codec: 'opus',
      telephoneEvent: { payloadType: 102, clockRate: 48000 },
      rtcpMux: true,
    })
  })
})

describe('acceptAnswer', () => {
  const offer = writeOffer(local)

  it('sends with the numbers of the answer and receives with ours', () => {
    const answer = offerOf({
      formats: '120 121',
      attributes: ['rtpmap:120 opus/48000/2', 'rtpmap:121 telephone-event/48000'],
    })
    expect(acceptAnswer(offer, answer)).toMatchObject({
      codec: 'opus',
      payloadType: 120,
      receivePayloadType: 96,
      telephoneEvent: { payloadType: 121, receivePayloadType: 102, clockRate: 48000 },
      rtcpMux: false,
    })
  })

  it('limits the direction to what was offered', () => {
    const held = writeOffer(local, { direction: 'sendonly' })
    expect(acceptAnswer(held, offerOf({ attributes: ['recvonly'] }))).toMatchObject({ direction: 'sendonly' })
    expect(acceptAnswer(held, offerOf({ attributes: ['inactive'] }))).toMatchObject({ direction: 'inactive' })
    expect(acceptAnswer(held, offerOf())).toMatchObject({ direction: 'sendonly' })
    expect(acceptAnswer(offer, offerOf({ attributes: ['sendonly'] }))).toMatchObject({
      direction: 'recvonly',
    })
  })

  it.each([
    ['nonsense', 400],
    [offerOf({ port: 0 }), 488],
    [offerOf({ formats: '18' }), 488],
    [offerOf({ protocol: 'RTP/SAVP' }), 488],
    [offerOf({ connection: 'X' }), 400],
    ['v=0\r\nm=video 5 RTP/AVP 96\r\n', 400],
  ])('refuses %j', (answer, status) => {
    expect(acceptAnswer(offer, answer)).toMatchObject({ status })
  })
})

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...realOfferNames.flatMap((name) => realOffer(name).split('\r\n')),
    'm=audio 1/2 RTP/AVP 0',
    'c=IN IP6 ::',
    'a=rtpmap:0',
    'a=ptime:x',
    'a=rtcp:',
    'm=audio 4000 RTP/SAVP 0',
    'm=audio 4000 RTP/AVP 8',
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(30, 1).toString('base64')}|2^31`,
    `a=crypto:2 AEAD_AES_128_GCM inline:${Buffer.alloc(28, 2).toString('base64')} WSH=64`,
    'a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:',
    'a=crypto',
  )
  const srtpKeys = createSrtpKeys((bytes) => Buffer.alloc(bytes, 3))

  const policy = fc.constantFrom('off' as const, 'optional' as const, 'required' as const)

  it('gives media that can be answered, or a refusal, but never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), policy, (lines, srtp) => {
        const sdp = `v=0\r\n${lines.join('\r\n')}`
        const media = negotiateOffer(sdp, { srtp, srtpKeys })
        if (isSdpRefusal(media)) return media.status === 400 || media.status === 488
        const seen = acceptAnswer(sdp, writeAnswer(sdp, media, local))
        return seen !== undefined
      }),
      { seed: 20, numRuns: 2000 },
    )
  })
})
