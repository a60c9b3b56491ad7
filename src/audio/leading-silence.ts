import { fromDbfs } from './level.js'

/** Windows of 5 ms quieter than this are silence, in dB relative to full scale. */
const THRESHOLD_DBFS = -50

/** How much silence a `LeadingSilenceTrimmer` leaves and takes. */
export interface TrimOptions {
  /** Silence left before the first sound, so that a soft consonant keeps its onset, in ms. Default 20. */
  readonly keepMs?: number
  /** The most silence taken away, in ms; a longer one was meant. Default 2000. */
  readonly mostMs?: number
}

const EMPTY = new Int16Array(0)

/** Takes the silence away that speech engines put in front of speech, while the speech streams in. */
export class LeadingSilenceTrimmer {
  private readonly windowSamples: number
  private readonly thresholdEnergy: number
  private readonly keep: number
  private readonly most: number
  private held: Int16Array = EMPTY
  private examined = 0
  private dropped = 0
  private open = false

  /** @param sampleRate Hz */
  constructor(sampleRate: number, options: TrimOptions = {}) {
    this.windowSamples = Math.max(1, Math.round(sampleRate * 0.005))
    this.thresholdEnergy = fromDbfs(THRESHOLD_DBFS) ** 2 * this.windowSamples
    this.keep = Math.round((sampleRate * (options.keepMs ?? 20)) / 1000)
    this.most = Math.round((sampleRate * (options.mostMs ?? 2000)) / 1000)
  }

  /** Samples taken away so far: word marks move forward by as much. */
  get trimmed(): number {
    return this.dropped
  }

  /** The part of `chunk` (with what was held before it) that is to be heard; often empty before the first sound. */
  process(chunk: Int16Array): Int16Array {
    if (this.open) return chunk
    const all = this.held.length === 0 ? chunk : concat(this.held, chunk)
    while (this.examined + this.windowSamples <= all.length) {
      if (this.loud(all, this.examined) || this.dropped + this.examined >= this.most + this.keep) {
        this.open = true
        this.held = EMPTY
        const start = Math.max(0, this.examined - this.keep)
        this.dropped += start
        return all.subarray(start)
      }
      this.examined += this.windowSamples
    }
    const start = Math.max(0, this.examined - this.keep)
    this.dropped += start
    this.examined -= start
    this.held = all.slice(start)
    return EMPTY
  }

  /** Ends the stream: what was held back, when no sound came to open it. It is silence, and may be left out. */
  flush(): Int16Array {
    const rest = this.held
    this.held = EMPTY
    this.open = true
    return rest
  }

  private loud(pcm: Int16Array, at: number): boolean {
    let energy = 0
    for (let i = at; i < at + this.windowSamples; i++) energy += pcm[i] * pcm[i]
    return energy > this.thresholdEnergy
  }
}

function concat(a: Int16Array, b: Int16Array): Int16Array {
  const both = new Int16Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
