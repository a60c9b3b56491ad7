import { describe, expect, it } from 'vitest'
import { MediaItem } from '../../../src/session/speaking/items.js'
import { Player } from '../../../src/session/speaking/player.js'
import { PlayoutQueue } from '../../../src/session/speaking/playout-queue.js'

const rules = { interruptible: 'any' as const, preemptible: false }

function setUp() {
  const queue = new PlayoutQueue()
  const told: string[] = []
  const player = new Player({
    queue,
    sampleRate: 8000,
    fadeMs: 5,
    rebufferMs: 60,
    listener: { began: () => told.push('began'), ended: () => told.push('ended'), pulled: () => {} },
  })
  player.running = true
  const item = new MediaItem('a', 0, rules)
  queue.push(item)
  const pull = () => {
    const frame = new Int16Array(160)
    const played = player.pull(frame)
    return { frame, played }
  }
  return { queue, told, player, item, pull }
}

/** Largest step from one sample to the next: a click shows as one near the level itself. */
function step(frames: readonly Int16Array[]): number {
  const samples = frames.flatMap((frame) => [...frame])
  return Math.max(...samples.slice(1).map((sample, i) => Math.abs(sample - samples[i]!)))
}

describe('Player', () => {
  it('begins with a full frame, ends with what is there, joins items within a frame', () => {
    const { queue, told, item, pull } = setUp()
    item.track.append(new Int16Array(100).fill(7))
    expect(pull().played).toBe(false)
    item.track.append(new Int16Array(100).fill(7))
    item.track.end()
    expect([...pull().frame]).toEqual(new Array(160).fill(7))
    const next = new MediaItem('b', 0, rules)
    next.track.append(new Int16Array(500).fill(9))
    next.track.end()
    queue.push(next)
    expect([...pull().frame]).toEqual([...new Array(40).fill(7), ...new Array(120).fill(9)])
    expect(told).toEqual(['began', 'ended', 'began'])
  })

  it('fades when its source falls behind, and collects a reserve before it goes on', () => {
    const { item, pull } = setUp()
    const level = 8000
    item.track.append(new Int16Array(200).fill(level))
    const frames = [pull().frame, pull().frame]
    expect(frames[1]![39]).toBeLessThan(level / 10)
    expect(pull().played).toBe(false)
    item.track.append(new Int16Array(400).fill(level))
    expect(pull().played).toBe(false)
    item.track.append(new Int16Array(80).fill(level))
    frames.push(pull().frame)
    expect(frames[2]![0]).toBeLessThan(level / 10)
    expect(step(frames)).toBeLessThan(level / 20)
  })

  it('leaves no trace of a pause that no frame has seen', () => {
    const { player, item, pull } = setUp()
    item.track.append(new Int16Array(1000).fill(7))
    pull()
    player.pause()
    player.resume()
    expect([...pull().frame]).toEqual(new Array(160).fill(7))
  })

  it('fades what is cut into what follows, in one frame', () => {
    const { queue, player, item, pull } = setUp()
    const level = 8000
    item.track.append(new Int16Array(1000).fill(level))
    const before = pull().frame
    player.release()
    queue.purge(() => true)
    const after = pull()
    expect(after.played).toBe(true)
    expect(step([before, after.frame])).toBeLessThan(level / 20)
    expect(pull().played).toBe(false)
  })

  it('is silent at once when cut while paused', () => {
    const { queue, player, item, pull } = setUp()
    item.track.append(new Int16Array(1000).fill(8000))
    pull()
    player.pause()
    pull()
    player.release()
    queue.purge(() => true)
    player.resume()
    expect(pull().played).toBe(false)
  })

  it('allocates nothing while it plays', () => {
    const { item, player } = setUp()
    for (let i = 0; i < 100; i++) item.track.append(new Int16Array(8000).fill(i))
    const frame = new Int16Array(160)
    const allocated = () => {
      const before = process.memoryUsage().heapUsed
      for (let i = 0; i < 500; i++) player.pull(frame)
      return process.memoryUsage().heapUsed - before
    }
    // The compiler allocates in some rounds and garbage is collected in others; what each frame costs is in all.
    const rounds = Array.from({ length: 9 }, allocated).toSorted((a, b) => a - b)
    expect(rounds[4]).toBeLessThan(16_000)
  })
})
