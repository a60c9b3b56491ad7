import { describe, expect, it } from 'vitest'
import { type CodecName, rms } from '../../src/audio/index.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { RtpLeg } from '../../src/legs/index.js'
import { Pacer } from '../../src/rtp/index.js'
import type { NegotiatedMedia } from '../../src/sip/index.js'
import { rtpPacket, seeded, speechLike } from '../rtp/support.js'
import { media, Network } from './support.js'

const never = new AbortController().signal

/** Two legs that talk to each other. What each hears is collected; each speaks what its `say` holds, in a loop. */
function conversation(
  codec: CodecName,
  options: { lossRatio?: number; jitterMs?: number; changes?: Partial<NegotiatedMedia> } = {},
) {
  const clock = new SimulatedClock(1_700_000_000_000)
  const network = new Network(clock, options.lossRatio, options.jitterMs)
  const pacer = new Pacer({ clock })
  const [left, right] = [['a', 'b'] as const, ['b', 'a'] as const].map(([own, other]) => {
    const leg = new RtpLeg({
      id: own,
      media: media(codec, other, options.changes),
      ports: network.ports(own),
      clock,
      pacer,
      random: seeded(own.charCodeAt(0)),
      timeoutMs: 10_000,
    })
    const end = {
      leg,
      digits: '',
      gone: [] as string[],
      heard: [] as number[],
      lost: 0,
      say: new Int16Array(0) as Int16Array,
      at: 0,
    }
    leg.attach(
      {
        frame: (frame, lost) => {
          expect(frame).toHaveLength(leg.sampleRate / 50)
          for (const sample of frame) end.heard.push(sample)
          if (lost) end.lost++
        },
        digit: (digit) => {
          end.digits += digit
        },
        gone: (reason) => end.gone.push(reason),
      },
      {
        pull: (frame) => {
          if (end.say.length === 0) return false
          for (let i = 0; i < frame.length; i++) frame[i] = end.say[(end.at + i) % end.say.length]!
          end.at += frame.length
          return true
        },
      },
    )
    return end
  })
  return { clock, left: left!, right: right! }
}

describe('RtpLeg', () => {
  it.each(['PCMU', 'PCMA', 'G722', 'opus'] as const)('carries speech by %s', (codec) => {
    const { clock, left, right } = conversation(codec)
    left.say = speechLike(3, left.leg.sampleRate)
    clock.advance(3000)
    const heard = rms(Int16Array.from(right.heard))
    expect(heard).toBeGreaterThan(0.7 * rms(left.say))
    expect(heard).toBeLessThan(1.2 * rms(left.say))
    expect(right.lost).toBeLessThan(8)
    expect(rms(Int16Array.from(left.heard))).toBeLessThan(50)
    expect(left.lost).toBeLessThan(8)
    expect(right.leg.stats().mos).toBeGreaterThan(4.1)
  })

  it('carries keys by RFC 4733 once each over a bad line, with pauses', async () => {
    const { clock, left, right } = conversation('PCMU', { lossRatio: 0.2, jitterMs: 40 })
    let done = false
    right.leg.sendDigits('123#w*0ABCD99', never).then(() => {
      done = true
    })
    await clock.run(4000)
    expect(left.digits).toBe('123#*0ABCD99')
    expect(done).toBe(true)
  })

  it.each(['PCMU', 'G722', 'opus'] as const)(
    'carries keys as tones by %s where the peer takes no events',
    async (codec) => {
      const { clock, left, right } = conversation(codec, { changes: { telephoneEvent: undefined } })
      right.leg.sendDigits('159D#w0*', never)
      await clock.run(3000)
      expect(left.digits).toBe('159D#0*')
      expect(right.digits).toBe('')
    },
  )

  it('takes digits from signalling, and one press told in two ways once', () => {
    const { clock, left, right } = conversation('PCMU')
    clock.advance(1000)
    left.leg.injectDigit('5')
    left.leg.injectDigit('x')
    expect(left.digits).toBe('5')
    right.leg.sendDigits('7', never)
    clock.advance(150)
    left.leg.injectDigit('7')
    clock.advance(1000)
    expect(left.digits).toBe('57')
    left.leg.injectDigit('7')
    left.leg.injectDigit('7')
    expect(left.digits).toBe('5777')
  })

  it('keeps its rate when a re-INVITE brings a codec of another', () => {
    const { clock, left, right } = conversation('G722')
    left.say = speechLike(4, 16_000)
    clock.advance(1000)
    left.leg.update(media('PCMU', 'b'))
    right.leg.update(media('PCMU', 'a'))
    const before = right.heard.length
    clock.advance(4000)
    expect(right.leg.sampleRate).toBe(16_000)
    const after = Int16Array.from(right.heard.slice(before))
    expect(after).toHaveLength(4 * 16_000)
    expect(rms(after)).toBeGreaterThan(0.7 * rms(left.say))
    expect(right.lost).toBeLessThan(20)
  })

  it('is quiet on hold, and talks again afterwards', () => {
    const { clock, left, right } = conversation('PCMU')
    left.say = new Int16Array(8000).fill(3000)
    clock.advance(1000)
    left.leg.update(media('PCMU', 'b', { direction: 'recvonly' }))
    right.leg.update(media('PCMU', 'a', { direction: 'sendonly' }))
    clock.advance(30_000)
    expect(right.gone).toEqual([])
    expect(rms(Int16Array.from(right.heard.slice(-8000)))).toBe(0)
    left.leg.update(media('PCMU', 'b'))
    right.leg.update(media('PCMU', 'a'))
    clock.advance(1000)
    expect(rms(Int16Array.from(right.heard.slice(-4000)))).toBeGreaterThan(2500)
  })

  it('is gone, once, when the peer falls silent; who attaches later hears of it too', () => {
    const { clock, left, right } = conversation('PCMU')
    clock.advance(1000)
    left.leg.close()
    clock.advance(20_000)
    expect(right.gone).toEqual(['rtp-timeout'])
    const frames = right.heard.length
    const late: string[] = []
    right.leg.attach(
      { frame: () => late.push('frame'), digit: () => {}, gone: (reason) => late.push(reason) },
      { pull: () => false },
    )
    clock.advance(1000)
    expect(late).toEqual(['rtp-timeout'])
    expect(right.heard.length).toBe(frames)
    expect(left.gone).toEqual([])
  })

  it('is gone as failed when whoever listens throws, without harm to the other leg', () => {
    const { clock, left, right } = conversation('PCMU')
    const reasons: string[] = []
    left.leg.attach(
      {
        frame: () => {
          throw new Error('broken listener')
        },
        digit: () => {},
        gone: (reason) => reasons.push(reason),
      },
      { pull: () => false },
    )
    clock.advance(1000)
    expect(reasons).toEqual(['failed'])
    expect(right.heard.length).toBe(8000)
  })

  it('lets others listen in on what was really sent', () => {
    const { clock, left } = conversation('PCMU')
    left.say = new Int16Array(8000).fill(3000)
    const levels: number[] = []
    left.leg.onFrames((_inbound, outbound) => levels.push(outbound[80]!))
    clock.advance(100)
    left.leg.sendDigits('1', never)
    clock.advance(300)
    // Audio gives way to the five packets of the key and its three end packets.
    expect(levels.map((level) => (level === 0 ? '-' : 'x')).join('')).toBe(`xxxxx${'-'.repeat(8)}xxxxxxx`)
  })

  it.each([
    ['PCMU', 8000],
    ['G722', 16_000],
  ] as const)(
    'keeps %s speech whole enough over lossy networks (one packet in 20 lost, 40 ms of jitter)',
    (codec, rate) => {
      const { clock, left, right } = conversation(codec, { lossRatio: 0.05, jitterMs: 40 })
      left.say = speechLike(10, rate)
      clock.advance(10_000)
      const { received, mos } = right.leg.stats()
      expect(received.lost).toBeGreaterThan(10)
      expect(received.delayMs).toBeLessThan(120)
      expect(right.lost / 500).toBeLessThan(0.09)
      expect(mos).toBeGreaterThan(3)
      expect(rms(Int16Array.from(right.heard))).toBeGreaterThan(0.8 * rms(left.say))
    },
  )

  it('closes twice without harm and tells nobody', async () => {
    const { clock, left } = conversation('opus')
    clock.advance(100)
    await Promise.all([left.leg.close(), left.leg.close()])
    left.leg.update(media('PCMU', 'b'))
    clock.advance(60_000)
    expect(left.gone).toEqual([])
  })
})

it('drops keys told to nobody', () => {
  const clock = new SimulatedClock()
  const network = new Network(clock)
  const leg = new RtpLeg({
    id: 'x',
    media: media('PCMU', 'y'),
    ports: network.ports('x'),
    clock,
    pacer: new Pacer({ clock }),
  })
  const peer = network.ports('y').rtp
  const packet = rtpPacket(101, 1, 160, 5, Uint8Array.of(1, 0x8a, 3, 32), true)
  peer.send(packet, packet.length, { address: 'x', port: 4000 })
  expect(() => clock.advance(100)).not.toThrow()
  expect(leg.stats().received.packets).toBe(1)
})
