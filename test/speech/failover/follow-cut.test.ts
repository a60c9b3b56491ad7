import { expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { followCut, type ReferenceSpeech } from '../../../src/speech/failover/follow-cut.js'

const RATE = 8_000
const text = 'one two three'

/** Three words of 300 ms, each a tone of its own. */
function words(count: number): Int16Array {
  const samples = (300 * RATE) / 1000
  return Int16Array.from({ length: samples * count }, (_, i) => {
    const hz = [300, 1_300, 3_000][Math.floor(i / samples)]!
    return 8_000 * Math.sin((2 * Math.PI * hz * i) / RATE)
  })
}

const marks = [
  { textStart: 0, textEnd: 3, startMs: 0, endMs: 300 },
  { textStart: 4, textEnd: 7, startMs: 300, endMs: 600 },
  { textStart: 8, textEnd: 13, startMs: 600, endMs: 900 },
]
const said: ReferenceSpeech = async () => ({ pcm: words(3), sampleRate: RATE, marks })
const broken = { pcm: words(3).subarray(0, RATE * 0.75), sampleRate: RATE, marks: [] }
const clock = new SimulatedClock()

it('cuts behind the last word that was said whole', async () => {
  const cut = await followCut(text, 'en', broken, () => 200, { reference: said, clock })
  expect(cut!.textEnd).toBe(7)
  expect(Math.abs(cut!.atMs - 600)).toBeLessThanOrEqual(40)
})

it('takes nothing back that was heard by then', async () => {
  const cut = await followCut(text, 'en', broken, () => 700, { reference: said, clock })
  expect(cut).toEqual({ textEnd: 7, atMs: 700 })
})

it('knows nothing where the reference is late, fails, or has no marks', async () => {
  const late = followCut(text, 'en', broken, () => 200, { reference: () => new Promise(() => {}), clock })
  clock.advance(300)
  expect(await late).toBeUndefined()
  const fails = () => Promise.reject(new Error('no'))
  expect(await followCut(text, 'en', broken, () => 200, { reference: fails, clock })).toBeUndefined()
  const unmarked: ReferenceSpeech = async () => ({ pcm: words(3), sampleRate: RATE, marks: [] })
  expect(await followCut(text, 'en', broken, () => 200, { reference: unmarked, clock })).toBeUndefined()
  expect(await followCut(text, 'en', broken, () => 200, { clock })).toBeUndefined()
})
