import type { Audio } from '../../audio/index.js'

/** A sound of speech and when it ends. */
export interface Phone {
  /** The engine's name for it. */
  readonly name: string
  readonly endMs: number
}

/** What an engine made of a piece of text, and what it told of where the words lie in it. */
export interface SpokenPiece extends Audio {
  /** In order, the first from 0 ms, pauses among them; for engines that tell. */
  readonly phones?: readonly Phone[]
  /** Relative length of each word, where the engine told what it said but not when. */
  readonly weights?: readonly number[]
}

/** Synthesises one piece; aborting `signal` rejects. */
export type SynthesisePiece = (text: string, signal: AbortSignal) => Promise<SpokenPiece>
