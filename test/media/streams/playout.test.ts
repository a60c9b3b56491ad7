import { beforeEach, describe, expect, it } from 'vitest'
import { StreamPlayout } from '../../../src/media/streams/stream-playout.js'

let marks: string[]
let rest: Int16Array
let playout: StreamPlayout

beforeEach(() => {
  marks = []
  rest = new Int16Array(0)
  playout = new StreamPlayout({
    sampleRate: 8000,
    mark: (name) => marks.push(name),
    rest: () => {
      const last = rest
      rest = new Int16Array(0)
      return last
    },
  })
})

const audio = (level: number, ms: number): Int16Array => new Int16Array(ms * 8).fill(level)

/** Levels of the next frames, 0 where nothing is heard; levels within a frame are joined. */
function pull(frames: number): string[] {
  return Array.from({ length: frames }, () => {
    const frame = new Int16Array(160).fill(99)
    if (!playout.pull(frame)) return '-'
    return [...new Set(frame)].join(' ')
  })
}

describe('the queue of a stream', () => {
  it('plays pieces of any length one after the other, without a gap', () => {
    playout.add(audio(1, 30))
    playout.add(audio(2, 10))
    playout.add(audio(3, 25))
    expect(pull(5)).toEqual(['1', '1 2', '3', '3 0', '-'])
  })

  it('waits until an app that sends in real time is a little ahead', () => {
    playout.add(audio(1, 20))
    expect(pull(1)).toEqual(['-'])
    playout.add(audio(2, 20))
    expect(pull(2)).toEqual(['1', '2'])
    // The next pieces come in time: nothing waits anew.
    playout.add(audio(3, 20))
    expect(pull(2)).toEqual(['3', '-'])
    playout.add(audio(4, 20))
    expect(pull(4)).toEqual(['-', '-', '4', '-'])
  })

  it('plays what is left elsewhere once it has run dry', () => {
    rest = audio(7, 5)
    playout.add(audio(1, 50))
    expect(pull(4)).toEqual(['1', '1', '1 7 0', '-'])
  })

  it('is bounded', () => {
    expect(playout.add(new Int16Array(8000 * 300))).toBe(true)
    expect(playout.add(audio(1, 20))).toBe(false)
    expect(playout.reserve()).toBeUndefined()
    playout.clear()
    expect(playout.add(audio(1, 20))).toBe(true)
  })
})

describe('a mark', () => {
  it('comes back at once when nothing is queued', () => {
    playout.mark('a')
    expect(marks).toEqual(['a'])
  })

  it('comes back in the frame that plays the last sample before it', () => {
    playout.add(audio(1, 40))
    playout.mark('a')
    playout.mark('b')
    playout.add(audio(2, 30))
    playout.mark('c')
    pull(1)
    expect(marks).toEqual([])
    pull(1)
    expect(marks).toEqual(['a', 'b'])
    pull(1)
    expect(marks).toEqual(['a', 'b'])
    pull(1)
    expect(marks).toEqual(['a', 'b', 'c'])
  })
})

describe('clear', () => {
  it('drops everything, fades what sounds, and returns every mark in order', () => {
    playout.add(audio(8000, 100))
    playout.mark('a')
    playout.add(audio(2, 100))
    playout.mark('b')
    pull(1)
    playout.clear()
    expect(marks).toEqual(['a', 'b'])
    const frame = new Int16Array(160)
    expect(playout.pull(frame)).toBe(true)
    expect(frame[0]).toBeGreaterThan(7000)
    expect(Math.abs(frame[39]!)).toBeLessThan(500)
    expect([...frame.subarray(40)].every((sample) => sample === 0)).toBe(true)
    expect(pull(2)).toEqual(['-', '-'])
  })

  it('drops what was not heard yet without a sound', () => {
    playout.add(audio(1, 100))
    playout.clear()
    expect(pull(4)).toEqual(['-', '-', '-', '-'])
  })
})

describe('a place that is kept', () => {
  it('holds up what comes after it until it is filled', () => {
    const slot = playout.reserve()!
    playout.mark('a')
    playout.add(audio(2, 40))
    expect(pull(4)).toEqual(['-', '-', '-', '-'])
    expect(marks).toEqual([])
    slot.fill(audio(1, 20))
    expect(pull(4)).toEqual(['1', '2', '2', '-'])
    expect(marks).toEqual(['a'])
  })

  it('lets its marks go when it stays empty', () => {
    const slot = playout.reserve()!
    playout.mark('a')
    slot.fill(new Int16Array(0))
    expect(marks).toEqual(['a'])
  })

  it('is forgotten by clear', () => {
    const slot = playout.reserve()!
    playout.mark('a')
    playout.clear()
    expect(marks).toEqual(['a'])
    slot.fill(audio(1, 100))
    expect(pull(4)).toEqual(['-', '-', '-', '-'])
  })
})
