import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { SampleRing } from '../../../src/speech/vad/sample-ring.js'
import { WindowBatch } from '../../../src/speech/vad/window-batch.js'
import { WindowQueue, type WindowSource } from '../../../src/speech/vad/window-queue.js'

function rig(capacity = 4) {
  const clock = new SimulatedClock()
  const posted: number[] = []
  const queue = new WindowQueue(capacity, 3, clock, (page) => posted.push(page))
  const ring = new SampleRing(1024)
  ring.write(Int16Array.from({ length: 1024 }, (_, i) => i))
  const answers: [number, number, number, number][] = []
  const source = (stream: number): WindowSource => ({
    stream,
    rate: 8000,
    answer: (probability, stretch, start) => answers.push([stream, probability, stretch, start]),
  })
  const batches = queue.memory.map((memory) => new WindowBatch(memory))
  return { clock, posted, queue, ring, answers, source, batches }
}

describe('WindowQueue', () => {
  it('gathers windows of several calls for 3 ms and gives each its answer', () => {
    const { clock, posted, queue, ring, answers, source, batches } = rig()
    expect(queue.add(source(5), ring, 0, 1, true)).toBe(true)
    clock.advance(2)
    expect(queue.add(source(9), ring, 256, 2, false)).toBe(true)
    expect(posted).toEqual([])
    clock.advance(1)
    expect(posted).toEqual([0])
    const batch = batches[0]!
    expect([0, 1].map((i) => [batch.stream(i), batch.first(i), batch.samples[batch.offset(i)]])).toEqual([
      [5, true, 0],
      [9, false, 256],
    ])
    batch.probabilities.set([0.25, 0.75])
    queue.answered()
    expect(answers).toEqual([
      [5, 0.25, 1, 0],
      [9, 0.75, 2, 256],
    ])
  })

  it('keeps gathering while the thread is busy, refuses past its capacity, and hands over at once when it is back', () => {
    const { clock, posted, queue, ring, source } = rig(2)
    queue.add(source(1), ring, 0, 1, true)
    clock.advance(3)
    expect(queue.add(source(2), ring, 0, 1, true)).toBe(true)
    expect(queue.add(source(3), ring, 0, 1, true)).toBe(true)
    expect(queue.add(source(4), ring, 0, 1, true)).toBe(false)
    clock.advance(100)
    expect(posted).toEqual([0])
    queue.answered()
    expect(posted).toEqual([0, 1])
  })

  it('a listener that throws takes nothing from later batches', () => {
    const { clock, posted, queue, ring, source } = rig()
    const bad: WindowSource = {
      stream: 1,
      rate: 8000,
      answer: () => {
        throw new Error('listener')
      },
    }
    queue.add(bad, ring, 0, 1, true)
    clock.advance(3)
    queue.add(source(2), ring, 0, 1, true)
    expect(() => queue.answered()).toThrow('listener')
    expect(posted).toEqual([0, 1])
  })

  it('begins anew after a reset', () => {
    const { clock, posted, queue, ring, source, answers } = rig()
    queue.add(source(1), ring, 0, 1, true)
    clock.advance(3)
    queue.reset()
    queue.answered()
    expect(answers).toEqual([])
    queue.add(source(2), ring, 0, 1, true)
    clock.advance(3)
    expect(posted).toHaveLength(2)
  })
})
