import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  aLaw,
  createWavFile,
  encodeWav,
  muLaw,
  readWav,
  type WavFile,
  WavWriter,
} from '../../src/audio/index.js'
import { ParleyError } from '../../src/base/errors.js'
import { noise, sine } from './signals.js'

interface Layout {
  tag?: number
  channels?: number
  rate?: number
  bits?: number
  data: Uint8Array
  before?: Uint8Array
  riffSize?: number
  dataSize?: number
}

function wav(layout: Layout): Uint8Array {
  const { tag = 1, channels = 1, rate = 8000, bits = 16, data, before = new Uint8Array(0) } = layout
  const head = Buffer.alloc(36)
  head.write('RIFF', 0)
  head.writeUInt32LE(layout.riffSize ?? 36 + before.length + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(tag, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE((rate * channels * bits) / 8, 28)
  head.writeUInt16LE((channels * bits) / 8, 32)
  head.writeUInt16LE(bits, 34)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(layout.dataSize ?? data.length)
  return Buffer.concat([head, before, Buffer.from('data'), size, data])
}

const bytesOf = (pcm: Int16Array) => new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)
const samples = [0, 1000, -1000, 32767, -32768]

describe('readWav', () => {
  it('reads what encodeWav writes', () => {
    const pcm = noise(777, 30_000)
    const read = readWav(encodeWav(pcm, 16000))
    expect(read).toEqual({
      pcm,
      sampleRate: 16000,
      format: { encoding: 'pcm', channels: 1, sampleRate: 16000, bits: 16 },
    })
  })

  it('reads every encoding to the same scale', () => {
    const buffers: [number, number, Buffer, number][] = [
      [1, 8, Buffer.from(samples.map((s) => (s >> 8) + 128)), 256],
      [1, 24, Buffer.concat(samples.map((s) => le(3, (b) => b.writeIntLE(s * 256 + 7, 0, 3)))), 1],
      [1, 32, Buffer.concat(samples.map((s) => le(4, (b) => b.writeInt32LE(s * 65536)))), 1],
      [3, 32, Buffer.concat(samples.map((s) => le(4, (b) => b.writeFloatLE(s / 32768)))), 1],
      [3, 64, Buffer.concat(samples.map((s) => le(8, (b) => b.writeDoubleLE(s / 32768)))), 1],
      [6, 8, Buffer.from(samples.map((s) => aLaw.compress[(s + 32768) >> aLaw.shift])), 1024],
      [7, 8, Buffer.from(samples.map((s) => muLaw.compress[(s + 32768) >> muLaw.shift])), 1024],
    ]
    for (const [tag, bits, data, tolerance] of buffers) {
      const { pcm } = readWav(wav({ tag, bits, data }))
      expect(pcm.length).toBe(samples.length)
      for (const [i, sample] of samples.entries()) {
        expect(Math.abs(pcm[i] - sample)).toBeLessThanOrEqual(tolerance)
      }
    }
  })

  it('averages channels', () => {
    const data = bytesOf(Int16Array.of(100, 300, -100, -300, 7, 8))
    expect([...readWav(wav({ channels: 2, data })).pcm]).toEqual([200, -200, 8])
    expect([...readWav(wav({ channels: 3, data })).pcm]).toEqual([100, -95])
  })

  it('reads the extensible format and passes over chunks it does not know', () => {
    const pcm = sine(440, 8000, 100)
    const list = Buffer.from('LIST\x05\x00\x00\x00hello\x00', 'latin1')
    expect(readWav(wav({ data: bytesOf(pcm), before: list })).pcm).toEqual(pcm)
    const extensible = Buffer.concat([
      Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt \x28\x00\x00\x00\xfe\xff\x01\x00', 'latin1'),
      Buffer.from(wav({ data: new Uint8Array(0) }).slice(24, 36)),
      Buffer.from('\x16\x00\x10\x00\x04\x00\x00\x00\x01\x00\x00\x00\x00\x00\x10\x00', 'latin1'),
      Buffer.from('800000aa00389b71', 'hex'),
      Buffer.from('data\xff\xff\xff\xff', 'latin1'),
      bytesOf(pcm),
    ])
    expect(readWav(extensible).pcm).toEqual(pcm)
  })

  it('takes wrong sizes as "to the end"', () => {
    const pcm = sine(440, 8000, 100)
    const data = bytesOf(pcm)
    for (const dataSize of [0, 201, 5000, 0xffffffff]) {
      expect(readWav(wav({ data, dataSize, riffSize: 0 })).pcm).toEqual(pcm)
    }
    expect(readWav(wav({ data }).subarray(0, 44 + 51)).pcm).toEqual(pcm.slice(0, 25))
  })

  it('says what is wrong with a file it cannot read', () => {
    const data = new Uint8Array(100)
    const failure = (bytes: Uint8Array) => {
      try {
        readWav(bytes)
      } catch (error) {
        return error instanceof ParleyError ? [error.code, error.message] : error
      }
      return 'read'
    }
    expect(failure(Buffer.from('hello'))).toEqual([
      'media_unsupported',
      'Not a WAV file: no RIFF/WAVE header',
    ])
    expect(failure(wav({ tag: 0x11, data }))).toEqual(['media_unsupported', 'WAV file in format tag 0x0011'])
    expect(failure(wav({ bits: 12, data }))).toEqual(['media_unsupported', 'WAV file in pcm of 12 bits'])
    expect(failure(wav({ channels: 0, data }))).toEqual(['media_damaged', 'WAV file with 0 channels'])
    expect(failure(wav({ rate: 3, data }))).toEqual(['media_damaged', 'WAV file with a sample rate of 3 Hz'])
    expect(failure(wav({ data: new Uint8Array(1) }))).toEqual(['media_damaged', 'WAV file without samples'])
    expect(failure(wav({ data }).subarray(0, 40))).toEqual([
      'media_damaged',
      'WAV file without a "data" chunk',
    ])
    expect(failure(wav({ data }).subarray(0, 16))).toEqual([
      'media_damaged',
      'WAV file without a "fmt " chunk',
    ])
  })

  it('never fails but with its own error, whatever the bytes', () => {
    const good = wav({ data: bytesOf(noise(50, 3000)) })
    const mutated = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 })
      .map((changes) => {
        const bytes = Uint8Array.from(good)
        for (const [at, value] of changes) bytes[at] = value
        return bytes
      })
    const random = fc
      .uint8Array({ maxLength: 200 })
      .map((tail) => Buffer.concat([good.subarray(0, 12), tail]))
    fc.assert(
      fc.property(fc.oneof(mutated, random), fc.nat(300), (bytes, cut) => {
        try {
          expect(readWav(bytes.subarray(0, cut)).pcm.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(ParleyError)
        }
      }),
      { seed: 5, numRuns: 2000 },
    )
  })
})

/** A file in memory whose writes settle when the test says so. */
class MemoryFile implements WavFile {
  bytes = Buffer.alloc(0)
  closed = 0
  failing = false
  held: (() => void)[] | undefined

  async write(data: Uint8Array, position: number) {
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve))
    if (this.failing) throw new Error('No space left on device')
    const end = position + data.length
    if (end > this.bytes.length)
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(end - this.bytes.length)])
    this.bytes.set(data, position)
  }

  async close() {
    this.closed++
  }

  release() {
    const held = this.held ?? []
    this.held = undefined
    for (const resolve of held) resolve()
  }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('WavWriter', () => {
  it('leaves a file that plays after every chunk, as a crash would find it', async () => {
    const file = new MemoryFile()
    const writer = new WavWriter(file, { sampleRate: 8000, channels: 1, chunkMs: 20 })
    const pcm = noise(1600, 9000)
    for (let at = 0; at < pcm.length; at += 100) {
      writer.write(pcm.subarray(at, at + 100))
      await settle()
      const whole = Math.floor((at + 100) / 160) * 160
      if (whole > 0) expect(readWav(file.bytes).pcm).toEqual(pcm.slice(0, whole))
    }
    await writer.close()
    expect(readWav(file.bytes).pcm).toEqual(pcm)
    expect(file.bytes.readUInt32LE(4)).toBe(file.bytes.length - 8)
    expect(file.closed).toBe(1)
  })

  it('interleaves two channels, silence where one is short', async () => {
    const file = new MemoryFile()
    const writer = new WavWriter(file, { sampleRate: 16000, channels: 2 })
    writer.write(Int16Array.of(1, 2, 3), Int16Array.of(-1, -2))
    writer.write(new Int16Array(0), Int16Array.of(-9))
    writer.write(Int16Array.of(5))
    await writer.close()
    const data = file.bytes.subarray(44)
    const stored = Array.from({ length: data.length / 2 }, (_, i) => data.readInt16LE(i * 2))
    expect(stored).toEqual([1, -1, 2, -2, 3, 0, 0, -9, 5, 0])
    expect([file.bytes.readUInt16LE(22), file.bytes.readUInt16LE(32), file.bytes.readUInt32LE(28)]).toEqual([
      2, 4, 64000,
    ])
  })

  it('writes a header even when nothing was recorded', async () => {
    const file = new MemoryFile()
    await new WavWriter(file, { sampleRate: 8000, channels: 2 }).close()
    expect(file.bytes.length).toBe(44)
  })

  it('drops what a stuck file cannot take, and counts it', async () => {
    const file = new MemoryFile()
    file.held = []
    const writer = new WavWriter(file, { sampleRate: 8000, channels: 2, chunkMs: 20, backlogMs: 60 })
    for (let i = 0; i < 10; i++) writer.write(new Int16Array(160).fill(i), new Int16Array(160))
    expect(writer.droppedSamples).toBe(7 * 160)
    file.release()
    await writer.close()
    expect(readWav(file.bytes).pcm.length).toBe(3 * 160)
  })

  it('reports a failing file once and goes quiet', async () => {
    const file = new MemoryFile()
    file.failing = true
    const errors: string[] = []
    const writer = new WavWriter(file, {
      sampleRate: 8000,
      channels: 1,
      chunkMs: 20,
      onError: (message) => errors.push(message),
    })
    for (let i = 0; i < 5; i++) writer.write(new Int16Array(160))
    await writer.flush()
    writer.write(new Int16Array(1600))
    await writer.close()
    expect(errors).toEqual(['No space left on device'])
    expect(file.closed).toBe(1)
  })
})

describe('createWavFile', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-wav-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('writes to disk', async () => {
    const path = join(folder, 'call.wav')
    const writer = await createWavFile(path, { sampleRate: 8000, channels: 1 })
    const pcm = noise(20_000, 5000)
    writer.write(pcm)
    await writer.flush()
    expect(readWav(await readFile(path)).pcm).toEqual(pcm)
    await writer.close()
  })
})

function le(bytes: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(bytes)
  write(buffer)
  return buffer
}
