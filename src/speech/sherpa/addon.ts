import { createRequire } from 'node:module'

/** The npm package of sherpa-onnx: a peer that need not be installed. */
export const sherpaPackage = 'sherpa-onnx-node'

export interface Waveform {
  /** -1 to 1. */
  readonly samples: Float32Array
  /** Hz */
  readonly sampleRate: number
}

/** A stream of either kind of recogniser. */
export interface SherpaStream {
  acceptWaveform(wave: Waveform): void
}

/** What was understood of a stream, as far as it is used here. */
export interface SherpaResult {
  readonly text: string
  /** Log probabilities of the tokens, of models that tell. */
  readonly ys_probs?: readonly number[]
  /** Language as the model names it (`<|en|>`, `en`), of models that tell. */
  readonly lang?: string
}

export interface OnlineRecognizer {
  createStream(): SherpaStream
  isReady(stream: SherpaStream): boolean
  decodeStreams(streams: readonly SherpaStream[]): void
  isEndpoint(stream: SherpaStream): boolean
  reset(stream: SherpaStream): void
  getResult(stream: SherpaStream): SherpaResult
}

export interface OfflineRecognizer {
  /** @throws Error where hotwords are given and the model takes none */
  createStream(hotwords?: string): SherpaStream
  decode(stream: SherpaStream): void
  getResult(stream: SherpaStream): SherpaResult
  setConfig(config: object): void
}

export interface OfflineTts {
  readonly numSpeakers: number
  readonly sampleRate: number
  /**
   * Without `generationConfig` the package ends its process over a text that it finds no sounds for.
   * @throws Error where it finds none
   */
  generate(request: {
    readonly text: string
    readonly generationConfig: { readonly sid: number; readonly speed: number }
  }): Waveform
}

/** The package, as far as it is used here. Its own types are in comments only. */
export interface Sherpa {
  readonly version: string
  readonly OnlineRecognizer: new (config: object) => OnlineRecognizer
  readonly OfflineRecognizer: new (config: object) => OfflineRecognizer
  readonly OfflineTts: new (config: object) => OfflineTts
}

/**
 * Loads the package and its native library.
 * @throws Error when one of them is missing
 */
export function loadSherpa(): Sherpa {
  return createRequire(import.meta.url)(sherpaPackage)
}
