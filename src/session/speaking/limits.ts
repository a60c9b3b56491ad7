/** What bounds the agent's speech. Times in ms. */
export interface SpeakerLimits {
  /** Silence of the app after which an unfinished fragment ("and then we") is spoken as it stands. */
  readonly idleFlushMs: number
  /** The same for a fragment that looks whole ("It costs 5."), which only waits for a possible rest ("5.50"). */
  readonly idleSentenceMs: number
  /** How long the agent counts as speaking when an unfinished talk cycle has run dry. */
  readonly holdMs: number
  /** Audio synthesised ahead of what is heard. */
  readonly lookAheadMs: number
  /** Chunks and media loaded at a time. */
  readonly parallel: number
  /** The longest a speech engine may send nothing before its chunk is given up. */
  readonly engineStallMs: number
  /** Audio collected after an engine fell behind, before playing goes on. */
  readonly rebufferMs: number
  /** How long a preempted message plays on while its successor is being synthesised. */
  readonly preemptGraceMs: number
  /** Ramp at a pause, a cut and a resumption. */
  readonly fadeMs: number
  /** UTF-16 units of text that may wait to be spoken. */
  readonly queuedChars: number
  /** Chunks, media and digits that may wait. */
  readonly queuedItems: number
}

export const defaultSpeakerLimits: SpeakerLimits = {
  idleFlushMs: 400,
  idleSentenceMs: 80,
  holdMs: 200,
  lookAheadMs: 10_000,
  parallel: 2,
  engineStallMs: 10_000,
  rebufferMs: 60,
  preemptGraceMs: 250,
  fadeMs: 5,
  queuedChars: 100_000,
  queuedItems: 2_000,
}
