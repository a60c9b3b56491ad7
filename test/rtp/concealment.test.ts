import { describe, expect, it } from 'vitest'
import { Concealment } from '../../src/rtp/concealment.js'
import { meanOpinion } from '../../src/rtp/quality.js'
import { TimeScaler } from '../../src/rtp/time-scale.js'

/** A voiced sound of `pitch` Hz with a few harmonics. */
function voiced(length: number, pitch: number, sampleRate: number): Int16Array {
  return Int16Array.from({ length }, (_, i) => {
    const phase = (2 * Math.PI * pitch * i) / sampleRate
    return 6000 * Math.sin(phase) + 3000 * Math.sin(2 * phase + 1) + 1500 * Math.sin(3 * phase + 2)
  })
}

function energy(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}

/** The largest step from one sample to the next. */
function largestStep(samples: Int16Array): number {
  let step = 0
  for (let i = 1; i < samples.length; i++) step = Math.max(step, Math.abs(samples[i]! - samples[i - 1]!))
  return step
}

describe('Concealment', () => {
  it.each([8000, 16_000])('continues a voiced sound at %i Hz nearly as it was', (sampleRate) => {
    const frame = sampleRate / 50
    const sound = voiced(frame * 6, 120, sampleRate)
    const concealment = new Concealment(sampleRate)
    for (let n = 0; n < 5; n++) concealment.received(sound.slice(n * frame, (n + 1) * frame), frame)
    const made = new Int16Array(frame)
    concealment.conceal(made, 0, frame / 2)
    concealment.conceal(made, frame / 2, frame / 2)
    const missed = sound.slice(5 * frame)
    const error = energy(made.map((sample, i) => sample - missed[i]!))
    expect(error).toBeLessThan(0.35 * energy(missed))
  })

  it('fades to silence within 60 ms and does not click on the way', () => {
    const sound = voiced(1600, 150, 8000)
    const concealment = new Concealment(8000)
    concealment.received(sound.slice(), 1600)
    const made = new Int16Array(800)
    concealment.conceal(made, 0, 800)
    expect(energy(made.subarray(0, 80))).toBeGreaterThan(3000)
    expect(energy(made.subarray(480))).toBe(0)
    const whole = Int16Array.from([...sound.subarray(1440), ...made])
    expect(largestStep(whole)).toBeLessThan(1.5 * largestStep(sound))
  })

  it('joins what comes next without a click', () => {
    const sound = voiced(3200, 110, 8000)
    const concealment = new Concealment(8000)
    concealment.received(sound.slice(0, 1600), 1600)
    const made = new Int16Array(200)
    concealment.conceal(made, 0, 200)
    const next = sound.slice(1760, 1920)
    concealment.received(next, 160)
    expect(largestStep(Int16Array.from([...made, ...next]))).toBeLessThan(1.5 * largestStep(sound))
  })
})

describe('TimeScaler', () => {
  it.each([8000, 16_000])('takes out and puts in one pitch period at %i Hz unheard', (sampleRate) => {
    const scaler = new TimeScaler(sampleRate)
    const sound = voiced(sampleRate / 10, 125, sampleRate)
    const samples = new Int16Array(sampleRate / 5)
    samples.set(sound)
    const shorter = scaler.shorten(samples, sound.length, false)
    expect(sound.length - shorter).toBe(sampleRate / 125)
    expect(largestStep(samples.subarray(0, shorter))).toBeLessThan(1.2 * largestStep(sound))
    samples.set(sound)
    const longer = scaler.lengthen(samples, sound.length, false)
    expect(longer - sound.length).toBe(sampleRate / 125)
    expect(largestStep(samples.subarray(0, longer))).toBeLessThan(1.2 * largestStep(sound))
  })

  it('leaves what does not repeat alone unless forced', () => {
    const scaler = new TimeScaler(8000)
    const noise = Int16Array.from({ length: 400 }, (_, i) => 9000 * Math.sin(i * i * 0.37))
    expect(scaler.shorten(noise, 400, false)).toBe(400)
    expect(scaler.shorten(noise, 400, true)).toBeLessThan(400)
  })
})

describe('meanOpinion', () => {
  it('rates a clean call near the best, and less with loss and delay', () => {
    const clean = meanOpinion('PCMU', 0, 40)
    expect(clean).toBeGreaterThan(4.3)
    expect(meanOpinion('PCMU', 0.02, 40)).toBeLessThan(clean)
    expect(meanOpinion('PCMU', 0, 400)).toBeLessThan(3.9)
    expect(meanOpinion('PCMU', 1, 2000)).toBe(1)
  })
})
