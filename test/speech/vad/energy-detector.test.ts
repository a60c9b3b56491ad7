import { describe, expect, it } from 'vitest'
import { createEnergyDetector } from '../../../src/speech/vad/energy-detector.js'
import { concat, frames, noiseSource, sound } from './sounds.js'

/** What is told, as `[what, position of the call-back, position it speaks of]` in ms. */
function told(pcm: Int16Array, sampleRate: number): [string, number, number][] {
  const events: [string, number, number][] = []
  let now = 0
  const activity = createEnergyDetector().open(sampleRate, {
    voiceStart: (agoMs) => events.push(['start', now, now - agoMs]),
    voiceEnd: (agoMs) => events.push(['end', now, now - agoMs]),
  })
  for (const frame of frames(pcm, sampleRate)) {
    now += 20
    activity.write(frame)
  }
  activity.close()
  return events
}

const quiet = (rate: number, ms: number): Int16Array => sound(rate, ms, noiseSource())
const loud = (rate: number, ms: number): Int16Array => sound(rate, ms, (t) => 6000 * Math.sin(1000 * t))

describe('createEnergyDetector', () => {
  it.each([8000, 16_000, 48_000])('tells start and end with exact positions at %i Hz', (rate) => {
    const pcm = concat(quiet(rate, 1000), loud(rate, 500), quiet(rate, 1000))
    expect(told(pcm, rate)).toEqual([
      ['start', 1060, 1000],
      ['end', 1740, 1500],
    ])
  })

  it('says nothing of ten minutes of silence, or of clicks', () => {
    expect(told(new Int16Array(8000 * 600), 8000)).toEqual([])
    const clicks = sound(8000, 10_000, (_, i) => (i % 8000 < 80 ? 20_000 * (i % 2 ? 1 : -1) : 0))
    expect(told(clicks, 8000)).toEqual([])
  })

  it('bridges pauses within a sentence', () => {
    const pcm = concat(quiet(8000, 500), loud(8000, 300), quiet(8000, 200), loud(8000, 300), quiet(8000, 500))
    expect(told(pcm, 8000).map(([what, , at]) => [what, at])).toEqual([
      ['start', 500],
      ['end', 1300],
    ])
  })

  it('says nothing after close, which may come twice', () => {
    const events: string[] = []
    const activity = createEnergyDetector().open(8000, {
      voiceStart: () => events.push('start'),
      voiceEnd: () => events.push('end'),
    })
    activity.close()
    activity.close()
    for (const frame of frames(loud(8000, 500), 8000)) activity.write(frame)
    expect(events).toEqual([])
  })
})
