import { describe, expect, it } from 'vitest'
import { amrWbIsHere, Goertzel } from '../../../src/audio/index.js'
import { type StreamCodec, streamCodecs } from '../../../src/media/index.js'
import { StreamDecoder } from '../../../src/media/streams/stream-decoder.js'
import { StreamEncoder } from '../../../src/media/streams/stream-encoder.js'
import { tone } from './support.js'

/** Bytes of a payload of 20 ms, where they are always as many. */
const sizes: Readonly<Record<StreamCodec, (rate: number) => number | undefined>> = {
  PCMU: () => 160,
  PCMA: () => 160,
  G722: () => 160,
  OPUS: () => undefined,
  'AMR-WB': () => 62,
  L16: (rate) => (rate / 50) * 2,
}
/** Every codec with every rate that Telnyx lists: those with a rate of their own keep it. */
const cases = streamCodecs
  .filter((codec) => codec !== 'AMR-WB' || amrWbIsHere())
  .flatMap((codec) => [8000, 16_000, 22_050, 24_000, 48_000].map((rate) => [codec, rate] as const))

function amplitude(pcm: Int16Array, hz: number, sampleRate: number): number {
  const ear = new Goertzel(hz, sampleRate)
  for (const sample of pcm) ear.add(sample)
  return (Math.sqrt(ear.take()) * 2) / pcm.length
}

describe.each(cases)('%s at %i Hz', (codec, rate) => {
  const bytes = sizes[codec](rate)

  it.each([8000, 16000])('brings the audio of a leg of %i Hz to an app and back', (legRate) => {
    const encoder = new StreamEncoder(codec, rate, legRate)
    const decoder = new StreamDecoder(codec, rate, legRate)
    const original = tone(440, 1000, legRate)
    const frame = legRate / 50
    const pieces: Int16Array[] = []
    for (let at = 0; at < original.length; at += frame) {
      const payload = encoder.encode(original.subarray(at, at + frame))
      if (bytes) expect(payload.length).toBe(bytes)
      pieces.push(Int16Array.from(decoder.decode(Uint8Array.from(payload))!))
    }
    pieces.push(decoder.flush())
    const came = Int16Array.from(pieces.flatMap((piece) => [...piece]))
    expect(came.length).toBeGreaterThan(original.length - legRate / 100)
    expect(came.length).toBeLessThan(original.length + legRate / 100)
    const middle = came.subarray(legRate / 5, (legRate * 4) / 5)
    expect(amplitude(middle, 440, legRate)).toBeGreaterThan(14_000)
    expect(amplitude(middle, 440, legRate)).toBeLessThan(18_000)
    encoder.close()
    decoder.close()
  })
})

it('L16 has the lower byte first', () => {
  const encoder = new StreamEncoder('L16', 8000, 8000)
  const frame = new Int16Array(160)
  frame[0] = 0x1234
  expect([...encoder.encode(frame).subarray(0, 2)]).toEqual([0x34, 0x12])
})

it('takes pieces of any length, and tells what cannot be decoded', () => {
  const g711 = new StreamDecoder('PCMU', 8000, 8000)
  expect(g711.decode(new Uint8Array(8000 * 30))).toHaveLength(8000 * 30)
  expect(g711.decode(new Uint8Array(1))).toHaveLength(1)
  expect(g711.decode(new Uint8Array(0))).toHaveLength(0)
  expect(new StreamDecoder('L16', 8000, 8000).decode(new Uint8Array(3))).toHaveLength(1)
  expect(new StreamDecoder('OPUS', 16000, 16000).decode(new Uint8Array(1000).fill(0xff))).toBeUndefined()
})
