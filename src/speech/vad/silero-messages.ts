/** Windows of one sample rate, from all legs that had one ready. `streams[i]` owns the i-th window of `samples`. */
export interface WindowBatch {
  readonly type: 'windows'
  readonly sampleRate: number
  readonly streams: Int32Array
  /** Windows one after the other, -1 to 1, each `windowSamples(sampleRate)` long. */
  readonly samples: Float32Array
}

/** The leg's voice state is forgotten: its gate opens anew, or it has gone. */
export interface ResetStreams {
  readonly type: 'reset'
  readonly streams: readonly number[]
}

export type ToSilero = WindowBatch | ResetStreams

/** Probabilities of voice, in the order of the batch. */
export type FromSilero =
  | { readonly type: 'ready' }
  | { readonly type: 'voice'; readonly streams: Int32Array; readonly probabilities: Float32Array }

/** Samples in a window of Silero v5: 32 ms. */
export function windowSamples(sampleRate: number): number {
  return sampleRate === 16_000 ? 512 : 256
}

/** Samples of the window before that Silero v5 wants in front of each. */
export function contextSamples(sampleRate: number): number {
  return sampleRate === 16_000 ? 64 : 32
}
