import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AudioRing } from '../../../src/speech/failover/audio-ring.js'

const RATE = 8_000
const FRAME = 160

/** What a caller and a recogniser may do to it: 20 ms of audio, or so many of the oldest ms are settled. */
const step = fc.oneof(
  { weight: 9, arbitrary: fc.record({ voiced: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ settledMs: fc.integer({ min: 0, max: 1_500 }) }) },
)

it('keeps each frame as it was written until it is settled, or until it is old', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const ring = new AudioRing(RATE)
      // As the media path has it: one frame, written over each time.
      const frame = new Int16Array(FRAME)
      let written = 0
      let oldest = 0
      const voiced: boolean[] = []
      for (const one of steps) {
        if ('voiced' in one) {
          ring.push(frame.fill(++written), one.voiced)
          voiced.push(one.voiced)
          if (voiced.slice(oldest).every((voice) => !voice)) oldest = Math.max(oldest, written - 50)
        } else {
          const ms = oldest * 20 + one.settledMs
          ring.settle(ms)
          oldest = Math.min(written, Math.max(oldest, Math.floor(ms / 20)))
        }
        const kept = ring.kept()
        expect(kept.map(({ pcm }) => pcm[0])).toEqual(
          Array.from({ length: written - oldest }, (_, i) => oldest + i + 1),
        )
        expect(kept.every(({ pcm }) => pcm.every((sample) => sample === pcm[0]))).toBe(true)
        expect([ring.startMs, ring.endMs]).toEqual([oldest * 20, written * 20])
      }
    }),
    { numRuns: 50 },
  )
})

it('keeps half a minute of a caller who speaks on and on', () => {
  const ring = new AudioRing(RATE)
  for (let i = 0; i < 2_000; i++) ring.push(new Int16Array(FRAME), true)
  expect(ring.endMs - ring.startMs).toBe(30_000)
})
