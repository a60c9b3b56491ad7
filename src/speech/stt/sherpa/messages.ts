import type { InstalledModel } from '../../../models/index.js'
import type { LoadOptions } from '../../sherpa/load.js'

/** What the engine tells its worker. A stream is one `Listening`. */
export type ToWorker =
  | {
      readonly type: 'open'
      readonly stream: number
      readonly sampleRate: number
      /** Primary subtag; '' where it is to be found out. */
      readonly language: string
      readonly hints: readonly string[]
    }
  | { readonly type: 'audio'; readonly stream: number; readonly ms: number; readonly pcm: Int16Array }
  | { readonly type: 'finalize'; readonly stream: number }
  /** Speech is over, for models that do not find out themselves; answered by `endpoint`. */
  | { readonly type: 'end'; readonly stream: number }
  | { readonly type: 'close'; readonly stream: number }

/** What an utterance came to. */
export interface Outcome {
  readonly text: string
  readonly confidence?: number
  /** Primary subtag, of models that tell. */
  readonly language?: string
}

/** What the worker tells the engine. */
export type FromWorker =
  | { readonly type: 'partial'; readonly stream: number; readonly text: string }
  /** The answer to a `finalize`. */
  | ({ readonly type: 'final'; readonly stream: number } & Outcome)
  /** The end of an utterance: the model's own, or the answer to an `end`. */
  | ({ readonly type: 'endpoint'; readonly stream: number } & Outcome)
  | { readonly type: 'failed'; readonly stream: number; readonly message: string }

/** What a worker is started with. */
export interface WorkerSettings {
  readonly model: InstalledModel
  readonly options: LoadOptions
}
