import type { InstalledModel } from '../../../models/index.js'

/** What the process is asked, one at a time. */
export interface ToVoice {
  readonly id: number
  readonly text: string
  readonly speaker: number
  /** 1 for the voice's own. */
  readonly speed: number
}

/** What it answers. */
export type FromVoice =
  | { readonly type: 'ready' }
  | { readonly type: 'spoken'; readonly id: number; readonly pcm: Int16Array; readonly sampleRate: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }

/** What it is started with, as JSON in its first argument. */
export interface VoiceSettings {
  readonly model: InstalledModel
  readonly threads: number
  /** What of a language the model is loaded with: see `languageOfLoading`. */
  readonly language: string
}
