import type { CallControl, Stoppable } from '../../calls/index.js'
import type { Answerer, AnswerFinding, AnswerWish } from '../../media/index.js'
import { type DetectConfig, type DetectMode, detectDefaults } from '../schemas/answering.js'
import { parties } from '../webhooks/payloads.js'
import type { Publish } from './events.js'

/** ms that a beep is waited for where nothing but a beep ends a greeting, as documented of `detect_words`. */
const beepWaitMs = 30_000
/** Words of a greeting from which on it is a firm's: "Hello?" and "Anna Miller" are a person's. */
const businessWords = 4

/** Tells by webhook who answered, and when a machine's greeting ends. */
export class AnswerDetection {
  private watch: Stoppable | undefined
  private answered = false

  constructor(
    private readonly call: CallControl,
    private readonly publish: Publish,
  ) {}

  /** @param mode how much is to be told */
  start(mode: DetectMode, config: DetectConfig): void {
    const tell = mode === 'premium' ? this.premium : this.standard
    this.watch = this.call.watchAnswer(wishOf(mode, config), (finding) => tell.call(this, finding, mode))
  }

  stop(): void {
    this.watch?.stop()
  }

  private standard(finding: AnswerFinding, mode: DetectMode): void {
    if (finding.kind === 'answered') return this.detected(standardResults[finding.by])
    // A beep may come before anything else is sure.
    if (!this.answered) this.detected('machine')
    if (mode === 'detect_beep' && finding.how !== 'beep') return
    this.tell('call.machine.greeting.ended', greetingResults[finding.how])
  }

  private detected(result: string): void {
    this.answered = true
    this.tell('call.machine.detection.ended', result)
  }

  /** Of a beep that comes first nothing but the beep is told, as documented. */
  private premium(finding: AnswerFinding): void {
    if (finding.kind === 'answered') {
      this.tell('call.machine.premium.detection.ended', premiumResult(finding.by, finding.words))
    } else if (finding.how === 'beep') {
      this.tell('call.machine.premium.greeting.ended', 'beep_detected')
    }
  }

  private tell(event: string, result: string): void {
    this.publish(event, { ...parties(this.call), result })
  }
}

const standardResults: Readonly<Record<Answerer, string>> = {
  human: 'human',
  machine: 'machine',
  fax: 'machine',
  // "If initial silence duration is greater than this value, consider it a machine."
  silence: 'machine',
  unsure: 'not_sure',
}

const greetingResults = { beep: 'beep_detected', silence: 'ended', timeout: 'not_sure' } as const

function premiumResult(by: Answerer, words: number): string {
  switch (by) {
    case 'human':
      return words >= businessWords ? 'human_business' : 'human_residence'
    case 'fax':
      return 'fax_detected'
    case 'unsure':
      return 'not_sure'
    default:
      return by
  }
}

function wishOf(mode: DetectMode, asked: DetectConfig): AnswerWish {
  const config = mode === 'premium' ? premiumConfig(asked) : asked
  return {
    silenceThreshold: config.silence_threshold,
    initialSilenceMs: config.initial_silence_millis,
    greetingMs: config.greeting_duration_millis,
    afterGreetingSilenceMs: config.after_greeting_silence_millis,
    betweenWordsMs: config.between_words_silence_millis,
    mostWords: config.maximum_number_of_words,
    longestWordMs: config.maximum_word_length_millis,
    totalMs: config.total_analysis_time_millis,
    greetingEnd: greetingEndOf(mode, config),
  }
}

function premiumConfig({ total_analysis_time_millis, greeting_duration_millis }: DetectConfig): DetectConfig {
  return { ...detectDefaults, total_analysis_time_millis, greeting_duration_millis }
}

function greetingEndOf(mode: DetectMode, config: DetectConfig): AnswerWish['greetingEnd'] {
  const silenceMs = config.greeting_silence_duration_millis
  switch (mode) {
    case 'detect':
      return undefined
    case 'greeting_end':
      return { silenceMs, totalMs: config.greeting_total_analysis_time_millis }
    case 'detect_words':
      return { silenceMs, totalMs: beepWaitMs }
    case 'detect_beep':
    case 'premium':
      return { totalMs: beepWaitMs }
  }
}
