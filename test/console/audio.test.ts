import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createWavFile } from '../../src/audio/index.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { byteRange } from '../../src/console/audio/byte-range.js'
import { type GrownPeaks, LivePeaks } from '../../src/console/audio/live-peaks.js'
import { PeakMeter, readOn } from '../../src/console/audio/peaks.js'
import { recordingOf } from '../../src/console/audio/recording-file.js'

const dir = mkdtempSync(join(tmpdir(), 'parley-console-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function wav(name: string, left: number, right: number, seconds = 1): Promise<string> {
  const path = join(dir, name)
  const writer = await createWavFile(path, { sampleRate: 8000, channels: 2 })
  writer.write(new Int16Array(8000 * seconds).fill(left), new Int16Array(8000 * seconds).fill(right))
  await writer.close()
  return path
}

describe('a range of bytes', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=90-500', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', undefined],
    ['bytes=0-1,4-5', undefined],
    ['lines=0-1', undefined],
    ['bytes=-', undefined],
  ])('%s of 100', (header, range) => expect(byteRange(header, 100)).toEqual(range))
})

describe('peaks', () => {
  it('are the loudest samples of either side, twenty in a second', async () => {
    const meter = new PeakMeter(8000)
    await readOn(await wav('both.wav', -16_384, 3277), 0, meter)
    expect(meter.caller).toEqual(new Array(20).fill(50))
    expect(meter.agent).toEqual(new Array(20).fill(10))
  })

  it('of a recording that grows are told as they come', async () => {
    const clock = new SimulatedClock()
    const path = await wav('live.wav', 16_384, 0)
    const told: GrownPeaks[] = []
    const live = new LivePeaks(path, clock, (grown) => told.push(grown))
    await expect.poll(() => told.length).toBe(1)
    appendFileSync(path, Buffer.alloc(8000 * 4))
    await expect
      .poll(() => {
        clock.advance(1000)
        return told.length
      })
      .toBe(2)
    live.stop()
    expect(told.map(({ from, caller }) => [from, caller.length])).toEqual([
      [0, 20],
      [20, 20],
    ])
  })
})

describe('the recording of a call', () => {
  it('is told with its length and where it begins', async () => {
    const recordingPath = await wav('call.wav', 1, 1, 2)
    expect(await recordingOf({ recordingPath, answeredAt: 500 })).toMatchObject({
      facts: { sampleRate: 8000, durationMs: 2000, startedAt: 500 },
    })
  })

  it.each([
    ['never made', null],
    ['not there', join(dir, 'none.wav')],
    ['no WAV', join(dir, 'text.wav')],
  ])('is none where it is %s', async (_, recordingPath) => {
    writeFileSync(join(dir, 'text.wav'), 'This is no recording of a call, however long it may be.')
    expect(await recordingOf({ recordingPath, answeredAt: 500 })).toBeUndefined()
  })
})
