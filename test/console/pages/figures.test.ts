import { describe, expect, it } from 'vitest'
import type { MeasuredTurn } from '../../../console/src/api/types.js'
import {
  groupsOf,
  histogramOf,
  overTime,
  percentile,
  summaryOf,
} from '../../../console/src/model/distribution.js'
import { clock, duration, pretty } from '../../../console/src/model/format.js'
import { explained } from '../../../console/src/model/problems.js'
import { qualityOf } from '../../../console/src/model/quality.js'
import { answerIn } from '../../../console/src/model/talk.js'

function turn(totalMs: number | null, changes: Partial<MeasuredTurn> = {}): MeasuredTurn {
  return {
    ...{
      sessionId: 'VX1',
      number: 1,
      callSid: 'CA1',
      app: 'ws://a',
      stt: '',
      tts: '',
      voice: '',
      language: '',
    },
    ...{ text: '', at: 0, transcriptMs: null, appMs: null, speechMs: null, totalMs, ...changes },
  }
}

describe('distributions', () => {
  const turns = Array.from({ length: 100 }, (_, i) => turn(10 * (i + 1), { at: i * 1000 }))

  it('are told by the nearest rank, unmeasured turns left out', () => {
    expect(summaryOf([...turns, turn(null)], 'totalMs')).toEqual({
      ...{ count: 100, median: 500, p90: 900, p99: 990, longest: 1000 },
    })
    expect(summaryOf([turn(null)], 'totalMs')).toBeUndefined()
    expect(percentile([7], 0.99)).toBe(7)
  })

  it('have all values in some step, the few that are far off in the last', () => {
    const { from, counts } = histogramOf([...turns, turn(60_000)], 'totalMs')
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(101)
    expect(from[1]! - from[0]!).toBe(50)
    expect(from.length).toBeLessThanOrEqual(41)
    expect(histogramOf([], 'totalMs')).toEqual({ from: [], counts: [] })
  })

  it('go over time in equal parts, and by group with the largest first', () => {
    const { at, median, p90 } = overTime([turn(5, { at: 0 }), turn(9, { at: 100_000 })], 'totalMs', 10)
    expect([at.length, median[0], median[1], p90.at(-1)]).toEqual([11, 5, null, 9])
    const groups = groupsOf([turn(1), turn(2, { app: 'ws://b' }), turn(3, { app: 'ws://b' })], 'app')
    expect(groups.map(({ name, turns: own }) => [name, own.length])).toEqual([
      ['ws://b', 2],
      ['ws://a', 1],
    ])
  })
})

describe('quality of RTP', () => {
  it('is that between two measurements, not that since the beginning', () => {
    const received = { bytes: 0, discarded: 0, jitterMs: 4, concealedMs: 0, delayMs: 60, rejected: 0 }
    const points = qualityOf([
      { at: 1, quality: { received: { ...received, packets: 500, lost: 0 }, mos: 4.4 } },
      { at: 2, quality: { received: { ...received, packets: 950, lost: 50 }, mos: 4, roundTripMs: 20 } },
      { at: 3, quality: {} },
    ])
    expect(points).toMatchObject([
      { lossPercent: 0, roundTripMs: null },
      { lossPercent: 10, roundTripMs: 20, jitterMs: 4, mos: 4 },
    ])
  })
})

describe('what is written', () => {
  it.each([
    [0, '0:00.0'],
    [62_340, '1:02.3'],
    [-300, '−0:00.3'],
    [3_725_000, '1:02:05'],
  ])('%i ms on the clock as %s', (ms, text) => expect(clock(ms)).toBe(text))

  it.each([
    [850.4, '850 ms'],
    [1234, '1.2 s'],
    [61_000, '1:01'],
  ])('%d ms as %s', (ms, text) => expect(duration(ms)).toBe(text))

  it('is JSON where it is JSON', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(pretty('<Response/>')).toBe('<Response/>')
  })

  it('explains problems by the table of errors, and by its own words', () => {
    const problem = { severity: 'error', count: 1, detail: '' } as const
    expect(explained({ ...problem, code: 'app_connect_failed' })).toMatchObject({ twilio: 64102 })
    expect(explained({ ...problem, code: 'audio_poor' }).meaning).toContain('audio was poor')
    expect(explained({ ...problem, code: 'not_known_yet' }).meaning).toBe('not known yet')
  })

  it('is the answer since the last question', () => {
    const entry = (id: number, kind: 'sent' | 'received', text: string) => ({ id, at: 0, kind, text })
    const entries = [
      entry(1, 'sent', '{"type":"setup"}'),
      entry(2, 'received', '{"type":"text","token":"Hello"}'),
      entry(3, 'sent', '{"type":"prompt"}'),
      entry(4, 'received', '{"type":"text","token":"From nine "}'),
      entry(5, 'received', 'nonsense'),
      entry(6, 'received', '{"type":"text","token":"to six.","last":true}'),
    ]
    expect(answerIn(entries)).toBe('From nine to six.')
  })
})
