/** The sample that a µ-law byte stands for (ITU-T G.711). */
export function expand(byte: number): number {
  const bits = ~byte & 0xff
  const magnitude = (((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)
  return bits & 0x80 ? 0x84 - magnitude : magnitude - 0x84
}

/** The byte that frame number `n` of the tests' sound is made of; it survives µ-law unchanged. */
const byteOf = (n: number) => 0x80 + (n % 0x7e)

/** 20 ms of the tests' sound. @param n number of the frame */
export function frameOf(n: number, sampleRate: number): Int16Array {
  return new Int16Array(sampleRate / 50).fill(expand(byteOf(n)))
}

/** Frames `from` to `to` (not included) as µ-law at 8 kHz. */
export function muLawOf(from: number, to: number): Buffer {
  return Buffer.concat(range(from, to).map((n) => Buffer.alloc(160, byteOf(n))))
}

/** Frames `from` to `to` (not included) as little-endian 16-bit samples. */
export function pcmOf(from: number, to: number, sampleRate: number): Buffer {
  return Buffer.concat(range(from, to).map((n) => littleEndian(frameOf(n, sampleRate))))
}

export function littleEndian(samples: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(samples.length * 2)
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i]!, i * 2)
  return bytes
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
