import { expect, it } from 'vitest'
import { dbfs, Goertzel, rms, ToneGenerator } from '../../src/audio/index.js'

const sampleRate = 8000

function render(generator: ToneGenerator, ms: number): Int16Array {
  const pcm = new Int16Array((ms * sampleRate) / 1000)
  for (let at = 0; at < pcm.length; at += 160) generator.pull(pcm.subarray(at, at + 160))
  return pcm
}

/** Share of the energy that a frequency has. */
function share(pcm: Int16Array, hz: number): number {
  const goertzel = new Goertzel(hz, sampleRate)
  for (const sample of pcm) goertzel.add(sample)
  return (goertzel.take() * 2) / pcm.length / pcm.reduce((sum, sample) => sum + sample * sample, 0)
}

it('sounds in its cadence, over and over, at its level, across frames', () => {
  const steps = [
    { hz: [400, 450], ms: 410 },
    { hz: [], ms: 190 },
  ]
  const pcm = render(new ToneGenerator(sampleRate, steps, { dbfs: -20, loop: 0 }), 1800)
  for (const period of [0, 1, 2]) {
    const on = pcm.subarray(period * 4800 + 40, period * 4800 + 3240)
    expect(dbfs(on)).toBeCloseTo(-20, 0)
    expect(share(on, 400)).toBeCloseTo(0.5, 1)
    expect(share(on, 450)).toBeCloseTo(0.5, 1)
    expect(rms(pcm.subarray(period * 4800 + 3280, period * 4800 + 4800))).toBe(0)
  }
})

it('ends after its last pass with silence', () => {
  const beep = new ToneGenerator(sampleRate, [{ hz: [1000], ms: 50 }], { dbfs: -15, loop: 2 })
  const pcm = render(beep, 120)
  expect(beep.over).toBe(true)
  expect(rms(pcm.subarray(0, 800))).toBeGreaterThan(4000)
  expect(rms(pcm.subarray(800))).toBe(0)
  const nothing = new ToneGenerator(sampleRate, [{ hz: [1000], ms: 0 }], { dbfs: -15, loop: 0 })
  expect(rms(render(nothing, 20))).toBe(0)
})
