import { CrossCorrelation } from './cross-correlation.js'

/** What the guard thinks of the last stretch of the caller's audio. */
export interface EchoVerdict {
  /** Share of the stretch's energy explained by what was just played, 0 to 1. */
  readonly explained: number
  /** ms from playing to coming back, of the best match. */
  readonly delayMs: number
  readonly echo: boolean
  /** Too little came from the caller to tell anything. */
  readonly quiet: boolean
}

/** Hz at which both sides are compared: the first formants suffice, and the search costs a sixteenth of 16 kHz. */
const COMPARE_HZ = 4_000
/** ms of caller audio that is compared: long enough that two voices of like pitch do not match by chance. */
const WINDOW_MS = 200
/** Longest echo path considered, in ms: a speakerphone behind a jitter buffer and two networks. */
const MAX_DELAY_MS = 600
/** Pre-emphasis: flattens the spectrum of speech, so that a match means more than the same pitch. */
const EMPHASIS = 0.9
/** Mean square, after pre-emphasis, under which the caller's side counts as quiet: about -55 dBFS of speech. */
const QUIET_POWER = 400

/** Holds nothing from one verdict to the next, so that all guards of a thread can do with one. */
const correlation = new CrossCorrelation(((WINDOW_MS + MAX_DELAY_MS) * COMPARE_HZ) / 1000)

/**
 * Tells the agent's own voice, come back over a speakerphone or an analogue line, from a caller who speaks: the last
 * 200 ms from the caller are correlated with what was played up to 600 ms before. Adding the caller's own voice to an
 * echo lowers the explained share, so that speaking over one's own loudspeaker still interrupts.
 *
 * Writing costs a decimation per frame; only a verdict costs the search, under a millisecond.
 */
export class EchoGuard {
  private readonly step: number
  private readonly heard = new Ring((WINDOW_MS * COMPARE_HZ) / 1000)
  private readonly played = new Ring(((WINDOW_MS + MAX_DELAY_MS) * COMPARE_HZ) / 1000)
  private readonly window = new Float32Array(this.heard.size)
  private readonly past = new Float32Array(this.played.size)

  /**
   * @param sampleRate Hz of the frames written: 8000 or 16000
   * @param threshold explained share from which a stretch counts as echo. Measured on speech: another voice stays
   *   under 0.25, the same synthetic voice under 0.4, echo with noise is above 0.8, and a caller as loud as the echo
   *   brings it to 0.5
   */
  constructor(
    sampleRate: number,
    private readonly threshold = 0.55,
  ) {
    this.step = sampleRate / COMPARE_HZ
  }

  /** A frame from the caller. */
  writeHeard(frame: Int16Array): void {
    this.heard.write(frame, this.step)
  }

  /** The frame played at the same tick; undefined for silence. */
  writePlayed(frame: Int16Array | undefined, samples: number): void {
    if (frame) this.played.write(frame, this.step)
    else this.played.writeZeros(samples / this.step)
  }

  verdict(): EchoVerdict {
    const window = this.heard.copy(this.window)
    const past = this.played.copy(this.past)
    const length = window.length
    let energy = 0
    for (let i = 0; i < length; i++) energy += window[i]! * window[i]!
    if (energy < QUIET_POWER * length) return { explained: 0, delayMs: 0, echo: false, quiet: true }

    const dots = correlation.of(window, past)
    let pastEnergy = 0
    for (let i = 0; i < length; i++) pastEnergy += past[i]! * past[i]!
    let best = 0
    let bestAt = 0
    for (let at = 0; at + length <= past.length; at++) {
      if (at > 0) {
        const left = past[at - 1]!
        const right = past[at + length - 1]!
        pastEnergy += right * right - left * left
      }
      if (pastEnergy <= length) continue // under one unit of amplitude: nothing was played there
      const dot = dots[at]!
      const explained = (dot * dot) / (energy * pastEnergy)
      if (explained > best) {
        best = explained
        bestAt = at
      }
    }
    const delayMs = ((past.length - length - bestAt) * 1000) / COMPARE_HZ
    return { explained: best, delayMs, echo: best >= this.threshold, quiet: false }
  }
}

/** The last `size` samples at the comparison rate. */
class Ring {
  private readonly data: Float32Array
  private at = 0
  private previous = 0

  constructor(readonly size: number) {
    this.data = new Float32Array(size)
  }

  /** Appends a frame, averaged over runs of `step` samples and pre-emphasised. */
  write(frame: Int16Array, step: number): void {
    for (let i = 0; i + step <= frame.length; i += step) {
      let sum = 0
      for (let j = 0; j < step; j++) sum += frame[i + j]!
      this.push(sum / step)
    }
  }

  writeZeros(count: number): void {
    for (let i = 0; i < count; i++) this.push(0)
  }

  /** Oldest first. */
  copy(out: Float32Array): Float32Array {
    out.set(this.data.subarray(this.at), 0)
    out.set(this.data.subarray(0, this.at), this.size - this.at)
    return out
  }

  private push(sample: number): void {
    this.data[this.at] = sample - EMPHASIS * this.previous
    this.previous = sample
    this.at = (this.at + 1) % this.size
  }
}
