import { describe, expect, it } from 'vitest'
import { hasSound } from '../../bench/overhead/hearing.js'
import type { LevelResult } from '../../bench/overhead/level.js'
import { PhoneStream } from '../../bench/overhead/phone-stream.js'
import { reportOf, tableOf } from '../../bench/overhead/report.js'
import { percentile } from '../../bench/percentile.js'
import { muLaw } from '../../src/audio/index.js'

const conditions = { machine: 'm', system: 's', load: 'l', media: 'p', clock: 'c' }

function level(calls: number, prompt: number): LevelResult {
  return {
    calls,
    turns: Array.from({ length: 200 }, () => ({ prompt, firstPacket: 10, lastOld: 10 })),
    failures: [],
    gaps: { gaps: Float32Array.of(20, 20, 20), packets: 4, lost: 0, lateness: Float32Array.of(0) },
    callsLost: 0,
    seconds: 15,
    perCall: { cpuPercent: 0.3, memoryMb: 1 },
  }
}

describe('percentile', () => {
  it('is the value that so many do not exceed', () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1000 - i)
    expect(percentile(values, 50)).toBe(500)
    expect(percentile(values, 99.9)).toBe(999)
    expect(percentile(values, 100)).toBe(1000)
    expect(percentile([7], 1)).toBe(7)
    expect(percentile([], 50)).toBeNaN()
  })
})

describe('hearing', () => {
  function packet(samples: readonly number[]): Uint8Array {
    const codes = samples.map((sample) => muLaw.compress[(sample + 32_768) >> muLaw.shift]!)
    return Uint8Array.from([...new Array<number>(12).fill(0xff), ...codes])
  }

  it('takes a fade for sound, and digital silence for none', () => {
    expect(hasSound(packet([...new Array<number>(159).fill(0), 800]))).toBe(true)
    expect(hasSound(packet(new Array<number>(160).fill(0)))).toBe(false)
  })

  it('counts packets that are missing, not those that come again or late', () => {
    const stream = new PhoneStream(0, 1)
    stream.sequence = 0xffff
    const numbered = (sequence: number) => Uint8Array.of(0x80, 0, sequence >> 8, sequence & 0xff)
    expect(stream.missedBefore(numbered(0))).toBe(0)
    expect(stream.missedBefore(numbered(3))).toBe(3)
    expect(stream.missedBefore(numbered(0xffff))).toBe(0)
    expect(stream.missedBefore(numbered(0xfffe))).toBe(0)
  })
})

describe('the report', () => {
  it('passes a figure only when all levels are within the limit', () => {
    const row = (prompts: number[]) =>
      reportOf(
        conditions,
        prompts.map((prompt, i) => level(10 + i, prompt)),
      ).figures.find(({ key }) => key === 'promptP50Ms')
    expect(row([0.4, 1])).toMatchObject({ values: [0.4, 1], limit: 1, pass: true })
    expect(row([0.4, 1.2])).toMatchObject({ pass: false })
  })

  it('gives no CPU and memory for a few calls, and says so in the table', () => {
    const report = reportOf(conditions, [level(1, 0.5)])
    expect(report.figures.find(({ key }) => key === 'cpuPercentPerCall')).toMatchObject({
      values: [null],
      pass: null,
    })
    expect(tableOf(report)).toMatch(/^CPU a call +– +≤ 0\.6 % of a core$/m)
  })
})
