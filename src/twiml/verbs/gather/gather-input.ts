import type { Clock, Timer } from '../../../base/clock.js'

export interface GatherInputOptions {
  readonly clock: Clock
  readonly digits: boolean
  readonly speech: boolean
  /** ms without input after the prompts, and between keys. */
  readonly timeoutMs: number
  /** ms of speech that are taken. */
  readonly maxSpeechMs: number
  /** Keys that end the input; '' for none. */
  readonly finishOnKey: string
  /** Keys that suffice. */
  readonly numDigits: number | undefined
  /** Keys that count; undefined for all. */
  readonly validDigits: string | undefined
}

export type GatherResult =
  /** @param finishedOnKey '' when another thing ended it */
  | { readonly kind: 'digits'; readonly digits: string; readonly finishedOnKey: string }
  | { readonly kind: 'speech'; readonly text: string; readonly confidence: number | undefined }
  | { readonly kind: 'none' }

export interface GatherListener {
  /** The first key or word: prompts fall silent. */
  began(): void
  /** It is over; nothing follows. */
  done(result: GatherResult): void
}

/**
 * What a caller keys in or says, whichever is first. The time-out runs once the prompts are over, anew from each key,
 * and not while the caller speaks.
 */
export class GatherInput {
  private keys = ''
  private words = ''
  private confidence: number | undefined
  private begun = false
  private over = false
  private timeout: Timer | undefined
  private longest: Timer | undefined

  constructor(
    private readonly options: GatherInputOptions,
    private readonly listener: GatherListener,
  ) {}

  promptsOver(): void {
    if (!this.begun && !this.over) this.restart()
  }

  digit(key: string): void {
    const { digits, finishOnKey, validDigits, numDigits } = this.options
    if (this.over || !digits || this.words !== '') return
    this.begin()
    this.restart()
    // It ends an input that has begun, and is none itself.
    if (finishOnKey.includes(key)) return this.keys === '' ? undefined : this.finish(key)
    if (validDigits !== undefined && !validDigits.includes(key)) return
    this.keys += key
    if (this.keys.length === numDigits) this.finish()
  }

  /** @param text cumulative within an utterance */
  heard(text: string, final: boolean, confidence: number | undefined): void {
    if (this.over || !this.options.speech || this.keys !== '' || text.trim() === '') return
    this.begin()
    this.words = text
    this.confidence = confidence
    this.longest ??= this.options.clock.after(this.options.maxSpeechMs, () => this.finish())
    this.timeout?.cancel()
    if (final) this.finish()
  }

  /** The caller's voice begins or ends; what was said follows, if anything was. */
  voice(on: boolean): void {
    if (this.over || !this.options.speech || this.keys !== '') return
    if (on) this.timeout?.cancel()
    else if (this.timeout) this.restart()
  }

  close(): void {
    this.over = true
    this.timeout?.cancel()
    this.longest?.cancel()
  }

  private begin(): void {
    if (this.begun) return
    this.begun = true
    this.listener.began()
  }

  private restart(): void {
    this.timeout?.cancel()
    this.timeout = this.options.clock.after(this.options.timeoutMs, () => this.finish())
  }

  private finish(finishedOnKey = ''): void {
    this.close()
    this.listener.done(this.result(finishedOnKey))
  }

  private result(finishedOnKey: string): GatherResult {
    const { keys: digits, words: text, confidence } = this
    if (digits !== '') return { kind: 'digits', digits, finishedOnKey }
    return text === '' ? { kind: 'none' } : { kind: 'speech', text, confidence }
  }
}
