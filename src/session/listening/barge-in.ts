import type { Clock, Timer } from '../../base/clock.js'
import type { Transcript } from '../../speech/index.js'
import { isBackchannel } from './backchannel.js'
import type { EchoVerdict } from './echo-guard.js'

/** The speaking side, as barge-in needs it. */
export interface BargeInAgent {
  /** Audio is playing, or paused mid-way. */
  readonly speaking: boolean
  readonly paused: boolean
  interruptibleBy(kind: 'speech'): boolean
  pause(): void
  resume(): void
}

export interface BargeInListener {
  /** Playout was paused because the caller may want to speak. */
  paused(): void
  /** Nothing came of it: playout goes on where it paused. */
  resumed(why: 'no-words' | 'too-long' | 'backchannel' | 'echo'): void
  /** What sounded like the caller was the agent's own voice. */
  echoed(verdict: EchoVerdict): void
}

export interface BargeInOptions {
  readonly clock: Clock
  readonly agent: BargeInAgent
  readonly echo: () => EchoVerdict
  readonly sensitivity: 'low' | 'medium' | 'high'
  readonly ignoreBackchannel: boolean
  readonly listener: BargeInListener
}

/** What recognised speech must amount to before it interrupts. `high` is what was recorded on Twilio's real calls. */
export const interruptThresholds = {
  high: { characters: 3, words: 1, confidence: 0.7 },
  medium: { characters: 6, words: 2, confidence: 0.75 },
  low: { characters: 10, words: 3, confidence: 0.8 },
} as const

/** ms after the voice stopped during which words may still confirm it: a recogniser's partials lag behind. */
const WORDS_GRACE_MS = 500
/** Longest pause without a word, in ms: steady noise must not silence the agent. */
const LONGEST_PAUSE_MS = 1_500
/** ms between two looks at what may be an echo: the caller may join in, or it may only now be recognisable as one. */
const ECHO_RECHECK_MS = 100
/**
 * Looks in a row at which a voice taken for echo has to sound like something else before it counts as the caller's:
 * where the delay of an echo jumps, as at a lost packet, the guard's window of 200 ms matches neither delay.
 */
const ECHO_DOUBTS = 3

/**
 * Decides when the caller's voice stops the agent. A probable voice pauses playout at once; recognised words make it
 * an interruption; without them playout goes on where it stopped. Pure: told of events, it calls back.
 */
export class BargeIn {
  private voiced = false
  /** The current utterance sounded like the agent's own voice and nothing else, so far. */
  private echoOnly = false
  private doubts = 0
  private resume: Timer | undefined
  private recheck: Timer | undefined

  constructor(private readonly options: BargeInOptions) {}

  voiceStart(): void {
    this.voiced = true
    this.echoOnly = false
    this.consider()
  }

  voiceEnd(): void {
    this.voiced = false
    this.recheck?.cancel()
    if (this.options.agent.paused) this.resumeAfter(WORDS_GRACE_MS, 'no-words')
  }

  /** The agent began to speak: a voice that is already there is looked at anew. */
  agentStarted(): void {
    if (this.voiced) this.consider()
  }

  /**
   * Words were recognised.
   * @returns true when they interrupt: the caller of this then cuts the speech and calls `settled`
   */
  words(transcript: Transcript): boolean {
    const { agent, ignoreBackchannel } = this.options
    if (!agent.speaking || !agent.interruptibleBy('speech') || this.echoOnly) return false
    if (!this.suffices(transcript)) return false
    if (ignoreBackchannel && isBackchannel(transcript.text, transcript.language)) return false
    // What these words are made of may be known by now; once the voice is over, there is nothing more to be learnt.
    if (!this.voiced) return true
    const verdict = this.options.echo()
    if (verdict.echo) this.isEcho(verdict)
    return !verdict.echo
  }

  /** The utterance is over without having interrupted. */
  turnOver(text: string): void {
    this.resumeNow(text.trim() ? 'backchannel' : 'no-words')
  }

  /** Whether the current utterance is nothing but the agent's own voice. */
  get echo(): boolean {
    return this.echoOnly
  }

  /** Speech was cut, or ended by itself: nothing is pending any more. */
  settled(): void {
    this.resume?.cancel()
    this.recheck?.cancel()
    this.resume = undefined
  }

  /** Whether a pause has a reason to last: the watchdog's question. */
  get pending(): boolean {
    return this.resume !== undefined
  }

  /** Looks at the voice: when it begins, when the agent begins, and again as long as it is or may be an echo. */
  private consider(again = false): void {
    // An echo outlasts the speech by its delay, so the end of the speech is no reason not to look.
    const verdict = this.options.echo()
    if (verdict.echo || (this.echoOnly && verdict.quiet)) this.isEcho(verdict)
    else if (!this.echoOnly) {
      if (!again) this.pause()
    } else if (++this.doubts >= ECHO_DOUBTS) {
      this.echoOnly = false
      this.pause()
    }
    this.recheck?.cancel()
    if (!this.voiced || !(this.echoOnly || this.options.agent.paused)) return
    this.recheck = this.options.clock.after(ECHO_RECHECK_MS, () => this.consider(true))
  }

  private pause(): void {
    const { agent, listener } = this.options
    if (!agent.speaking || agent.paused || !agent.interruptibleBy('speech')) return
    agent.pause()
    listener.paused()
    this.resumeAfter(LONGEST_PAUSE_MS, 'too-long')
  }

  private isEcho(verdict: EchoVerdict): void {
    const { agent, listener } = this.options
    this.doubts = 0
    if (!this.echoOnly) listener.echoed(verdict)
    this.echoOnly = true
    if (!agent.paused) return
    this.resume?.cancel()
    this.resume = undefined
    agent.resume()
  }

  private suffices({ text, confidence }: Transcript): boolean {
    const wanted = interruptThresholds[this.options.sensitivity]
    const spoken = text.trim()
    if (spoken.length < wanted.characters || spoken.split(/\s+/).length < wanted.words) return false
    return confidence === undefined || confidence >= wanted.confidence
  }

  private resumeAfter(ms: number, why: 'no-words' | 'too-long'): void {
    this.resume?.cancel()
    this.resume = this.options.clock.after(ms, () => this.resumeNow(why))
  }

  private resumeNow(why: 'no-words' | 'too-long' | 'backchannel'): void {
    this.resume?.cancel()
    this.resume = undefined
    if (!this.options.agent.paused) return
    this.options.agent.resume()
    this.options.listener.resumed(why)
  }
}
