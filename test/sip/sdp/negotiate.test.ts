import { describe, expect, it } from 'vitest'
import type { NegotiatedMedia } from '../../../src/sip/media.js'
import { negotiateOffer } from '../../../src/sip/sdp/negotiate.js'
import { isSdpRefusal } from '../../../src/sip/sdp/refusal.js'
import { realOffer, realOfferNames } from '../fixtures/offers.js'
import { offerOf } from './offer-of.js'

function negotiated(sdp: string, options = {}): NegotiatedMedia {
  const result = negotiateOffer(sdp, options)
  if (isSdpRefusal(result)) throw new Error(result.reason)
  return result
}

describe('offers of real peers', () => {
  /** codec, payload type, telephone-event (type/rate), remote, RTCP port */
  const expected: Record<string, [string, number, string, string, number] | string> = {
    'asterisk-16-opus': ['opus', 107, '101/8000', '127.0.0.1:11434', 11435],
    'asterisk-pbx-ulaw': ['PCMU', 0, '101/8000', '64.34.231.248:13354', 13355],
    'audiocodes-mp118': ['PCMU', 0, '101/8000', '10.33.37.78:4000', 4001],
    'baresip-1.0': ['opus', 96, '101/8000', '127.0.0.1:21818', 21819],
    'freeswitch-amr-wb': ['PCMU', 0, '101/8000', '10.10.48.45:44278', 44279],
    'freeswitch-hd': ['opus', 102, '103/48000', '203.0.113.20:24244', 24245],
    'linphonec-5.1-ipv6': ['opus', 96, '99/48000', 'fd00::2:7078', 7079],
    'mediasoup-two-audio-lines': ['opus', 100, 'none', '172.110.110.110:40000', 40001],
    'opus-8000-gsm': ['PCMU', 0, '127/8000', '192.168.1.112:44252', 44253],
    'pjsip-savp': 'Not Acceptable Here: RTP/SAVP is not supported, offer RTP/AVP',
    'rtpengine-opus-to-alaw': ['opus', 96, '97/48000', '198.51.100.4:11492', 11493],
    'threecx-ulaw': ['PCMU', 0, '102/8000', '10.10.0.176:12212', 12213],
    'twilio-gateway': ['PCMU', 0, '101/8000', '54.174.11.44:33340', 33341],
    'webrtc-chrome': 'Not Acceptable Here: UDP/TLS/RTP/SAVPF is not supported, offer RTP/AVP',
    'webrtc-gateway-avpf': ['opus', 111, '110/48000', '198.51.100.9:30412', 30412],
  }

  it.each(realOfferNames)('%s', (name) => {
    const result = negotiateOffer(realOffer(name))
    const summary = isSdpRefusal(result)
      ? result.reason
      : [
          result.codec,
          result.payloadType,
          result.telephoneEvent
            ? `${result.telephoneEvent.payloadType}/${result.telephoneEvent.clockRate}`
            : 'none',
          `${result.remote.address}:${result.remote.port}`,
          result.remoteRtcp.port,
        ]
    expect(summary).toEqual(expected[name])
  })
})

describe('negotiateOffer', () => {
  it('takes codecs by our preference, not by the order of the offer', () => {
    const sdp = offerOf({ formats: '8 0 9' })
    expect(negotiated(sdp).codec).toBe('G722')
    expect(negotiated(sdp, { preference: ['PCMA', 'PCMU'] }).codec).toBe('PCMA')
  })

  it('knows static payload types without rtpmap, and believes the rtpmap when there is one', () => {
    expect(negotiated(offerOf({ formats: '8' }))).toMatchObject({ codec: 'PCMA', payloadType: 8 })
    const remapped = offerOf({
      formats: '0 97',
      attributes: ['rtpmap:0 G726-32/8000', 'rtpmap:97 PCMU/8000/1'],
    })
    expect(negotiated(remapped)).toMatchObject({ codec: 'PCMU', payloadType: 97 })
  })

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('mirrors %s as %s', (offered, seen) => {
    expect(negotiated(offerOf({ attributes: [offered] })).direction).toBe(seen)
    expect(negotiated(offerOf({ session: [`a=${offered}`] })).direction).toBe(seen)
  })

  it.each([
    ['IN IP4 0.0.0.0', 'sendrecv', 'recvonly'],
    ['IN IP4 0.0.0.0', 'recvonly', 'inactive'],
    ['IN IP6 ::', 'sendonly', 'recvonly'],
  ])('reads c=%s with %s as hold', (connection, direction, seen) => {
    expect(negotiated(offerOf({ connection, attributes: [direction] })).direction).toBe(seen)
  })

  it('takes ptime, bounded by maxptime and reason', () => {
    const ptime = (...attributes: string[]) => negotiated(offerOf({ attributes })).ptimeMs
    expect(ptime()).toBe(20)
    expect(ptime('ptime:30')).toBe(30)
    expect(ptime('ptime:60', 'maxptime:40')).toBe(40)
    expect(ptime('ptime:5000')).toBe(120)
    expect(ptime('ptime:0')).toBe(20)
    expect(ptime('ptime:1')).toBe(10)
  })

  it('sends RTCP where rtcp-mux, a=rtcp or the next port say', () => {
    const rtcp = (...attributes: string[]) => negotiated(offerOf({ attributes })).remoteRtcp
    expect(rtcp('rtcp-mux', 'rtcp:9')).toEqual({ address: '192.0.2.1', port: 4000 })
    expect(rtcp('rtcp:5005')).toEqual({ address: '192.0.2.1', port: 5005 })
    expect(rtcp('rtcp:5005 IN IP4 192.0.2.9')).toEqual({ address: '192.0.2.9', port: 5005 })
    expect(rtcp()).toEqual({ address: '192.0.2.1', port: 4001 })
  })

  it('prefers the c= of the media line', () => {
    const sdp = offerOf({ attributes: [] }).replace('RTP/AVP 0\r\n', 'RTP/AVP 0\r\nc=IN IP6 2001:db8::7\r\n')
    expect(negotiated(sdp).remote).toEqual({ address: '2001:db8::7', port: 4000 })
  })

  it('does not pair 8000 Hz codecs with 48000 Hz events', () => {
    const sdp = offerOf({ formats: '0 101', attributes: ['rtpmap:101 telephone-event/48000'] })
    expect(negotiated(sdp).telephoneEvent).toBeUndefined()
  })

  it('falls back to a second audio line when the first cannot be met', () => {
    const sdp = `${offerOf({ protocol: 'RTP/SAVP' })}m=audio 4002 RTP/AVP 8\r\n`
    expect(negotiated(sdp)).toMatchObject({ codec: 'PCMA', remote: { port: 4002 } })
  })

  it.each([
    ['', 400, 'v=0 is missing'],
    ['v=0\r\n', 400, 'no m= line'],
    ['v=0\r\nm=audio\r\n', 400, 'is not a media line'],
    [offerOf({ connection: 'IN IP4' }), 400, 'no usable c= line'],
    [offerOf({ port: 99999 }), 400, 'is not a media line'],
    [`v=0\r\n${'m=audio 0 RTP/AVP 0\r\n'.repeat(33)}`, 400, 'more than 32'],
    [offerOf({ port: 0 }), 488, 'no audio stream'],
    [offerOf({ formats: '18' }), 488, 'no codec in common'],
    [offerOf({ formats: '101', attributes: ['rtpmap:101 telephone-event/8000'] }), 488, 'no codec in common'],
    [offerOf({ protocol: 'RTP/SAVP' }), 488, 'RTP/SAVP is not supported'],
  ])('refuses %j', (sdp, status, reason) => {
    const result = negotiateOffer(sdp)
    expect(result).toMatchObject({ status, reason: expect.stringContaining(reason) })
  })
})
