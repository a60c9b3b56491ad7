import { Resampler, SampleQueue } from '../audio/index.js'

/** Delay that evens out the resampler's own, in ms: frames come out whole from the first. */
const leadMs = 8

/** Takes 20 ms frames at one rate and gives 20 ms frames at another. */
export class RateBridge {
  private readonly resampler: Resampler
  private readonly queue = new SampleQueue(1024)
  private readonly piece: Int16Array

  /** @param fromHz rate of the frames taken, @param toHz rate of the frames given */
  constructor(fromHz: number, toHz: number) {
    this.resampler = new Resampler(fromHz, toHz)
    this.piece = new Int16Array(this.resampler.room(fromHz / 50))
    this.queue.push(new Int16Array((toHz * leadMs) / 1000))
  }

  convert(frame: Int16Array, out: Int16Array): void {
    const samples = this.resampler.process(frame, this.piece)
    this.queue.push(this.piece.subarray(0, samples))
    this.queue.pull(out)
  }
}
