import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMedia, readWav, rms } from '../../src/audio/index.js'
import type { MediaEvent, RecordWish } from '../../src/media/index.js'
import { speechLike } from '../rtp/support.js'
import { PlaneRig, through } from './support/plane-rig.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

let files = 0
const wish = (more: Partial<RecordWish> = {}): RecordWish => ({
  path: join(dir, `${files++}.${more.format ?? 'wav'}`),
  format: 'wav',
  channels: 'single',
  track: 'both',
  maxMs: 0,
  silenceMs: 0,
  trim: false,
  ...more,
})

const [own, other] = [through('PCMU', 3000), through('PCMU', -500)]

/** Two bridged phones that speak steady levels; `a` is recorded. */
async function recorded(record: RecordWish, codec: 'PCMU' | 'G722' = 'PCMU', level = own) {
  const rig = await PlaneRig.start()
  const a = await rig.call('a', codec)
  const b = await rig.call('b', codec)
  rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
  a.say = new Int16Array(160).fill(level)
  b.say = new Int16Array(160).fill(other)
  await rig.run(500)
  rig.send({ type: 'record', leg: 'a', id: 'r', wish: record })
  const end = async () => {
    await expect.poll(() => rig.events.find(({ type }) => type === 'recorded')).toBeTruthy()
    return rig.events.find((event): event is MediaEvent & { type: 'recorded' } => event.type === 'recorded')!
  }
  return { rig, a, b, end }
}

/** How many samples there are of each value. */
function census(pcm: Int16Array): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const sample of pcm) counts[sample] = (counts[sample] ?? 0) + 1
  return counts
}

describe('a recording', () => {
  it('has the party left and what it hears right, switched to from undecoded audio without a hole', async () => {
    const record = wish({ channels: 'dual' })
    const { rig, b, end } = await recorded(record)
    await rig.run(1000)
    rig.send({ type: 'stop-recording', leg: 'a', id: 'r' })
    const { durationMs, bytes } = await end()
    expect(rig.told('recording')).toEqual(['recording a r'])
    const file = readFileSync(record.path)
    expect([durationMs, bytes]).toEqual([1000, file.length])
    const samples = new Int16Array(file.buffer, file.byteOffset + 44, (file.length - 44) / 2)
    expect(samples.length).toBe(16_000)
    // One frame may have been on its way undecoded when the recording began.
    // Cross-fades of the jitter buffer round.
    expect(samples.filter((sample, i) => i % 2 === 0 && Math.abs(sample - own) <= 1)).toHaveLength(8000)
    expect(samples.filter((sample, i) => i % 2 === 1 && sample === other).length).toBeGreaterThanOrEqual(7840)
    expect(b.heard.slice(-10_000).every((sample) => Math.abs(sample - own) <= 8)).toBe(true)
  })

  it.each([
    ['inbound', own],
    ['outbound', other],
    ['both', own + other],
  ] as const)('has one track or the sum of both: %s', async (track, value) => {
    const record = wish({ track })
    const { rig, end } = await recorded(record)
    await rig.run(400)
    rig.send({ type: 'stop-recording', leg: 'a', id: 'r' })
    await end()
    const { pcm } = readWav(readFileSync(record.path))
    expect(census(pcm.subarray(320))).toEqual({ [value]: 3200 - 320 })
  })

  it('leaves out what is said while it is paused', async () => {
    const record = wish({ track: 'inbound' })
    const { rig, a, end } = await recorded(record)
    await rig.run(400)
    rig.send({ type: 'pause-recording', leg: 'a', id: 'r', paused: true, silent: false })
    a.say = new Int16Array(160).fill(through('PCMU', -9000))
    await rig.run(1000)
    a.say = new Int16Array(160).fill(own)
    await rig.run(500)
    rig.send({ type: 'pause-recording', leg: 'a', id: 'r', paused: false, silent: false })
    await rig.run(400)
    rig.send({ type: 'close-leg', leg: 'a' })
    const { durationMs, end: how } = await end()
    expect([how, durationMs]).toEqual(['leg-closed', 800])
    expect(census(readWav(readFileSync(record.path)).pcm)).toEqual({ [own]: 6400 })
    await expect.poll(() => rig.events.at(-1)?.type).toBe('leg-closed')
  })

  it('has silence in place of what is said while it is paused, where that is asked for', async () => {
    const record = wish({ track: 'inbound' })
    const { rig, end } = await recorded(record)
    await rig.run(400)
    rig.send({ type: 'pause-recording', leg: 'a', id: 'r', paused: true, silent: true })
    await rig.run(1000)
    rig.send({ type: 'pause-recording', leg: 'a', id: 'r', paused: false, silent: true })
    await rig.run(400)
    rig.send({ type: 'stop-recording', leg: 'a', id: 'r' })
    expect((await end()).durationMs).toBe(1800)
    expect(census(readWav(readFileSync(record.path)).pcm)).toEqual({ [own]: 6400, 0: 8000 })
  })

  it('ends at its greatest length, to the sample', async () => {
    const { rig, end } = await recorded(wish({ maxMs: 700 }))
    await rig.run(2000)
    expect(await end()).toMatchObject({ end: 'max-length', durationMs: 700, bytes: 44 + 5600 * 2 })
  })

  it('ends after the party has been silent, and trims the silence at both ends', async () => {
    const record = wish({ track: 'inbound', silenceMs: 1500, trim: true })
    const { rig, a, end } = await recorded(record, 'PCMU', 0)
    await rig.run(1000)
    a.say = speechLike(20, 8000)
    await rig.run(2000)
    a.say = new Int16Array(0)
    await rig.run(3000)
    const { end: how, durationMs, bytes } = await end()
    expect(how).toBe('silence')
    expect(durationMs).toBeGreaterThan(1800)
    expect(durationMs).toBeLessThan(2400)
    expect(bytes).toBe(44 + durationMs * 16)
    expect(bytes).toBe(statSync(record.path).size)
    const { pcm } = readWav(readFileSync(record.path))
    expect(rms(pcm.subarray(0, 1600))).toBeGreaterThan(50)
  })

  it.each(['PCMU', 'G722'] as const)('is encoded as MP3 (%s)', async (codec) => {
    for (const [channels, trim] of [
      ['single', false],
      ['dual', true],
    ] as const) {
      const record = wish({ format: 'mp3', channels, trim })
      const { rig, a, b, end } = await recorded(record, codec)
      a.say = speechLike(3, a.leg.sampleRate)
      b.say = new Int16Array(0)
      await rig.run(3000)
      if (trim) {
        a.say = new Int16Array(0)
        await rig.run(3000)
      }
      rig.send({ type: 'stop-recording', leg: 'a', id: 'r' })
      const { durationMs, bytes } = await end()
      expect(bytes).toBe(statSync(record.path).size)
      const { pcm, sampleRate } = await decodeMedia(readFileSync(record.path))
      expect(sampleRate).toBe(a.leg.sampleRate)
      expect(durationMs).toBeGreaterThan(2800)
      expect(durationMs).toBeLessThan(3400)
      expect((pcm.length / sampleRate) * 1000).toBeGreaterThanOrEqual(durationMs)
      expect((pcm.length / sampleRate) * 1000).toBeLessThan(durationMs + 400)
      expect(rms(pcm)).toBeGreaterThan(rms(a.say.length > 0 ? a.say : speechLike(3, sampleRate)) * 0.3)
      await rig.plane.close()
    }
  })

  it.each(['wav', 'mp3'] as const)('tells once that its %s file cannot be written', async (format) => {
    const { rig, end } = await recorded(wish({ format, path: join(dir, 'none', 'x') }))
    await rig.run(200)
    expect(await end()).toMatchObject({
      end: 'failed',
      durationMs: 0,
      bytes: 0,
      detail: expect.stringContaining('ENOENT'),
    })
    await rig.run(200)
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(50)
    expect(rig.told('recorded')).toHaveLength(1)
    expect(rig.told('recording')).toHaveLength(0)
  })
})
