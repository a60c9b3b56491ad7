import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAmrWb } from '../../src/audio/amr-wb-payload.js'
import { AmrWbCodec, amrWbIsHere, rms } from '../../src/audio/index.js'
import { amplitude, sine } from './signals.js'

describe('payloads of AMR-WB', () => {
  const noData = 0x7c

  it('have a mode request, a table of frames, and the frames', () => {
    const payload = Uint8Array.from([0xf0, 0x84, 0x4c, ...Array(17).fill(1), ...Array(5).fill(2)])
    expect(readAmrWb(payload)).toEqual([
      { type: 0, damaged: false, bits: new Uint8Array(17).fill(1) },
      { type: 9, damaged: false, bits: new Uint8Array(5).fill(2) },
    ])
  })

  it('tell damaged frames, and those with nothing in them', () => {
    expect(readAmrWb(Uint8Array.of(0xf0, 0x78))).toMatchObject([{ type: 15, damaged: true }])
    expect(readAmrWb(Uint8Array.of(0xf0, noData))).toMatchObject([{ type: 15, damaged: false }])
  })

  it('may follow each other', () => {
    expect(readAmrWb(Uint8Array.of(0xf0, noData, 0xf0, noData, 0xf0, noData))).toHaveLength(3)
    expect(readAmrWb(new Uint8Array(0))).toEqual([])
  })

  it('may be of 30 s', () => {
    expect(readAmrWb(Uint8Array.of(0xf0, ...Array(1499).fill(0xfc), noData))).toHaveLength(1500)
  })

  it.each([
    ['no table', [0xf0]],
    ['a table without end', [0xf0, 0xfc]],
    ['a reserved type', [0xf0, 0x54]],
    ['too few bits', [0xf0, 0x04, 1, 2, 3]],
    ['more than 30 s, in one table', [0xf0, ...Array(1500).fill(0xfc), noData]],
    ['more than 30 s, one after another', Array(1501).fill([0xf0, noData]).flat()],
  ])('with %s are refused', (_, payload) => {
    expect(readAmrWb(Uint8Array.from(payload))).toBeUndefined()
  })
})

describe.skipIf(!amrWbIsHere())('AMR-WB', () => {
  const coded = (pcm: Int16Array): Uint8Array[] => {
    const codec = new AmrWbCodec()
    const payloads: Uint8Array[] = []
    for (let at = 0; at < pcm.length; at += 320) {
      payloads.push(Uint8Array.from(codec.encode(pcm.subarray(at, at + 320))))
    }
    codec.close()
    return payloads
  }

  it('carries a tone at its level, in payloads of 62 octets', () => {
    const codec = new AmrWbCodec()
    const payloads = coded(sine(1000, 16_000, 16_000))
    for (const payload of payloads)
      expect([...payload.subarray(0, 2), payload.length]).toEqual([0xf0, 0x44, 62])
    const heard = codec.decode(Buffer.concat(payloads))!
    expect(heard).toHaveLength(16_000)
    expect(amplitude(heard.subarray(4000), 1000, 16_000)).toBeGreaterThan(9000)
    expect(amplitude(heard.subarray(4000), 1000, 16_000)).toBeLessThan(11_000)
    codec.close()
  })

  it('goes on after what is not AMR-WB', () => {
    const codec = new AmrWbCodec()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
        const pcm = codec.decode(payload)
        return pcm === undefined || pcm.length % 320 === 0
      }),
      { seed: 7, numRuns: 300 },
    )
    expect(codec.decode(coded(sine(500, 16_000, 320))[0]!)).toHaveLength(320)
    codec.close()
  })

  it('codes no less than a frame', () => {
    const codec = new AmrWbCodec()
    expect(codec.encode(new Int16Array(319))).toHaveLength(0)
    codec.close()
  })

  it('does nothing once closed', () => {
    const codec = new AmrWbCodec()
    codec.close()
    codec.close()
    expect(codec.encode(new Int16Array(320))).toHaveLength(0)
    expect(codec.decode(Uint8Array.of(0xf0, 0x7c))).toBeUndefined()
  })

  const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
  it.skipIf(!hasFfmpeg)('is understood by another decoder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'amr-'))
    try {
      // A file of AMR-WB has each frame as the payload has it, behind these characters (RFC 4867 §5.1).
      const frames = coded(sine(1000, 16_000, 16_000)).map((payload) => payload.subarray(1))
      writeFileSync(join(folder, 'tone.awb'), Buffer.concat([Buffer.from('#!AMR-WB\n'), ...frames]))
      spawnSync('ffmpeg', ['-loglevel', 'error', '-i', 'tone.awb', '-f', 's16le', 'tone.raw'], {
        cwd: folder,
      })
      const raw = readFileSync(join(folder, 'tone.raw'))
      const pcm = new Int16Array(raw.length >> 1).map((_, index) => raw.readInt16LE(index * 2))
      const heard = pcm.subarray(4000, 15_000)
      // Decoders differ in the level of a tone, which is not what the codec is made for.
      expect(amplitude(heard, 1000, 16_000)).toBeGreaterThan(5000)
      expect(amplitude(heard, 1000, 16_000)).toBeGreaterThan(1.2 * rms(heard))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
