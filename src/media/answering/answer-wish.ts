/** How it is told who answered a call: times in ms. */
export interface AnswerWish {
  /** Mean magnitude of the samples of 20 ms, of 32768; what is softer is silence. */
  readonly silenceThreshold: number
  /** Silence before the first word that is more than a person's. */
  readonly initialSilenceMs: number
  /** A greeting that is longer is a machine's. */
  readonly greetingMs: number
  /** Silence after a greeting that shows a person, who waits for an answer. */
  readonly afterGreetingSilenceMs: number
  /** Silence that parts words. */
  readonly betweenWordsMs: number
  /** More words are a machine's. */
  readonly mostWords: number
  /** A longer word is a machine's. */
  readonly longestWordMs: number
  /** Time after which it is left undecided. */
  readonly totalMs: number
  /** What is waited for after a machine was found; undefined for nothing. */
  readonly greetingEnd?:
    | {
        /** Silence that ends the greeting; undefined when only a beep does. */
        readonly silenceMs?: number | undefined
        /** Time from the finding on after which that is given up. */
        readonly totalMs: number
      }
    | undefined
}

/** Who answered. `silence`: nobody said anything. `unsure`: time was up. */
export type Answerer = 'human' | 'machine' | 'fax' | 'silence' | 'unsure'

/** What is found, one after the other. `afterMs` counts from the beginning. */
export type AnswerFinding =
  | {
      readonly kind: 'answered'
      readonly by: Answerer
      /** Words of the greeting so far. */
      readonly words: number
      readonly afterMs: number
    }
  /** The machine listens now; `timeout`: it may still be talking. A beep may come before the other finding. */
  | {
      readonly kind: 'greeting-ended'
      readonly how: 'beep' | 'silence' | 'timeout'
      readonly afterMs: number
    }
