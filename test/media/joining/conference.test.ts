import { describe, expect, it } from 'vitest'
import { rms } from '../../../src/audio/index.js'
import { Conference } from '../../../src/media/joining/conference.js'
import { ConferenceMember, type MemberRights } from '../../../src/media/joining/conference-member.js'
import { createLink } from '../../../src/media/joining/link.js'
import { seeded, speechLike } from '../../rtp/support.js'

const free: MemberRights = { muted: false, held: false, coaches: undefined }

/** A conference and members that say what `say` tells, frame by frame. */
class Room {
  readonly conference = new Conference()
  private readonly seats = new Map<string, ReturnType<Room['seat']>>()

  join(leg: string, rate: 8000 | 16_000, rights: Partial<MemberRights> = {}): ConferenceMember {
    const seat = this.seat(leg, rate, rights)
    this.seats.set(leg, seat)
    return seat.member
  }

  leave(leg: string): void {
    this.seats.get(leg)?.end.close()
    this.seats.delete(leg)
  }

  /** One tick. @returns what each heard */
  tick(said: Record<string, Int16Array>): Record<string, Int16Array> {
    for (const [leg, frame] of Object.entries(said)) {
      const { end, rate } = this.seats.get(leg)!
      end.outgoing.writePcm(frame, rate)
    }
    this.conference.mix()
    const heard: Record<string, Int16Array> = {}
    for (const [leg, { end, rate }] of this.seats) {
      const entry = end.incoming.next()
      heard[leg] = entry ? entry.pcm.slice(0, rate / 50) : new Int16Array(0)
      if (entry) expect(entry.kind).toBe(rate)
      end.incoming.take()
    }
    return heard
  }

  private seat(leg: string, rate: 8000 | 16_000, rights: Partial<MemberRights>) {
    const [end, other] = createLink()
    const member = new ConferenceMember(leg, { ...free, ...rights }, other)
    this.conference.add(member)
    member.listen(() => this.conference.remove(member))
    end.listen({ message: () => {}, closed: () => {} })
    end.tell({ type: 'format', rate, payloads: undefined, events: true })
    return { end, member, rate }
  }
}

const random = seeded(5)
const noise = (samples = 160) => Int16Array.from({ length: samples }, () => (random() - 0.5) * 60_000)
const sum = (...frames: Int16Array[]) =>
  Int16Array.from(frames[0]!, (_, i) =>
    Math.max(
      -32_768,
      Math.min(
        32_767,
        frames.reduce((total, frame) => total + frame[i]!, 0),
      ),
    ),
  )
const silence = new Int16Array(160)

describe('a conference', () => {
  it('lets each hear all others, to the sample, saturated once', () => {
    const room = new Room()
    for (const leg of ['a', 'b', 'c', 'd']) room.join(leg, 8000)
    for (let n = 0; n < 20; n++) {
      const said = { a: noise(), b: noise(), c: noise(), d: noise() }
      const { a, b, c, d } = said
      expect(room.tick(said)).toEqual({ a: sum(b, c, d), b: sum(a, c, d), c: sum(a, b, d), d: sum(a, b, c) })
    }
  })

  it('is silent for one alone, and for a tick that brought nothing', () => {
    const room = new Room()
    room.join('a', 8000)
    expect(room.tick({ a: noise() })).toEqual({ a: silence })
    room.join('b', 8000)
    const said = noise()
    expect(room.tick({ b: said })).toEqual({ a: said, b: silence })
  })

  it('mutes, holds and lets coaches be heard by one only', () => {
    const room = new Room()
    const said = { a: noise(), b: noise(), muted: noise(), held: noise(), coach: noise() }
    room.join('a', 8000)
    room.join('b', 8000)
    room.join('muted', 8000, { muted: true })
    const held = room.join('held', 8000, { held: true })
    const coach = room.join('coach', 8000, { coaches: 'b' })
    const { a, b } = said
    expect(room.tick(said)).toEqual({
      a: b,
      b: sum(a, said.coach),
      muted: sum(a, b),
      held: new Int16Array(0),
      coach: sum(a, b),
    })
    coach.rights = { ...free, coaches: 'nobody' }
    held.rights = free
    room.conference.settle()
    expect(room.tick(said)).toEqual({
      a: sum(b, said.held),
      b: sum(a, said.held),
      muted: sum(a, b, said.held),
      held: sum(a, b),
      coach: sum(a, b, said.held),
    })
  })

  it('has a coach heard once the coached one comes, and not after they went', () => {
    const room = new Room()
    room.join('coach', 8000, { coaches: 'b' })
    room.join('a', 8000)
    const said = { coach: noise(), a: noise() }
    expect(room.tick(said)['a']).toEqual(silence)
    room.join('b', 8000)
    expect(room.tick(said)['b']).toEqual(sum(said.coach, said.a))
    room.leave('b')
    expect(room.tick(said)).toEqual({ coach: said.a, a: silence })
  })

  it('joins both rates: exact among equals, converted between others', () => {
    const room = new Room()
    room.join('n1', 8000)
    room.join('n2', 8000)
    room.join('w1', 16_000)
    room.join('w2', 16_000)
    const speech = { n: speechLike(1, 8000, 1), w: speechLike(1, 16_000, 2) }
    const heard: Record<string, number[]> = { n1: [], n2: [], w1: [], w2: [] }
    for (let n = 0; n < 50; n++) {
      const tick = room.tick({
        n1: speech.n.subarray(n * 160, n * 160 + 160),
        n2: silence,
        w1: speech.w.subarray(n * 320, n * 320 + 320),
        w2: new Int16Array(320),
      })
      for (const [leg, frame] of Object.entries(tick)) heard[leg]!.push(...frame)
      // What the narrow talker hears is all wide, and the other way round; the listeners hear both.
      const [n2, n1] = [tick['n2']!, tick['n1']!]
      expect(n2.map((sample, i) => sample - n1[i]!)).toEqual(speech.n.slice(n * 160, n * 160 + 160))
      const [w2, w1] = [tick['w2']!, tick['w1']!]
      expect(w2.map((sample, i) => sample - w1[i]!)).toEqual(speech.w.slice(n * 320, n * 320 + 320))
    }
    expect(rms(Int16Array.from(heard['n1']!)) / rms(speech.w)).toBeCloseTo(1, 0)
    expect(rms(Int16Array.from(heard['w1']!)) / rms(speech.n)).toBeCloseTo(1, 0)
  })

  it('keeps a tick of fifty far below its 20 ms', () => {
    const room = new Room()
    const said: Record<string, Int16Array> = {}
    for (let i = 0; i < 50; i++) {
      const rate = i % 2 === 0 ? 8000 : 16_000
      room.join(`${i}`, rate)
      said[i] = noise(rate / 50)
    }
    for (let n = 0; n < 20; n++) room.tick(said)
    // The machine may be busy: the quickest tick counts.
    const took = Array.from({ length: 50 }, () => {
      const start = performance.now()
      room.tick(said)
      return performance.now() - start
    })
    expect(Math.min(...took)).toBeLessThan(10)
  })
})
