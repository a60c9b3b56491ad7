import { describe, expect, it } from 'vitest'
import { EchoGuard } from '../../../src/session/listening/index.js'

/** A voice of sorts: pulses at a gliding pitch through two gliding resonances, with syllables. */
function voice(pitch: number, frames: number, rate: number): Int16Array[] {
  const formants = [
    { hz: 4 * pitch, y1: 0, y2: 0 },
    { hz: 11 * pitch, y1: 0, y2: 0 },
  ]
  let phase = 0
  return Array.from({ length: frames }, (_, n) =>
    Int16Array.from({ length: rate / 50 }, (_, i) => {
      const t = (n + i / (rate / 50)) / 50
      phase += (pitch * (1 + 0.15 * Math.sin(5 * t + pitch))) / rate
      const pulse = phase >= 1 ? 20_000 : 0
      phase %= 1
      const glide = 1 + 0.4 * Math.sin(11 * t + pitch)
      let sum = 0
      for (const formant of formants) {
        const r = Math.exp((-Math.PI * 120) / rate)
        const y =
          pulse +
          2 * r * Math.cos((2 * Math.PI * formant.hz * glide) / rate) * formant.y1 -
          r * r * formant.y2
        formant.y2 = formant.y1
        formant.y1 = y
        sum += y
      }
      return Math.round(sum * 0.1 * (0.6 + 0.4 * Math.sin(25 * t)))
    }),
  )
}

function mix(a: Int16Array, gainA: number, b: Int16Array | undefined, gainB: number): Int16Array {
  return a.map((sample, i) => Math.round(sample * gainA + (b?.[i] ?? 0) * gainB))
}

describe.each([8_000, 16_000])('the echo guard at %d Hz', (rate) => {
  const agent = voice(190, 100, rate)
  const caller = voice(110, 100, rate)

  function listen(heard: (n: number) => Int16Array): EchoGuard {
    const guard = new EchoGuard(rate)
    for (let n = 0; n < 60; n++) {
      guard.writeHeard(heard(n))
      guard.writePlayed(agent[n], rate / 50)
    }
    return guard
  }

  it.each([0.05, 0.2, 0.8])('knows its own voice at gain %d', (gain) => {
    const verdict = listen((n) => mix(agent[Math.max(0, n - 12)]!, gain, undefined, 0)).verdict()
    expect(verdict.echo).toBe(true)
    expect(verdict.delayMs).toBeGreaterThan(215)
    expect(verdict.delayMs).toBeLessThan(265)
  })

  it('knows it with some noise on the line', () => {
    const verdict = listen((n) => mix(agent[Math.max(0, n - 5)]!, 0.3, caller[n], 0.1)).verdict()
    expect(verdict.echo).toBe(true)
  })

  it('hears a caller on a clean line', () => {
    const verdict = listen((n) => caller[n]!).verdict()
    expect(verdict.echo).toBe(false)
    expect(verdict.explained).toBeLessThan(0.3)
  })

  it('hears a caller over the echo', () => {
    const verdict = listen((n) => mix(agent[Math.max(0, n - 12)]!, 0.25, caller[n], 0.6)).verdict()
    expect(verdict.echo).toBe(false)
  })

  it('tells nothing from silence', () => {
    expect(listen(() => new Int16Array(rate / 50)).verdict()).toMatchObject({ echo: false, quiet: true })
  })
})
