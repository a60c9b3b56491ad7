import type { Clock, Timer } from '../../base/clock.js'
import type { Transcript } from '../../speech/index.js'

/** A finished turn of the caller's. */
export interface Turn {
  /** What was understood; '' when nothing was. */
  readonly transcript: Transcript
  /** When the last voiced sample came in, ms since the Unix epoch. */
  readonly speechEndedAt: number
}

export interface TurnListener {
  /** The utterance so far, whenever it changes; never blank. */
  partial(transcript: Transcript): void
  turn(turn: Turn): void
}

export interface TurnDetectorOptions {
  readonly clock: Clock
  /** Who decides that the speaker is done: see `SpeechToText.endpointing`. */
  readonly endpointing: 'engine' | 'relay'
  /** ms of silence that end a turn; undefined leaves it to an engine that decides by itself. */
  readonly silenceMs: number | undefined
  /** Asks the engine for its final. */
  readonly finalize: () => void
  readonly listener: TurnListener
}

/** ms after `finalize` by which the final must have come; an engine later than that counts as having heard nothing. */
const FINAL_DEADLINE_MS = 5_000

/**
 * Joins voice activity and recognition into turns. With a relay-endpointed engine, silence ends the turn and asks the
 * engine for its final; with an engine that detects turns itself, its settled pieces are collected until it says so,
 * and silence is only the upper bound.
 */
export class TurnDetector {
  private voiced = false
  private speechEndedAt = 0
  private settled = ''
  private latest: Transcript | undefined
  private silence: Timer | undefined
  private deadline: Timer | undefined
  private settling = false

  constructor(private readonly options: TurnDetectorOptions) {}

  voiceStart(): void {
    this.voiced = true
    this.silence?.cancel()
  }

  /** @param agoMs how long before now the last voiced sample came in */
  voiceEnd(agoMs: number): void {
    this.voiced = false
    this.speechEndedAt = this.options.clock.now() - agoMs
    this.awaitSilence(agoMs)
  }

  partial(transcript: Transcript): void {
    if (!transcript.text.trim()) return
    this.latest = { ...transcript, text: join(this.settled, transcript.text) }
    if (!this.voiced) this.speechWithoutVoice()
    this.options.listener.partial(this.latest)
  }

  final(transcript: Transcript): void {
    const asked = this.deadline !== undefined
    this.settled = join(this.settled, transcript.text)
    if (this.options.endpointing === 'relay' || asked) return this.complete(transcript)
    if (!transcript.text.trim()) return
    this.latest = { ...transcript, text: this.settled }
    if (!this.voiced) this.speechWithoutVoice()
    this.options.listener.partial(this.latest)
  }

  endOfTurn(): void {
    if (this.latest || this.settled) this.complete(this.latest ?? { text: this.settled, language: '' })
  }

  /** Ends the turn now: it is told when the engine has settled it, or with what there is after so many ms. */
  settle(withinMs: number): void {
    this.settling = true
    this.silence?.cancel()
    this.askForFinal(withinMs)
  }

  /** Whether something is being said that no turn has told yet. */
  get pending(): boolean {
    const { voiced, latest, settled, deadline, silence } = this
    return voiced || latest !== undefined || settled !== '' || deadline !== undefined || silence !== undefined
  }

  close(): void {
    this.silence?.cancel()
    this.deadline?.cancel()
  }

  /** Voice activity missed what the engine understood: silence then counts from the last words. */
  private speechWithoutVoice(): void {
    this.speechEndedAt = this.options.clock.now()
    this.awaitSilence(0)
  }

  private awaitSilence(elapsedMs: number): void {
    const { clock, silenceMs } = this.options
    this.silence?.cancel()
    if (silenceMs === undefined || this.settling) return
    this.silence = clock.after(Math.max(0, silenceMs - elapsedMs), () => this.askForFinal())
  }

  private askForFinal(withinMs = FINAL_DEADLINE_MS): void {
    this.deadline?.cancel()
    this.deadline = this.options.clock.after(withinMs, () => {
      this.complete(this.latest ?? { text: '', language: '' })
    })
    this.options.finalize()
  }

  private complete(last: Transcript): void {
    this.silence?.cancel()
    this.deadline?.cancel()
    this.silence = undefined
    this.deadline = undefined
    // An engine may withdraw at the end what it said before: the words already reported stand.
    const text = this.settled.trim() ? this.settled : (this.latest?.text ?? '')
    const language = last.language || this.latest?.language || ''
    this.settled = ''
    this.latest = undefined
    this.options.listener.turn({
      transcript: { ...last, text: text.trim(), language },
      speechEndedAt: this.speechEndedAt || this.options.clock.now(),
    })
  }
}

function join(before: string, after: string): string {
  return before && after.trim() ? `${before} ${after.trim()}` : before || after.trim()
}
