import { type Tone, ToneDetector } from '../../audio/index.js'
import type { Answerer, AnswerFinding, AnswerWish } from './answer-wish.js'
import { WordCounter } from './word-counter.js'

const frameMs = 20
/** A tone of this length is a beep, and no vowel. */
const beepMs = 160
/** When time is up, who has talked for so long and goes on is taken for a machine: a person would wait by now. */
const talkativeMs = 2400
/** A fax answers with 2100 Hz for seconds (ITU-T T.30 §4.3.3.2, V.25). */
const faxTone = { lowestHz: 2080, highestHz: 2120, ms: 400 }

/**
 * Tells who answered a call from what is heard of them: a person says a few words and waits, a machine goes on, a fax
 * whistles. Of a machine it then tells when the greeting ends: by a beep, or by silence. Time is counted in frames.
 */
export class AnswerDetector {
  private readonly tones: ToneDetector
  private readonly words: WordCounter
  private tone: Tone | undefined
  private ms = 0
  private answerer: Answerer | undefined
  /** When the answerer was found, in ms. */
  private answeredMs = 0
  private over = false

  /**
   * @param sampleRate Hz of the frames
   * @param found gets each finding
   */
  constructor(
    sampleRate: number,
    private readonly wish: AnswerWish,
    private readonly found: (finding: AnswerFinding) => void,
  ) {
    this.tones = new ToneDetector(sampleRate)
    this.words = new WordCounter(wish.betweenWordsMs)
  }

  /** Whether there is nothing more to be found. */
  get done(): boolean {
    return this.over
  }

  /** @param frame 20 ms of the party */
  take(frame: Int16Array): void {
    if (this.over) return
    this.ms += frameMs
    const before = this.tone
    this.tone = this.tones.write(frame)
    this.words.step(magnitude(frame) > this.wish.silenceThreshold, frameMs)
    // A message is spoken behind the beep, not over it.
    if (isBeep(before) && !this.tone) return this.beep()
    // What whistles is not judged as speech.
    if (isBeep(this.tone) && !isFax(this.tone)) return
    if (this.answerer === undefined) this.judge()
    else this.await()
  }

  private judge(): void {
    const { wish, words } = this
    if (isFax(this.tone)) return this.answered('fax')
    if (words.words === 0) {
      if (this.ms >= wish.initialSilenceMs) return this.answered('silence')
    } else if (words.words > wish.mostWords || words.wordMs >= wish.longestWordMs) {
      return this.answered('machine')
    } else if (words.silenceMs >= wish.afterGreetingSilenceMs) {
      return this.answered('human')
    } else if (words.greetingMs - words.silenceMs >= wish.greetingMs) {
      return this.answered('machine')
    }
    if (this.ms < wish.totalMs) return
    this.answered(words.greetingMs - words.silenceMs >= talkativeMs ? 'machine' : 'unsure')
  }

  private answered(by: Answerer): void {
    this.answerer = by
    this.answeredMs = this.ms
    const waits = this.wish.greetingEnd !== undefined && (by === 'machine' || by === 'silence')
    this.over = !waits
    this.found({ kind: 'answered', by, words: this.words.words, afterMs: this.ms })
  }

  /** Waits for the end of a machine's greeting. */
  private await(): void {
    const { silenceMs = Number.POSITIVE_INFINITY, totalMs = 0 } = this.wish.greetingEnd ?? {}
    // Silence before the finding counts only where a greeting has ended with it.
    const silent = Math.min(this.words.silenceMs, this.ms - this.answeredMs)
    if (silent >= silenceMs) this.greetingEnded('silence')
    else if (this.ms - this.answeredMs >= totalMs) this.greetingEnded('timeout')
  }

  private beep(): void {
    if (this.wish.greetingEnd) this.greetingEnded('beep')
    else this.answered('machine')
  }

  private greetingEnded(how: 'beep' | 'silence' | 'timeout'): void {
    this.over = true
    this.found({ kind: 'greeting-ended', how, afterMs: this.ms })
  }
}

function isBeep(tone: Tone | undefined): tone is Tone {
  return tone !== undefined && tone.ms >= beepMs
}

function isFax(tone: Tone | undefined): boolean {
  return (
    tone !== undefined && tone.ms >= faxTone.ms && tone.hz > faxTone.lowestHz && tone.hz < faxTone.highestHz
  )
}

/** Mean magnitude of samples. */
function magnitude(frame: Int16Array): number {
  let sum = 0
  for (let i = 0; i < frame.length; i++) sum += Math.abs(frame[i]!)
  return sum / frame.length
}
