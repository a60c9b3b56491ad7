import { describe, expect, it } from 'vitest'
import { rms } from '../../src/audio/index.js'
import type { MediaCommand } from '../../src/media/index.js'
import { media } from '../legs/support.js'
import { seeded, speechLike } from '../rtp/support.js'
import { type Phone, PlaneRig, through } from './support/plane-rig.js'

const never = new AbortController().signal

/** Sound of which no frame is like another. */
function noise(seconds: number, sampleRate: number, seed: number): Int16Array {
  const random = seeded(seed)
  return Int16Array.from({ length: seconds * sampleRate }, () => (random() - 0.5) * 20_000)
}

/** Where `part` stands in `whole`, or -1. */
function indexOf(whole: readonly number[], part: readonly number[]): number {
  for (let at = whole.indexOf(part[0]!); at >= 0; at = whole.indexOf(part[0]!, at + 1)) {
    if (part.every((value, i) => whole[at + i] === value)) return at
  }
  return -1
}

async function bridged(
  codecs: readonly ['PCMU' | 'PCMA' | 'G722' | 'opus', 'PCMU' | 'PCMA' | 'G722' | 'opus'],
  more: Partial<Extract<MediaCommand, { type: 'bridge' }>> = {},
) {
  const rig = await PlaneRig.start()
  const a = await rig.call('a', codecs[0])
  const b = await rig.call('b', codecs[1])
  await rig.run(500)
  rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none', ...more })
  return { rig, a, b }
}

/** The hex of payloads, which can be compared quickly. */
const hex = (payloads: readonly Uint8Array[]) =>
  payloads.map((payload) => Buffer.from(payload).toString('hex'))

describe('a bridge', () => {
  it.each(['PCMU', 'PCMA', 'G722', 'opus'] as const)('hands %s on as it came', async (codec) => {
    const { rig, a, b } = await bridged([codec, codec])
    a.say = noise(3, a.leg.sampleRate, 1)
    b.say = noise(3, b.leg.sampleRate, 2)
    await rig.run(2000)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const heard = hex(to.payloads.slice(-60))
      const sent = hex(from.sent)
      const at = sent.indexOf(heard[0]!)
      expect(at).toBeGreaterThan(0)
      expect(heard).toEqual(sent.slice(at, at + 60))
    }
  })

  it.each([
    ['PCMU', 'PCMA'],
    ['PCMU', 'G722'],
    ['opus', 'PCMA'],
    ['G722', 'opus'],
  ] as const)('joins %s with %s', async (left, right) => {
    const { rig, a, b } = await bridged([left, right])
    a.say = speechLike(2, a.leg.sampleRate, 1)
    b.say = speechLike(2, b.leg.sampleRate, 2)
    await rig.run(2500)
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(rms(to.recent(2000)) / rms(from.say)).toBeGreaterThan(0.7)
      expect(rms(to.recent(2000)) / rms(from.say)).toBeLessThan(1.2)
    }
  })

  it('is sample-exact through frames', async () => {
    const { rig, a, b } = await bridged(['PCMU', 'PCMA'])
    await rig.run(500)
    const before = b.heard.length
    a.say = Int16Array.from({ length: 8000 }, (_, i) =>
      i < 4000 ? through('PCMU', 5000) : through('PCMU', -300),
    )
    await rig.run(500)
    const heard = b.heard.slice(before)
    const levels = [5000, -300].map((level) => through('PCMA', through('PCMU', level)))
    const start = heard.indexOf(levels[0]!)
    expect(heard.slice(start, start + 3000)).toEqual(new Array(3000).fill(levels[0]))
  })

  it('adds no more than a frame of delay', async () => {
    const { rig, a, b } = await bridged(['PCMU', 'PCMU'])
    a.say = noise(3, 8000, 1)
    await rig.run(3000)
    const sent = hex(a.sent)
    const delays = hex(b.payloads.slice(-50)).map(
      (payload, i) => b.heardAt.at(i - 50)! - a.sentAt[sent.indexOf(payload)]!,
    )
    // The network takes 5 ms each way, the jitter buffer 20 and up to the next tick.
    expect(Math.max(...delays)).toBeLessThan(5 + 40 + 20 + 5)
    expect(Math.max(...delays)).toBe(Math.min(...delays))
  })

  it('is heard again after an announcement, and not within', async () => {
    const { rig, a, b } = await bridged(['PCMU', 'PCMU'])
    a.say = new Int16Array(160).fill(through('PCMU', 500))
    b.say = new Int16Array(160).fill(through('PCMU', 700))
    await rig.run(500)
    const [mark, other] = [b.heard.length, a.heard.length]
    rig.send({ type: 'announce', leg: 'b', id: 'x', item: speech('Hello.') })
    await rig.run(1000)
    const heard = b.heard.slice(mark)
    const [tone, voice] = [through('PCMU', 500), through('PCMU', 1000)]
    const from = heard.indexOf(voice)
    expect(heard.slice(from, from + 2400)).toEqual(new Array(2400).fill(voice))
    expect(heard.slice(0, Math.max(0, from - 320)).every((sample) => sample === tone)).toBe(true)
    expect(heard.slice(from + 2400 + 320).every((sample) => sample === tone)).toBe(true)
    expect(a.heard.slice(other).every((sample) => sample === through('PCMU', 700))).toBe(true)
  })

  it('carries keys, except those that are muted', async () => {
    for (const [muteDigits, heardByA, heardByB] of [
      ['none', '78', '12'],
      ['leg', '78', ''],
      ['other', '', '12'],
      ['both', '', ''],
    ] as const) {
      const { rig, a, b } = await bridged(['PCMU', 'G722'], { muteDigits })
      a.leg.sendDigits('12', never)
      b.leg.sendDigits('78', never)
      await rig.run(1500)
      expect([a.digits, b.digits]).toEqual([heardByA, heardByB])
      expect(rig.told('digit').sort()).toEqual(['digit a 1', 'digit a 2', 'digit b 7', 'digit b 8'])
    }
  })

  it('makes events of keys that come as tones, and tones of events where the peer takes none', async () => {
    const rig = await PlaneRig.start()
    const a = await rig.call('a', 'PCMU', { changes: { telephoneEvent: undefined } })
    const b = await rig.call('b', 'PCMU')
    rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
    await rig.run(500)
    a.leg.sendDigits('159', never)
    await rig.run(1000)
    expect(b.digits).toBe('159')
    b.leg.sendDigits('#D', never)
    await rig.run(1000)
    expect(a.digits).toBe('#D')
  })

  it('sends nothing to a party that holds', async () => {
    const { rig, a, b } = await bridged(['PCMU', 'PCMU'])
    a.say = noise(1, 8000, 1)
    rig.send({ type: 'update-leg', leg: 'b', media: media('PCMU', 'b', { direction: 'recvonly' }) })
    await rig.run(100)
    const before = b.payloads.length
    await rig.run(1000)
    expect(b.payloads).toHaveLength(before)
    rig.send({ type: 'update-leg', leg: 'b', media: media('PCMU', 'b') })
    await rig.run(1000)
    expect(hex(a.sent)).toContain(hex(b.payloads.slice(-1))[0])
  })

  it('ends when it is told to, or with either leg, or with another partner', async () => {
    const endings: ((rig: PlaneRig) => Promise<Phone | undefined>)[] = [
      async (rig) => void rig.send({ type: 'unbridge', leg: 'a' }),
      async (rig) => void rig.send({ type: 'unbridge', leg: 'b' }),
      async (rig) => void rig.send({ type: 'close-leg', leg: 'a' }),
      async (rig) => {
        const c = await rig.call('c')
        rig.send({ type: 'bridge', leg: 'c', other: 'a', muteDigits: 'none' })
        return c
      },
    ]
    for (const end of endings) {
      const { rig, a, b } = await bridged(['PCMU', 'PCMU'])
      a.say = noise(1, 8000, 1)
      await rig.run(300)
      expect(rms(b.recent(100))).toBeGreaterThan(3000)
      const c = await end(rig)
      await rig.run(300)
      expect(rms(b.recent(100))).toBe(0)
      if (c) expect(rms(c.recent(100))).toBeGreaterThan(3000)
    }
  })

  it('carries early media to a caller who waits, once the callee sends any', async () => {
    const rig = await PlaneRig.start()
    const a = await rig.call('a')
    const b = rig.phone('b', 'PCMU')
    b.say = new Int16Array(160).fill(through('PCMU', 700))
    rig.send({ type: 'open-leg', leg: 'b', address: 'b.plane', near: 'a' })
    await rig.run(0)
    rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
    await rig.run(300)
    expect(rms(a.recent(100))).toBe(0)
    rig.send({ type: 'update-leg', leg: 'b', media: media('PCMU', 'b') })
    await rig.run(300)
    expect(a.heard.slice(-800)).toEqual(new Array(800).fill(through('PCMU', 700)))
    expect(b.payloads).toHaveLength(0)
    rig.send({ type: 'leg-answered', leg: 'b' })
    a.say = noise(1, 8000, 3)
    await rig.run(300)
    expect(hex(a.sent)).toContain(hex(b.payloads.slice(-1))[0])
  })

  it('is survived by a peer that sends packets of another length', async () => {
    const { rig, a, b } = await bridged(['PCMU', 'PCMU'])
    a.leg.update(media('PCMU', 'a.plane', { ptimeMs: 30 }))
    a.say = new Int16Array(160).fill(through('PCMU', 500))
    await rig.run(1000)
    expect(indexOf(b.heard.slice(-1600), new Array(800).fill(through('PCMU', 500)))).toBeGreaterThanOrEqual(0)
  })
})

function speech(text: string) {
  const voice = { provider: '', voice: 'v', language: 'en-US', settings: {} }
  return { kind: 'speech', text, ssml: false, voice, loop: 1 } as const
}
