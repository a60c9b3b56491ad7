import type { SphinxModel } from './library.js'

/** What the engine tells its worker. A stream is one `Listening`. */
export type ToWorker =
  | {
      readonly type: 'open'
      readonly stream: number
      readonly sampleRate: number
      readonly hints: readonly string[]
    }
  /** The first audio after opening or finalizing begins an utterance. */
  | { readonly type: 'audio'; readonly stream: number; readonly ms: number; readonly pcm: Int16Array }
  | { readonly type: 'finalize'; readonly stream: number }
  | { readonly type: 'close'; readonly stream: number }

/** What the worker tells the engine. */
export type FromWorker =
  | { readonly type: 'partial'; readonly stream: number; readonly text: string }
  | { readonly type: 'final'; readonly stream: number; readonly text: string; readonly confidence?: number }
  | { readonly type: 'failed'; readonly stream: number; readonly message: string }

/** What a worker is started with. */
export interface WorkerSettings {
  readonly model: SphinxModel
  /** Decoders made at start; more are made when more callers speak at once. */
  readonly warmDecoders: number
  readonly maxDecoders: number
}
