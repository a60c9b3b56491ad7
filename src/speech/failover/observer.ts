/** An engine that failed a session, and which one goes on in its place. */
export interface EngineFailure {
  readonly kind: 'tts' | 'stt'
  readonly engine: string
  readonly error: Error
  /** The engine that takes over; undefined where there is none left. */
  readonly next: string | undefined
  /** ms until all are tried again, where none is left and that is done. */
  readonly retryMs?: number | undefined
}

/** Hears of engines that failed while others went on. Must not throw. */
export type SpeechObserver = (failure: EngineFailure) => void
