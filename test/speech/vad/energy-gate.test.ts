import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EnergyGate } from '../../../src/speech/vad/energy-gate.js'
import { frames, noiseSource, sound } from './sounds.js'

const rates = fc.constantFrom(8000, 16_000)

/** How many of the frames found the gate open. */
function open(gate: EnergyGate, pcm: Int16Array, sampleRate: number): number {
  let count = 0
  for (const frame of frames(pcm, sampleRate)) if (gate.process(frame)) count++
  return count
}

describe('EnergyGate', () => {
  it('stays shut on digital silence', () => {
    expect(open(new EnergyGate(8000), new Int16Array(80_000), 8000)).toBe(0)
  })

  it('opens with the first frame that stands out by the margin, and for the hold after the last', () => {
    fc.assert(
      fc.property(
        rates,
        fc.integer({ min: 200, max: 20_000 }),
        fc.integer({ min: 1, max: 20 }),
        (rate, loud, n) => {
          const gate = new EnergyGate(rate)
          open(gate, sound(rate, 1000, noiseSource()), rate)
          expect(gate.open).toBe(false)
          const tone = sound(rate, n * 20, (t) => loud * Math.sin(2 * Math.PI * 400 * t))
          expect(open(gate, tone, rate)).toBe(n)
          expect(open(gate, new Int16Array(rate), rate)).toBe(300 / 20 - 1)
        },
      ),
      { seed: 7, numRuns: 60 },
    )
  })

  it('shuts within 2.5 s of any steady noise, and opens for what is 12 dB louder', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 20, max: 4000 }), fc.integer({ min: 1 }), (rate, level, seed) => {
        const noise = noiseSource(seed)
        const gate = new EnergyGate(rate)
        open(
          gate,
          sound(rate, 2500, () => level * noise()),
          rate,
        )
        expect(gate.open).toBe(false)
        expect(
          open(
            gate,
            sound(rate, 1000, () => level * noise()),
            rate,
          ),
        ).toBe(0)
        const burst = sound(rate, 20, () => Math.max(4 * level, 400) * noise())
        expect(open(gate, burst, rate)).toBe(1)
      }),
      { seed: 7, numRuns: 40 },
    )
  })

  it('does not care about direct current', () => {
    const gate = new EnergyGate(8000)
    expect(open(gate, new Int16Array(8000).fill(5000), 8000)).toBe(0)
  })

  it('keeps open through eight seconds of syllables without a pause', () => {
    const gate = new EnergyGate(8000)
    open(gate, sound(8000, 2000, noiseSource()), 8000)
    // Five syllables a second, 20 dB deep: as fast talk looks to a level meter.
    const talk = sound(
      8000,
      8000,
      (t) => 6000 * (0.55 + 0.45 * Math.sin(2 * Math.PI * 5 * t)) * Math.sin(800 * t),
    )
    expect(open(gate, talk, 8000)).toBe(400)
  })

  it('takes frames of any length and content', () => {
    fc.assert(
      fc.property(fc.array(fc.int16Array({ maxLength: 700 }), { maxLength: 60 }), (pieces) => {
        const gate = new EnergyGate(8000)
        for (const piece of pieces) gate.process(piece)
        expect(Number.isFinite(gate.noise)).toBe(true)
        expect(gate.noise).toBeGreaterThanOrEqual(0)
        expect(gate.power).toBeLessThanOrEqual(1)
      }),
      { seed: 7 },
    )
  })
})
