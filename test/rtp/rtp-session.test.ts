import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { RtpSession, type RtpSessionOptions } from '../../src/rtp/index.js'
import { emptyRtpHeader, isRtcp, parseRtp } from '../../src/rtp/packet.js'
import { parseRtcp } from '../../src/rtp/rtcp-packet.js'
import type { NegotiatedMedia } from '../../src/sip/index.js'
import { createCodec, everyFrame, FakeSocket, rtpPacket, seeded } from './support.js'

const remote = { address: '192.0.2.9', port: 5004 }
const pcmu: NegotiatedMedia = {
  codec: 'PCMU',
  payloadType: 0,
  receivePayloadType: 0,
  telephoneEvent: { payloadType: 101, receivePayloadType: 96, clockRate: 8000 },
  remote,
  remoteRtcp: { address: '192.0.2.9', port: 5005 },
  rtcpMux: false,
  ptimeMs: 20,
  direction: 'sendrecv',
}

function open(media: NegotiatedMedia = pcmu, options: Partial<RtpSessionOptions> = {}) {
  const clock = new SimulatedClock(1_700_000_000_000)
  const sockets = { rtp: new FakeSocket(), rtcp: new FakeSocket() }
  const digits: string[] = []
  let timeouts = 0
  const codec = createCodec(media.codec)
  const session = new RtpSession({
    media,
    codec,
    sockets,
    clock,
    random: seeded(1),
    listener: {
      digit: (digit) => digits.push(digit),
      timeout: () => timeouts++,
    },
    ...options,
  })
  const sent = () =>
    sockets.rtp.sent
      .filter(({ packet }) => !isRtcp(packet))
      .map(({ packet, to }) => {
        const header = emptyRtpHeader()
        expect(parseRtp(packet, header)).toBe(true)
        return { ...header, to, payload: packet.slice(header.payloadStart, header.payloadEnd) }
      })
  return { clock, sockets, digits, codec, session, sent, timeouts: () => timeouts }
}

/** A frame of a loud 250 Hz tone, which repeats every 32 samples at 8 kHz. */
const tone = Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin((i * Math.PI) / 16))

describe('sending', () => {
  it('numbers and times packets, with the marker on the first', () => {
    const { session, sent } = open()
    for (let n = 0; n < 5; n++) session.sendFrame(tone)
    const packets = sent()
    expect(packets.map(({ marker }) => marker)).toEqual([true, false, false, false, false])
    packets.slice(1).forEach((packet, n) => {
      expect(packet.sequence).toBe((packets[n]!.sequence + 1) & 0xffff)
      expect(packet.timestamp).toBe((packets[n]!.timestamp + 160) >>> 0)
      expect(packet.ssrc).toBe(packets[0]!.ssrc)
    })
    expect(packets[0]).toMatchObject({ payloadType: 0, to: remote })
    expect(packets[0]!.payload).toHaveLength(160)
  })

  it('sends a key press in place of audio, then goes on in time', () => {
    const { session, sent } = open()
    session.sendFrame(tone)
    expect(session.sendEvent('5')).toBe(true)
    for (let n = 0; n < 10; n++) {
      expect(session.sendingEvent).toBe(n < 8)
      session.sendFrame(tone)
    }
    const packets = sent()
    const start = packets[0]!.timestamp
    expect(packets.map(({ payloadType }) => payloadType)).toEqual([0, ...Array(8).fill(101), 0, 0])
    const events = packets.slice(1, 9)
    expect(events.map(({ timestamp }) => (timestamp - start) >>> 0)).toEqual(Array(8).fill(160))
    expect(events.map(({ marker }) => marker)).toEqual([true, ...Array(7).fill(false)])
    expect(events.filter(({ payload }) => payload[1]! & 0x80)).toHaveLength(3)
    expect((packets[9]!.timestamp - start) >>> 0).toBe(9 * 160)
    packets.slice(1).forEach((packet, n) => {
      expect(packet.sequence).toBe((packets[n]!.sequence + 1) & 0xffff)
    })
  })

  it('refuses a key press that the peer would not understand', () => {
    const { session } = open({ ...pcmu, telephoneEvent: undefined })
    expect(session.sendEvent('5')).toBe(false)
  })

  it.each([
    [10, [80, 80, 80, 80, 80, 80]],
    [30, [240, 240]],
    [40, [320]],
    [60, [480]],
    [25, [160, 160, 160]],
  ])('cuts the stream to the ptime of %i ms that the peer asked for', (ptimeMs, sizes) => {
    const { session, sent } = open({ ...pcmu, ptimeMs })
    for (let n = 0; n < 3; n++) session.sendFrame(tone)
    const packets = sent()
    expect(packets.map(({ payload }) => payload.length)).toEqual(sizes)
    packets.slice(1).forEach((packet, n) => {
      expect((packet.timestamp - packets[n]!.timestamp) >>> 0).toBe(packets[n]!.payload.length)
    })
  })

  it('sends nothing on hold, and resumes with marker and continued time', () => {
    const { session, sent, codec } = open()
    session.sendFrame(tone)
    session.update({ ...pcmu, direction: 'recvonly' }, codec)
    for (let n = 0; n < 10; n++) session.sendFrame(tone)
    expect(sent()).toHaveLength(1)
    session.update(pcmu, codec)
    session.sendSilence()
    const [before, after] = sent()
    expect(after).toMatchObject({ marker: true, sequence: (before!.sequence + 1) & 0xffff })
    expect((after!.timestamp - before!.timestamp) >>> 0).toBe(11 * 160)
  })

  it('keeps time over ticks that were missed', () => {
    const { session, sent } = open()
    session.sendFrame(tone)
    session.skip(7)
    session.sendFrame(tone)
    const [before, after] = sent()
    expect((after!.timestamp - before!.timestamp) >>> 0).toBe(8 * 160)
  })

  it('changes codec in a re-INVITE without breaking the numbering', () => {
    const { session, sent } = open()
    session.sendFrame(tone)
    const opus = createCodec('opus')
    session.update({ ...pcmu, codec: 'opus', payloadType: 111, receivePayloadType: 111 }, opus)
    expect(session.frameSamples).toBe(320)
    session.sendFrame(new Int16Array(320))
    session.sendFrame(new Int16Array(320))
    const [before, first, second] = sent()
    expect(first).toMatchObject({ payloadType: 111, sequence: (before!.sequence + 1) & 0xffff })
    expect((second!.timestamp - first!.timestamp) >>> 0).toBe(960)
    opus.close()
  })
})

describe('receiving', () => {
  const payload = new Uint8Array(160)
  createCodec('PCMU').encode(tone, payload)

  function loud(frame: Int16Array): boolean {
    return Math.max(...frame) > 6000
  }

  it('plays what comes, wherever it comes from, and answers there', () => {
    const { session, sockets, clock, sent } = open()
    const natted = { address: '203.0.113.1', port: 40_000 }
    const frame = new Int16Array(160)
    let heard = 0
    for (let n = 0; n < 50; n++) {
      sockets.rtp.arrive(rtpPacket(0, n, n * 160, 7, payload), natted)
      if (!session.pullFrame(frame) && loud(frame)) heard++
      session.sendSilence()
      clock.advance(20)
    }
    expect(heard).toBeGreaterThan(45)
    expect(sent().at(-1)!.to).toEqual(natted)
    expect(session.stats().received).toMatchObject({ packets: 50, lost: 0, discarded: 0, rejected: 0 })
    expect(session.stats().mos).toBeGreaterThan(4.2)
  })

  it('follows a change of SSRC within two packets, and rates loss', () => {
    const { session, sockets, clock } = open()
    const frame = new Int16Array(160)
    let lost = 0
    for (let n = 0; n < 200; n++) {
      const second = n >= 100
      const packet = rtpPacket(
        0,
        second ? n + 30_000 : n,
        second ? n * 160 + 5e8 : n * 160,
        second ? 8 : 7,
        payload,
      )
      if (n % 10 !== 5) sockets.rtp.arrive(packet, remote)
      if (session.pullFrame(frame) && n > 10) lost++
      clock.advance(20)
    }
    expect(lost).toBeGreaterThanOrEqual(18)
    expect(lost).toBeLessThan(30)
    const { received, mos } = session.stats()
    expect(received.lost).toBe(20)
    expect(received.packets).toBe(179)
    expect(mos).toBeGreaterThan(2)
    expect(mos).toBeLessThan(3.8)
  })

  it('tells keys once, and does not take their packets for lost audio', () => {
    const { session, sockets, clock, digits } = open()
    const frame = new Int16Array(160)
    for (let n = 0; n < 60; n++) {
      const pressed = n >= 20 && n < 28
      const end = n >= 25 ? 0x80 : 0
      const event = Uint8Array.of(4, 10 | end, 0, Math.min(5, n - 19) * 40)
      const packet = pressed
        ? rtpPacket(96, n, 20 * 160, 7, event, n === 20)
        : rtpPacket(0, n, n * 160, 7, payload)
      sockets.rtp.arrive(packet, remote)
      session.pullFrame(frame)
      clock.advance(20)
    }
    expect(digits).toEqual(['4'])
    expect(session.stats().received).toMatchObject({ lost: 0, concealedMs: 0 })
  })

  // `recvonly` is how a peer's `sendonly` is answered, the usual hold: some send music then, others nothing.
  it.each(['sendonly', 'recvonly', 'inactive'] as const)(
    'tells once when nothing comes for too long, but not on hold (%s)',
    (direction) => {
      const { session, clock, timeouts, codec } = open({ ...pcmu, direction }, { timeoutMs: 5000 })
      everyFrame(clock, () => session.pullFrame(new Int16Array(160)))
      clock.advance(60_000)
      expect(timeouts()).toBe(0)
      session.update(pcmu, codec)
      clock.advance(4900)
      expect(timeouts()).toBe(0)
      clock.advance(60_000)
      expect(timeouts()).toBe(1)
    },
  )

  it('expects nothing of a peer that need not send yet', () => {
    const { session, clock, timeouts } = open(pcmu, { timeoutMs: 5000 })
    everyFrame(clock, () => session.pullFrame(new Int16Array(160)))
    session.expect(false)
    clock.advance(60_000)
    session.expect(true)
    clock.advance(4900)
    expect(timeouts()).toBe(0)
    clock.advance(200)
    expect(timeouts()).toBe(1)
  })

  it('shuts out strangers and junk', () => {
    const { session, sockets, clock } = open()
    for (let n = 0; n < 20; n++) {
      sockets.rtp.arrive(rtpPacket(0, n, n * 160, 7, payload), remote)
      clock.advance(20)
    }
    sockets.rtp.arrive(rtpPacket(0, 50, 50 * 160, 9, payload), { address: '198.51.100.1', port: 1 })
    sockets.rtp.arrive(Uint8Array.of(1, 2, 3), remote)
    expect(session.stats().received).toMatchObject({ packets: 20, rejected: 2 })
  })
})

describe('RTCP', () => {
  it.each([true, false])('reports both ways (rtcp-mux %s) and says goodbye', async (rtcpMux) => {
    const { session, sockets, clock } = open({ ...pcmu, rtcpMux })
    for (let n = 0; n < 500; n++) {
      sockets.rtp.arrive(rtpPacket(0, n, n * 160, 7, new Uint8Array(160)), remote)
      session.pullFrame(new Int16Array(160))
      session.sendFrame(tone)
      clock.advance(20)
    }
    const way = rtcpMux ? sockets.rtp : sockets.rtcp
    const reports = way.sent.filter(({ packet }) => isRtcp(packet))
    expect(reports.length).toBeGreaterThanOrEqual(1)
    expect(reports[0]!.to).toEqual(rtcpMux ? remote : pcmu.remoteRtcp)
    const report = parseRtcp(reports[0]!.packet)
    expect(report.sender!.packets).toBeGreaterThan(50)
    expect(report.sender!.octets).toBe(report.sender!.packets * 160)
    expect(report.blocks[0]).toMatchObject({ ssrc: 7, lost: 0 })
    await session.close()
    expect(parseRtcp(way.sent.at(-1)!.packet).goodbyes).toEqual([report.ssrc])
    expect([sockets.rtp.closed, sockets.rtcp.closed]).toEqual([true, true])
    const count = way.sent.length
    session.sendFrame(tone)
    clock.advance(60_000)
    expect(way.sent.length).toBe(count)
  })
})

describe('fuzz', () => {
  it('survives 20,000 random and mutated packets, and hears the caller afterwards', () => {
    const random = seeded(20_000)
    const { session, sockets, clock, digits, sent } = open({ ...pcmu, rtcpMux: true })
    const good = new Uint8Array(160).fill(0x55)
    const frame = new Int16Array(160)
    const byte = () => Math.floor(random() * 256)
    for (let n = 0; n < 20_000; n++) {
      let packet: Uint8Array
      const kind = random()
      if (kind < 0.3) packet = Uint8Array.from({ length: Math.floor(random() * 300) }, byte)
      else {
        const type = [0, 96, 13, 200 - 128, byte() & 0x7f][Math.floor(random() * 5)]!
        packet = rtpPacket(
          type,
          n,
          n * 160,
          7,
          type === 96 ? Uint8Array.of(byte(), byte(), byte(), byte()) : good,
        )
        for (let flips = Math.floor(random() * 4); flips > 0; flips--) {
          packet[Math.floor(random() * packet.length)] = byte()
        }
        if (random() < 0.1) packet = packet.subarray(0, Math.floor(random() * packet.length))
      }
      sockets.rtp.arrive(packet, remote)
      sockets.rtcp.arrive(packet, remote)
      if (n % 3 === 0) {
        session.pullFrame(frame)
        session.sendFrame(tone)
        clock.advance(20)
      }
    }
    expect(digits.every((digit) => /^[0-9*#A-D]$/.test(digit))).toBe(true)
    expect(Number.isFinite(session.stats().mos)).toBe(true)
    const loudPayload = new Uint8Array(160)
    createCodec('PCMU').encode(tone, loudPayload)
    let heard = 0
    for (let n = 0; n < 200; n++) {
      sockets.rtp.arrive(rtpPacket(0, n, n * 160, 99, loudPayload), remote)
      if (!session.pullFrame(frame) && Math.max(...frame) > 6000) heard++
      clock.advance(20)
    }
    expect(heard).toBeGreaterThan(180)
    expect(sent().length).toBeGreaterThan(6000)
  })
})
