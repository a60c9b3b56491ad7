import { Resampler } from '../../../audio/index.js'

/** Brings a stream's audio to a model's rate and form. */
export class ModelAudio {
  private readonly resampler: Resampler | undefined
  private resampled = new Int16Array(0)

  /** @param fromHz of the stream @param toHz of the model */
  constructor(fromHz: number, toHz: number) {
    this.resampler = fromHz === toHz ? undefined : new Resampler(fromHz, toHz)
  }

  /** @returns samples from -1 to 1, in a buffer of their own */
  convert(pcm: Int16Array): Float32Array {
    if (!this.resampler) return floats(pcm)
    const room = this.resampler.room(pcm.length)
    if (this.resampled.length < room) this.resampled = new Int16Array(room)
    return floats(this.resampled.subarray(0, this.resampler.process(pcm, this.resampled)))
  }
}

function floats(pcm: Int16Array): Float32Array {
  const samples = new Float32Array(pcm.length)
  for (let i = 0; i < pcm.length; i++) samples[i] = pcm[i]! / 32_768
  return samples
}
