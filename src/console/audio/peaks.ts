import { headerBytes, withFile } from './recording-file.js'

/** Peaks in a second: a pixel of an hour on a wide screen is a second, one of a zoomed turn a few of these. */
export const peaksPerSecond = 20

/** The loudest sample of every twentieth of a second, of both sides, in hundredths of full scale. */
export interface Peaks {
  readonly caller: readonly number[]
  readonly agent: readonly number[]
}

/** Collects peaks out of interleaved stereo samples as they come. */
export class PeakMeter {
  readonly caller: number[] = []
  readonly agent: number[] = []
  private readonly samplesPerPeak: number
  private left = 0
  private right = 0
  private count = 0

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.samplesPerPeak = Math.round(sampleRate / peaksPerSecond)
  }

  /** @param pcm pairs of samples: caller, agent */
  write(pcm: Int16Array): void {
    for (let i = 0; i + 1 < pcm.length; i += 2) {
      const left = Math.abs(pcm[i]!)
      const right = Math.abs(pcm[i + 1]!)
      if (left > this.left) this.left = left
      if (right > this.right) this.right = right
      if (++this.count === this.samplesPerPeak) this.close()
    }
  }

  private close(): void {
    this.caller.push(hundredths(this.left))
    this.agent.push(hundredths(this.right))
    this.left = this.right = this.count = 0
  }
}

/** Bytes read at a time: what is made of them takes less than the media's beat of 20 ms by far. */
const chunkBytes = 256 * 1024

/**
 * Reads on in a recording, from a byte offset on, and tells a meter of whole pairs of samples.
 * @returns the offset to go on from
 */
export function readOn(path: string, offset: number, meter: PeakMeter): Promise<number> {
  return withFile(path, async (file) => {
    const buffer = Buffer.alloc(chunkBytes)
    let at = Math.max(offset, headerBytes)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at)
      const whole = bytesRead - (bytesRead % 4)
      if (whole === 0) return at
      meter.write(new Int16Array(buffer.buffer, buffer.byteOffset, whole / 2))
      at += whole
    }
  })
}

function hundredths(sample: number): number {
  return Math.round((sample * 100) / 32_768)
}
