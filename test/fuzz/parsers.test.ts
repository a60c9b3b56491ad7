import { describe, expect, it } from 'vitest'
import { createCodec } from '../../src/audio/index.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { dialects } from '../../src/protocol/index.js'
import { RtpSession } from '../../src/rtp/index.js'
import { negotiateWebOffer, writeWebAnswer, writeWebOffer } from '../../src/sip/index.js'
import { parseIceFragment } from '../../src/webrtc/index.js'
import { FakeSocket, rtpPacket, seeded } from '../rtp/support.js'
import { chromiumOffer } from '../sip/sdp/web-offers.js'
import { appFrames, rtpPackets } from './support/corpus.js'
import { bytesOnly, Mutator } from './support/mutator.js'

/**
 * Beside these: test/sip/fuzz.test.ts (100,000 SIP messages through parser, serializer and transactions),
 * test/sip/ua/fuzz.test.ts (the user agent), test/protocol/properties.test.ts (frames of nearly right shape), and, over
 * sockets, relay.test.ts.
 */
const seed = 20260725

describe.each([
  ['opus', 111],
  ['G722', 9],
  ['PCMU', 0],
  ['PCMA', 8],
] as const)('%s: 25,000 random and mutated RTP and RTCP packets', (codecName, payloadType) => {
  it('neither throw nor stop the caller from being heard afterwards', () => {
    const clock = new SimulatedClock(1_700_000_000_000)
    const sockets = { rtp: new FakeSocket(), rtcp: new FakeSocket() }
    const codec = createCodec(codecName)
    const digits: string[] = []
    const remote = { address: '192.0.2.9', port: 5004 }
    const session = new RtpSession({
      media: {
        codec: codecName,
        payloadType,
        receivePayloadType: payloadType,
        telephoneEvent: { payloadType: 101, receivePayloadType: 101, clockRate: codec.clockRate },
        remote,
        remoteRtcp: { address: '192.0.2.9', port: 5005 },
        rtcpMux: true,
        ptimeMs: 20,
        direction: 'sendrecv',
      },
      codec,
      sockets,
      clock,
      random: seeded(1),
      listener: { digit: (digit) => digits.push(digit), timeout: () => {} },
    })
    const mutator = new Mutator(seed + payloadType, rtpPackets(payloadType, 101), bytesOnly)
    const frame = new Int16Array(codec.sampleRate / 50)
    const stranger = { address: '192.0.2.66', port: 5004 }
    for (let n = 0; n < 25_000; n++) {
      const socket = mutator.below(8) === 0 ? sockets.rtcp : sockets.rtp
      socket.arrive(mutator.next(), mutator.below(5) === 0 ? stranger : remote)
      if (n % 3 === 0) {
        clock.advance(20)
        session.pullFrame(frame)
      }
    }
    // A key that a mutated packet names is a key of the keypad.
    for (const digit of digits) expect(digit).toMatch(/^[0-9A-D*#]$/)

    const tone = Int16Array.from(
      frame,
      (_, i) => 8_000 * Math.sin((2 * Math.PI * 400 * i) / codec.sampleRate),
    )
    const talker = createCodec(codecName)
    const payload = new Uint8Array(400)
    let loudest = 0
    for (let n = 0; n < 100; n++) {
      const bytes = talker.encode(tone, payload)
      const packet = rtpPacket(
        payloadType,
        n,
        n * (talker.clockRate / 50),
        0x77,
        payload.slice(0, bytes),
        n === 0,
      )
      sockets.rtp.arrive(packet, remote)
      clock.advance(20)
      session.pullFrame(frame)
      loudest = Math.max(loudest, ...frame)
    }
    expect(loudest).toBeGreaterThan(4_000)
    const { received } = session.stats()
    for (const value of Object.values(received)) expect(Number.isFinite(value)).toBe(true)
    session.close()
    codec.close()
    talker.close()
  }, 60_000)
})

describe.each(Object.values(dialects))('$name: 50,000 random and mutated frames of an app', (dialect) => {
  it('are commands, or problems that can be answered', () => {
    const mutator = new Mutator(seed, appFrames)
    const seen = { good: 0, bad: 0 }
    for (let n = 0; n < 50_000; n++) {
      const decoded = dialect.decode(mutator.next(), mutator.below(50) === 0)
      if (decoded.ok) seen.good++
      else {
        seen.bad++
        const error = JSON.parse(dialect.encode({ type: 'error', ...decoded.problem, twilio: 64107 })!)
        expect(error.type).toBe('error')
      }
    }
    expect(seen.good).toBeGreaterThan(5_000)
    expect(seen.bad).toBeGreaterThan(5_000)
  }, 60_000)
})

describe('3,000 mutated offers of browsers', () => {
  it('are read or refused; what is read can be answered', () => {
    const video = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n'
    const offers = [chromiumOffer(), chromiumOffer() + video].map((text) => Buffer.from(text))
    const mutator = new Mutator(seed, offers)
    const transport = {
      iceUfrag: 'u',
      icePwd: 'p',
      fingerprint: 'sha-256 A',
      setup: 'active',
      candidates: [],
    } as const
    let read = 0
    for (let n = 0; n < 3_000; n++) {
      const sdp = mutator.next().toString()
      parseIceFragment(sdp)
      const offer = negotiateWebOffer(sdp)
      if ('status' in offer) continue
      read++
      expect(writeWebOffer(offer)).toContain('m=audio 9 UDP/TLS/RTP/SAVPF')
      expect(writeWebAnswer(sdp, offer, transport, 1)).toContain('a=ice-ufrag:u')
    }
    expect(read).toBeGreaterThan(100)
  })
})
