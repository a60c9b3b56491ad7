import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCodec, dbfs, OpusCodec, opusBackend } from '../../src/audio/index.js'
import { amplitude, noise, roundTrip, sine, speechLike } from './signals.js'

const backends = opusBackend() === 'libopus' ? (['libopus', 'wasm'] as const) : (['wasm'] as const)

describe.each(backends)('Opus by %s', (backend) => {
  const open = () => new OpusCodec({}, backend)

  it('carries a tone at its level', () => {
    const codec = open()
    const heard = roundTrip(codec, sine(1000, 16000, 16000)).subarray(4000)
    expect(amplitude(heard, 1000, 16000)).toBeGreaterThan(9000)
    expect(amplitude(heard, 1000, 16000)).toBeLessThan(11_000)
    codec.close()
  })

  it('codes speech in about the bytes its bit rate allows', () => {
    const codec = open()
    const pcm = speechLike(16000, 32000)
    const payload = new Uint8Array(400)
    let bytes = 0
    for (let at = 0; at < pcm.length; at += 320) bytes += codec.encode(pcm.subarray(at, at + 320), payload)
    expect(bytes / 2).toBeGreaterThan(1000)
    expect(bytes / 2).toBeLessThan(4500)
    codec.close()
  })

  it('answers 0 to what is not Opus, and goes on', () => {
    const codec = open()
    const out = new Int16Array(1920)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
        const samples = codec.decode(payload, out)
        return samples >= 0 && samples <= 1920
      }),
      { seed: 7, numRuns: 500 },
    )
    expect(codec.decode(new Uint8Array(0), out)).toBe(0)
    expect(codec.decode(Uint8Array.of(0xff, 0xff, 0xff), out)).toBe(0)
    const payload = new Uint8Array(400)
    const bytes = codec.encode(sine(500, 16000, 320), payload)
    expect(codec.decode(payload.subarray(0, bytes), out)).toBe(320)
    codec.close()
  })

  it('does nothing once closed', () => {
    const codec = open()
    codec.close()
    codec.close()
    expect(codec.encode(new Int16Array(320), new Uint8Array(400))).toBe(0)
    expect(codec.decode(Uint8Array.of(8, 1, 2), new Int16Array(1920))).toBe(0)
  })
})

describe('Opus in WebAssembly', () => {
  it('serves hundreds of codecs at once and reuses those closed', () => {
    const codecs = Array.from({ length: 300 }, () => new OpusCodec({}, 'wasm'))
    const pcm = sine(700, 16000, 1600)
    const heard = [codecs[0], codecs[299]].map((codec) => roundTrip(codec, pcm))
    expect(heard[0]).toEqual(heard[1])
    for (const codec of codecs) codec.close()
    // A codec used before must not remember whose it was.
    const again = new OpusCodec({}, 'wasm')
    expect(roundTrip(again, pcm)).toEqual(heard[0])
    again.close()
  })
})

describe.runIf(opusBackend() === 'libopus')('Opus by libopus', () => {
  it('conceals a lost frame with the sound before it', () => {
    const codec = new OpusCodec({}, 'libopus')
    roundTrip(codec, sine(400, 16000, 6400))
    const out = new Int16Array(320)
    expect(codec.conceal?.(out)).toBe(320)
    expect(dbfs(out)).toBeGreaterThan(-25)
    expect(amplitude(out, 400, 16000)).toBeGreaterThan(4000)
    codec.close()
  })

  it('understands what the WebAssembly build codes', () => {
    const wasm = new OpusCodec({}, 'wasm')
    const native = new OpusCodec({}, 'libopus')
    const crossed = { sampleRate: 16000, encode: wasm.encode.bind(wasm), decode: native.decode.bind(native) }
    const heard = roundTrip(crossed, sine(1000, 16000, 16000)).subarray(4000)
    expect(amplitude(heard, 1000, 16000)).toBeGreaterThan(9000)
    wasm.close()
    native.close()
  })
})

describe('codecs by name', () => {
  it.each([
    ['opus', 16000, 48000],
    ['G722', 16000, 8000],
    ['PCMU', 8000, 8000],
    ['PCMA', 8000, 8000],
  ] as const)(
    '%s has %i Hz of PCM, %i Hz of timestamps and fits its payload',
    (name, sampleRate, clockRate) => {
      const codec = createCodec(name)
      expect([codec.name, codec.sampleRate, codec.clockRate]).toEqual([name, sampleRate, clockRate])
      const bytes = codec.encode(noise(sampleRate / 50, 20000), new Uint8Array(400))
      expect(bytes).toBeGreaterThan(10)
      expect(bytes).toBeLessThanOrEqual(400)
      codec.close()
    },
  )
})
