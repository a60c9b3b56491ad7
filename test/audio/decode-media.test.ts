import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { decodeMedia, encodeWav, MediaDecoder } from '../../src/audio/index.js'
import { scanMp3 } from '../../src/audio/mp3-frames.js'
import { ParleyError } from '../../src/base/errors.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { amplitude, sine } from './signals.js'

/** Made with LAME: 0.75 s of 440 Hz, peak 10,000; and 0.5 s of 1 kHz on the left channel only. */
const fixture = (name: string) => readFile(new URL(`./fixtures/${name}.mp3`, import.meta.url))
const mono = await fixture('tone-440-mono-24k')
const left = await fixture('tone-1000-left-44k')

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'decoded',
    (error) => (error instanceof ParleyError ? `${error.code}: ${error.message}` : error),
  )

describe('decodeMedia', () => {
  it('decodes MP3 at its level, two channels averaged', async () => {
    const a = await decodeMedia(mono)
    expect(a.sampleRate).toBe(24000)
    expect(a.pcm.length / 24000).toBeGreaterThan(0.74)
    expect(amplitude(a.pcm.subarray(6000, 12000), 440, 24000)).toBeCloseTo(10_000, -3)
    const b = await decodeMedia(left)
    expect(b.sampleRate).toBe(44100)
    expect(amplitude(b.pcm.subarray(8000, 16000), 1000, 44100)).toBeCloseTo(5_000, -3)
  })

  it('decodes WAV, whatever it is called', async () => {
    const pcm = sine(440, 8000, 800)
    expect(await decodeMedia(encodeWav(pcm, 8000), 'audio/mpeg')).toEqual({ pcm, sampleRate: 8000 })
  })

  it('finds MP3 behind an ID3 tag and behind junk', async () => {
    const tag = Buffer.from('ID3\x04\x00\x00\x00\x00\x02\x00'.padEnd(10 + 256, 'x'), 'latin1')
    const wanted = (await decodeMedia(mono)).pcm
    expect((await decodeMedia(Buffer.concat([tag, mono]))).pcm).toEqual(wanted)
    expect((await decodeMedia(Buffer.concat([Buffer.alloc(500, 0xff), mono]))).pcm).toEqual(wanted)
  })

  it('names what it was given instead', async () => {
    const start = 'media_unsupported: Neither WAV nor MP3: '
    const cases: [string | Uint8Array, string | undefined, string][] = [
      ['', 'audio/mpeg', 'no bytes at all, served as audio/mpeg'],
      ['  <!doctype html>', 'text/html', 'a text such as HTML or XML, served as text/html'],
      ['{"error":"not found"}', undefined, 'a text such as JSON'],
      ['OggS\x00\x02', 'audio/ogg', 'an Ogg file, served as audio/ogg'],
      ['\x00\x00\x00\x20ftypM4A ', undefined, 'an MP4 or M4A file'],
      [Uint8Array.of(1, 2, 3, 250), undefined, '4 bytes beginning 01 02 03 fa'],
    ]
    for (const [data, type, found] of cases) {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
      expect(await codeOf(decodeMedia(bytes, type))).toBe(start + found)
    }
  })

  it('refuses what is longer than the limit before decoding it', async () => {
    expect(await codeOf(decodeMedia(mono, undefined, { longestSeconds: 0.5 }))).toBe(
      'media_too_long: The media lasts 1 s; at most 0.5 s are allowed',
    )
    expect(
      await codeOf(decodeMedia(encodeWav(new Int16Array(16000), 8000), '', { longestSeconds: 1 })),
    ).toContain('media_too_long: The media lasts 2 s')
  })

  it('survives damaged MP3', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(mono.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.integer({ min: 200, max: mono.length }),
        async (changes, cut) => {
          const bytes = Uint8Array.from(mono).subarray(0, cut)
          for (const [at, value] of changes) if (at < cut) bytes[at] = value
          const result = await decodeMedia(bytes).catch((error) => error)
          expect(result instanceof ParleyError || result.sampleRate > 0).toBe(true)
        },
      ),
      { seed: 9, numRuns: 15 },
    )
  })
})

describe('scanMp3', () => {
  it('counts the audio without decoding', () => {
    expect(scanMp3(mono)).toMatchObject({ start: 0, sampleRate: 24000 })
    expect(scanMp3(left)?.samples).toBe(22 * 1152)
  })

  it('takes no single sync word and no random bytes for MP3', () => {
    expect(scanMp3(Uint8Array.of(0xff, 0xfb, 0x90, 0x64, 1, 2, 3, 4, 5))).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => scanMp3(bytes) === undefined),
      { seed: 2 },
    )
  })
})

describe('MediaDecoder', () => {
  const open: MediaDecoder[] = []
  const create = (...args: ConstructorParameters<typeof MediaDecoder>) => {
    const decoder = new MediaDecoder(...args)
    open.push(decoder)
    return decoder
  }
  afterEach(async () => {
    await Promise.all(open.splice(0).map((decoder) => decoder.close()))
  })

  it('decodes on its own thread, several files at a time', async () => {
    const decoder = create()
    const [a, b, c] = await Promise.all([
      decoder.decode(mono),
      decoder.decode(left),
      codeOf(decoder.decode(Buffer.from('nonsense'))),
    ])
    expect([a.sampleRate, b.sampleRate]).toEqual([24000, 44100])
    expect(a).toEqual(await decodeMedia(mono))
    expect(c).toContain('media_unsupported: Neither WAV nor MP3: 8 bytes')
    expect(await codeOf(create({ longestSeconds: 0.1 }).decode(mono))).toContain('media_too_long')
  })

  it('stops a decode that takes too long, and goes on with the next', async () => {
    const clock = new SimulatedClock()
    const decoder = create({ clock, timeoutMs: 1000 })
    const late = codeOf(decoder.decode(mono))
    clock.advance(1000)
    expect(await late).toBe('media_too_long: Decoding the media took longer than 1000 ms')
    expect((await decoder.decode(mono)).sampleRate).toBe(24000)
  })

  it('rejects what waits when closed', async () => {
    const decoder = create()
    const waiting = codeOf(decoder.decode(mono))
    await decoder.close()
    expect(await waiting).toContain('media_damaged: The decoder was closed')
  })
})
