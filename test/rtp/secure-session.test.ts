import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { type MediaSocket, RtpSession } from '../../src/rtp/index.js'
import { createSrtpKeys, type NegotiatedMedia, type SrtpKeys, type SrtpSuite } from '../../src/sip/index.js'
import { createCodec, rtpPacket, seeded } from './support.js'

type Handler = Parameters<MediaSocket['onPacket']>[0]

/** Two ends joined by wires, of which everything that passes is kept. */
class Wires {
  readonly passed: Buffer[] = []
  private readonly handlers = new Map<number, Handler>()

  socket(port: number): MediaSocket {
    const local = { address: '192.0.2.1', port }
    return {
      local,
      sendErrors: 0,
      send: (packet, length, to) => {
        const copy = Buffer.from(packet.slice(0, length))
        this.passed.push(copy)
        this.handlers.get(to.port)?.(Buffer.from(copy), local)
      },
      onPacket: (handler) => this.handlers.set(port, handler),
      close: async () => {},
    }
  }

  inject(packet: Uint8Array, port: number, from: number): void {
    this.handlers.get(port)?.(packet, { address: '192.0.2.1', port: from })
  }
}

function mediaTo(port: number, srtp: SrtpKeys | undefined): NegotiatedMedia {
  return {
    codec: 'PCMU',
    payloadType: 0,
    receivePayloadType: 0,
    telephoneEvent: { payloadType: 101, receivePayloadType: 101, clockRate: 8000 },
    remote: { address: '192.0.2.1', port },
    remoteRtcp: { address: '192.0.2.1', port: port + 1 },
    rtcpMux: false,
    ptimeMs: 20,
    direction: 'sendrecv',
    srtp,
  }
}

const mirrored = (keys: SrtpKeys): SrtpKeys => ({
  ...keys,
  localKey: keys.remoteKey,
  remoteKey: keys.localKey,
})

function keysOf(suite: SrtpSuite, seed: number): SrtpKeys {
  const random = seeded(seed)
  const source = () =>
    createSrtpKeys((bytes) => Buffer.from(Array.from({ length: bytes }, () => random() * 256)))
  return { suite, localKey: source()(suite), remoteKey: source()(suite) }
}

function pair(keys: SrtpKeys | undefined) {
  const clock = new SimulatedClock(1_700_000_000_000)
  const wires = new Wires()
  const codec = createCodec('PCMU')
  const end = (own: number, media: NegotiatedMedia) => {
    const digits: string[] = []
    const session = new RtpSession({
      media,
      codec,
      sockets: { rtp: wires.socket(own), rtcp: wires.socket(own + 1) },
      clock,
      random: seeded(own),
      listener: { digit: (digit) => digits.push(digit), timeout() {} },
    })
    return { session, digits }
  }
  const one = end(4000, mediaTo(5000, keys))
  const other = end(5000, mediaTo(4000, keys && mirrored(keys)))
  /** Both talk for some frames; what the other heard last. */
  const talk = (frames: number): Int16Array => {
    const heard = new Int16Array(160)
    for (let i = 0; i < frames; i++) {
      one.session.sendFrame(tone)
      other.session.sendFrame(tone)
      one.session.pullFrame(new Int16Array(160))
      other.session.pullFrame(heard)
      clock.advance(20)
    }
    return heard
  }
  return { clock, wires, codec, one, other, talk }
}

const tone = Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin((i * Math.PI) / 16))
const loudness = (frame: Int16Array) => Math.max(...frame.map(Math.abs))

describe.each(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM'] as const)(
  'a session encrypted with %s',
  (suite) => {
    it('carries audio, keys and reports, none of which can be read on the way', () => {
      const { one, other, talk, wires, codec } = pair(keysOf(suite, 1))
      expect(loudness(talk(20))).toBeGreaterThan(6000)
      one.session.sendEvent('7')
      talk(600)
      expect(other.digits).toEqual(['7'])
      expect(one.session.stats()).toMatchObject({ roundTripMs: expect.any(Number) })
      expect(one.session.stats().received).toMatchObject({ lost: 0, rejected: 0 })
      const payload = Buffer.alloc(160)
      codec.encode(tone, payload)
      expect(wires.passed.some((packet) => packet.includes(payload.subarray(0, 16)))).toBe(false)
      expect(wires.passed.filter((packet) => packet[1] === 200).length).toBeGreaterThan(2)
    })
  },
)

describe('an encrypted session', () => {
  it('hears nobody who has not the key, whatever they send first', () => {
    const { other, talk, wires } = pair(keysOf('AES_CM_128_HMAC_SHA1_80', 1))
    for (let i = 0; i < 50; i++) wires.inject(rtpPacket(0, i, i * 160, 9, new Uint8Array(160)), 5000, 6666)
    expect(other.session.stats().received).toMatchObject({ packets: 0, rejected: 50 })
    expect(loudness(talk(20))).toBeGreaterThan(6000)
  })

  it('replays count for nothing', () => {
    const { other, talk, wires } = pair(keysOf('AES_CM_128_HMAC_SHA1_80', 1))
    talk(20)
    const { packets } = other.session.stats().received
    for (const packet of wires.passed.slice(0, 10)) wires.inject(Buffer.from(packet), 5000, 4000)
    expect(other.session.stats().received).toMatchObject({ packets, rejected: expect.any(Number) })
  })

  it('goes on when a re-INVITE repeats the keys, and when it brings others', () => {
    const keys = keysOf('AES_CM_128_HMAC_SHA1_80', 1)
    const { one, other, talk, codec } = pair(keys)
    const use = (next: SrtpKeys | undefined) => {
      one.session.update(mediaTo(5000, next), codec)
      other.session.update(mediaTo(4000, next && mirrored(next)), codec)
    }
    talk(20)
    for (const next of [keys, keysOf('AEAD_AES_256_GCM', 2), undefined, keys]) {
      use(next)
      expect(loudness(talk(30))).toBeGreaterThan(6000)
    }
    expect(other.session.stats().received).toMatchObject({ packets: 140, rejected: 0 })
  })
})
