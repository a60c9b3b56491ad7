import { describe, expect, it } from 'vitest'
import {
  negotiateWebOffer,
  type WebOffer,
  webTransportOf,
  writeWebAnswer,
  writeWebOffer,
} from '../../../src/sip/index.js'
import { chromiumOffer } from './web-offers.js'

const own = {
  iceUfrag: 'own',
  icePwd: 'secret',
  fingerprint: 'sha-256 CC:DD',
  setup: 'active',
  candidates: ['1 1 UDP 2114977791 127.0.0.1 16400 typ host'],
} as const

const read = (sdp: string): WebOffer => {
  const offer = negotiateWebOffer(sdp)
  if ('status' in offer) throw new Error(offer.reason)
  return offer
}

describe('the offer of a browser', () => {
  it('is met with Opus and its keys, muxed', () => {
    const { media, mid, transport, ssrcs } = read(chromiumOffer())
    expect(media).toMatchObject({
      codec: 'opus',
      payloadType: 111,
      receivePayloadType: 111,
      telephoneEvent: { payloadType: 110, receivePayloadType: 110, clockRate: 48_000 },
      rtcpMux: true,
      direction: 'sendrecv',
    })
    expect({ mid, ssrcs }).toEqual({ mid: '0', ssrcs: [3_735_928_559] })
    expect(transport).toMatchObject({ iceUfrag: 'Ab3d', fingerprint: 'sha-256 AA:BB', setup: 'actpass' })
    expect(transport.candidates).toEqual(['1 1 udp 2113937151 4bd3a4f0-9a1e.local 52000 typ host'])
  })

  it('that only listens is sent to, and not waited for', () => {
    expect(read(chromiumOffer({ 'a=sendrecv': 'a=recvonly' })).media.direction).toBe('sendonly')
  })

  it('may have its transport at the top', () => {
    const sdp = chromiumOffer({ 'a=ice-ufrag': '', 'a=group': 'a=group:BUNDLE 0\r\na=ice-ufrag:Top1' })
    expect(read(sdp).transport.iceUfrag).toBe('Top1')
  })

  it.each([
    ['no mux', { 'a=rtcp-mux': '' }, 488],
    ['no Opus', { 'a=rtpmap:111': '' }, 488],
    ['no DTLS', { 'm=audio': 'm=audio 9 RTP/AVP 111' }, 488],
    ['no user', { 'a=ice-ufrag': '' }, 400],
    ['no certificate', { 'a=fingerprint': '' }, 400],
    ['a password that is none', { 'a=ice-pwd': `a=ice-pwd:${'x'.repeat(300)}` }, 400],
    ['a name that is none', { 'a=mid': 'a=mid:$(x)' }, 400],
    ['nothing', { 'v=0': '' }, 400],
  ])('with %s is refused', (_what, changes, status) => {
    expect(negotiateWebOffer(chromiumOffer(changes))).toMatchObject({ status })
  })
})

describe('the answer to a browser', () => {
  const video = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n'

  it('accepts the audio, tells who sends, and refuses all else', () => {
    const sdp = chromiumOffer() + video
    const answer = writeWebAnswer(sdp, read(sdp), own, 42)
    for (const line of [
      'a=group:BUNDLE 0',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 110',
      'a=rtpmap:110 telephone-event/48000',
      'a=ice-ufrag:own',
      'a=setup:active',
      'a=candidate:1 1 UDP 2114977791 127.0.0.1 16400 typ host',
      'a=end-of-candidates',
      'a=ssrc:42 cname:parley',
      'a=msid:parley audio',
      'a=rtcp-mux',
      'm=video 0 UDP/TLS/RTP/SAVPF 96',
    ]) {
      expect(answer.split('\r\n')).toContain(line)
    }
  })

  it('names no source where nothing is sent', () => {
    const sdp = chromiumOffer({ 'a=sendrecv': 'a=sendonly' })
    const answer = writeWebAnswer(sdp, read(sdp), own, 42)
    expect(answer).toContain('a=recvonly')
    expect(answer).not.toContain('a=ssrc')
  })

  it('can be read as a transport, as can what is handed to an implementation', () => {
    const offer = read(chromiumOffer())
    expect(webTransportOf(writeWebAnswer(chromiumOffer(), offer, own, 1))).toEqual(own)
    const reduced = writeWebOffer(offer)
    expect(read(reduced)).toEqual({ ...offer, media: { ...offer.media } })
    expect(webTransportOf('nonsense')).toBeUndefined()
  })
})
