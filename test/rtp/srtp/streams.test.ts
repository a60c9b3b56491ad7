import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplayWindow } from '../../../src/rtp/srtp/replay-window.js'
import { estimateIndex, SrtpReceiver } from '../../../src/rtp/srtp/srtp-receiver.js'
import { SrtpSender } from '../../../src/rtp/srtp/srtp-sender.js'
import { srtpRoomBytes } from '../../../src/rtp/srtp/transform.js'
import { type SrtpSuite, srtpSuites } from '../../../src/sip/index.js'
import { rtpPacket } from '../support.js'

const suites = Object.keys(srtpSuites) as SrtpSuite[]

function keyFor(suite: SrtpSuite, fill = 1): string {
  const { keyBytes, saltBytes } = srtpSuites[suite]
  return Buffer.alloc(keyBytes + saltBytes, fill).toString('base64')
}

/** One packet, protected; whole and of its own. */
function secured(sender: SrtpSender, packet: Uint8Array): Uint8Array {
  const roomy = new Uint8Array(packet.length + srtpRoomBytes)
  roomy.set(packet)
  return roomy.slice(0, sender.protectRtp(roomy, packet.length))
}

/** What the receiver makes of a packet; undefined when it refuses it. */
function opened(receiver: SrtpReceiver, packet: Uint8Array): Uint8Array | undefined {
  const copy = packet.slice()
  const length = receiver.unprotectRtp(copy)
  return length < 0 ? undefined : copy.subarray(0, length)
}

function packetNumber(index: number, ssrc = 5): Uint8Array {
  return rtpPacket(
    0,
    index,
    index * 160,
    ssrc,
    Uint8Array.from({ length: 160 }, (_, i) => i ^ index),
  )
}

describe.each(suites)('%s', (suite) => {
  it('brings every payload through, header extensions and all lengths', () => {
    const [sender, receiver] = [new SrtpSender(suite, keyFor(suite)), new SrtpReceiver(suite, keyFor(suite))]
    let sequence = 0
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 3 }), (payload, words) => {
        const plain = rtpPacket(0, sequence++, 0, 5, Uint8Array.from([0xbe, 0xde, 0, words, ...payload]))
        if (payload.length >= words * 4) plain[0] = plain[0]! | 0x10
        const sent = secured(sender, plain)
        expect(Buffer.from(opened(receiver, sent)!)).toEqual(Buffer.from(plain))
      }),
    )
  })

  it('refuses a packet in which any bit was changed, and takes the packet itself afterwards', () => {
    const [sender, receiver] = [new SrtpSender(suite, keyFor(suite)), new SrtpReceiver(suite, keyFor(suite))]
    opened(receiver, secured(sender, packetNumber(0)))
    let sequence = 1
    fc.assert(
      fc.property(fc.nat(), (at) => {
        const sent = secured(sender, packetNumber(sequence++))
        const bit = at % (sent.length * 8)
        const damaged = sent.slice()
        damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7))
        expect(opened(receiver, damaged)).toBeUndefined()
        expect(opened(receiver, sent)).toBeDefined()
      }),
    )
  })

  it('refuses what another key protected, and plain RTP', () => {
    const receiver = new SrtpReceiver(suite, keyFor(suite))
    expect(
      opened(receiver, secured(new SrtpSender(suite, keyFor(suite, 2)), packetNumber(0))),
    ).toBeUndefined()
    expect(opened(receiver, packetNumber(0))).toBeUndefined()
  })

  it('numbers RTCP, and takes each report once', () => {
    const [sender, receiver] = [new SrtpSender(suite, keyFor(suite)), new SrtpReceiver(suite, keyFor(suite))]
    const report = Uint8Array.from([0x80, 201, 0, 1, 0, 0, 0, 5, ...new Array(srtpRoomBytes).fill(0)])
    const reports = [0, 1, 2].map(() => {
      const copy = report.slice()
      return copy.slice(0, sender.protectRtcp(copy, 8))
    })
    const lengths = [2, 0, 1, 1, 2].map((i) => receiver.unprotectRtcp(reports[i]!.slice()))
    expect(lengths).toEqual([8, 8, 8, -1, -1])
    expect(receiver.unprotectRtcp(report.slice(0, 8))).toBe(-1)
  })

  it('never throws at 2,000 packets of noise', () => {
    const receiver = new SrtpReceiver(suite, keyFor(suite))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(receiver.unprotectRtp(noise)).toBe(-1)
        expect(receiver.unprotectRtcp(noise)).toBe(-1)
      }),
      { numRuns: 2_000 },
    )
  })
})

const suite = 'AES_CM_128_HMAC_SHA1_80'

describe('a stream through a bad network', () => {
  it('each packet arrives once, in whatever order, past wraps of the sequence number, with losses and copies', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 32_767 }),
        fc.array(
          fc.record({ late: fc.nat(200), lost: fc.boolean(), copies: fc.integer({ min: 1, max: 3 }) }),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        (first, fates) => {
          const sender = new SrtpSender(suite, keyFor(suite))
          const receiver = new SrtpReceiver(suite, keyFor(suite))
          // The first packet comes; of the rest only some dozens are looked at, far apart, so that 200,000 pass.
          expect(opened(receiver, secured(sender, packetNumber(first)))).toBeDefined()
          const stride = 3_000
          const underway: { at: number; packet: Uint8Array; index: number }[] = []
          let missed = 0
          fates.forEach(({ late, lost, copies }, n) => {
            const index = first + (n + 1) * stride
            const packet = secured(sender, packetNumber(index))
            // After 2^15 lost in a row nobody can tell how often the sequence number wrapped (RFC 3711 §3.3.1).
            missed = lost && (missed + 2) * stride < 32_768 ? missed + 1 : 0
            if (missed > 0) return
            for (let copy = 0; copy < copies; copy++)
              underway.push({ at: index + late * copy, packet, index })
          })
          const arrived: number[] = []
          for (const { packet, index } of underway.sort((a, b) => a.at - b.at)) {
            const plain = opened(receiver, packet)
            if (!plain) continue
            expect(Buffer.from(plain)).toEqual(Buffer.from(packetNumber(index)))
            arrived.push(index)
          }
          expect(arrived).toEqual([...new Set(underway.map(({ index }) => index))])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('neighbours that overtake each other at a wrap are both understood', () => {
    const sender = new SrtpSender(suite, keyFor(suite))
    const receiver = new SrtpReceiver(suite, keyFor(suite))
    const packets = new Map<number, Uint8Array>()
    for (let index = 65_530; index < 65_545; index++) {
      packets.set(index, secured(sender, packetNumber(index)))
    }
    for (const index of [65_530, 65_537, 65_535, 65_540, 65_536, 65_534, 65_544]) {
      expect(opened(receiver, packets.get(index)!), String(index)).toBeDefined()
    }
  })

  it('a receiver that missed the first packets, wrap included, still finds in', () => {
    const sender = new SrtpSender(suite, keyFor(suite))
    secured(sender, packetNumber(65_530))
    const late = secured(sender, packetNumber(65_540))
    expect(opened(new SrtpReceiver(suite, keyFor(suite)), late)).toBeDefined()
  })

  it('sources have counters of their own', () => {
    const receiver = new SrtpReceiver(suite, keyFor(suite))
    for (let ssrc = 0; ssrc < 40; ssrc++) {
      const sender = new SrtpSender(suite, keyFor(suite))
      expect(opened(receiver, secured(sender, packetNumber(7, ssrc)))).toBeDefined()
      expect(opened(receiver, secured(sender, packetNumber(8, ssrc)))).toBeDefined()
    }
  })
})

describe('a change of keys', () => {
  const wrapped = (from: SrtpSender): void => {
    for (const index of [30_000, 60_000, 66_000]) secured(from, packetNumber(index))
  }

  it('is followed whether the peer goes on counting wraps (RFC 3711 §3.3.1) or begins anew', () => {
    const [old, first] = [new SrtpSender(suite, keyFor(suite)), new SrtpReceiver(suite, keyFor(suite))]
    for (const index of [30_000, 60_000, 66_000]) opened(first, secured(old, packetNumber(index)))
    const goesOn = new SrtpSender(suite, keyFor(suite, 2))
    wrapped(goesOn)
    const second = new SrtpReceiver(suite, keyFor(suite, 2), first)
    expect(opened(second, secured(goesOn, packetNumber(66_001)))).toBeDefined()
    const anew = new SrtpSender(suite, keyFor(suite, 3))
    const third = new SrtpReceiver(suite, keyFor(suite, 3), second)
    expect(opened(third, secured(anew, packetNumber(66_002)))).toBeDefined()
    expect(opened(third, secured(anew, packetNumber(66_003)))).toBeDefined()
  })
})

describe('estimateIndex (RFC 3711 §3.3.1)', () => {
  it.each([
    [10, 12, 12],
    [10, 65_530, -6],
    [65_530, 3, 65_539],
    [65_539, 65_530, 65_530],
    [70_000, 5_000, 70_536],
    [70_000, 40_000, 40_000],
    [2 * 65_536 - 1, 0, 2 * 65_536],
  ])('after %i, %i is %i', (highest, sequence, index) => {
    expect(estimateIndex(highest, sequence)).toBe(index)
  })

  it('is the number nearest to the highest', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(65_535), (highest, sequence) => {
        const index = estimateIndex(highest, sequence)
        expect(((index % 65_536) + 65_536) % 65_536).toBe(sequence)
        expect(Math.abs(index - highest)).toBeLessThanOrEqual(32_768)
      }),
    )
  })
})

describe('ReplayWindow (RFC 3711 §3.3.2)', () => {
  it('takes each index once, and none older than 1,024, as a set would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { maxLength: 300 }), (indices) => {
        const window = new ReplayWindow()
        const seen = new Set<number>()
        for (const index of indices) {
          const fresh = !seen.has(index) && index > window.highest - 1024
          expect(window.isNew(index)).toBe(fresh)
          if (fresh) window.add(index)
          if (fresh) seen.add(index)
        }
      }),
    )
  })
})
