import type { BookingFacts, Texts } from './texts.js'
import { isNo, isYes, partySize, timeOfDay, weekday } from './words.js'

/** First and last minute of the day at which a table can be had. */
const FIRST = 9 * 60
const LAST = 17 * 60

type Slot = 'size' | 'day' | 'time' | 'confirm'

/** What a booking says next; `done` when it is over, either way. */
export interface BookingTurn {
  readonly text: string
  readonly done: boolean
}

/** One booking, from the first question to yes or no. The caller may give several facts at once, in any order. */
export class Booking {
  private size: number | undefined
  private day: number | undefined
  private minutes: number | undefined

  /** @param today day of the week, 0 (Sunday) to 6 */
  constructor(private readonly today: number) {}

  /** What is asked for now. */
  private get slot(): Slot {
    if (this.size === undefined) return 'size'
    if (this.day === undefined) return 'day'
    return this.minutes === undefined ? 'time' : 'confirm'
  }

  /** The first question, after facts that the request itself held: "a table for two on Friday". */
  open(said: string, texts: Texts): string {
    return this.take(said, texts, false) ?? this.question(texts)
  }

  /** The question that is open. */
  question(texts: Texts): string {
    if (this.slot === 'size') return texts.askSize
    if (this.slot === 'day') return texts.askDay
    return this.slot === 'time' ? texts.askTime : texts.confirm(this.facts())
  }

  /** Takes an answer; undefined when it held none. */
  answer(said: string, texts: Texts): BookingTurn | undefined {
    const before = JSON.stringify(this.facts())
    const refused = this.take(said, texts, true)
    if (refused) return { text: refused, done: false }
    // A fact given again changes it, "no, on Friday", and asks for the new yes.
    if (JSON.stringify(this.facts()) !== before) return { text: this.question(texts), done: false }
    if (this.slot !== 'confirm') return undefined
    if (isNo(said)) {
      this.size = this.day = this.minutes = undefined
      return { text: texts.startAgain, done: false }
    }
    return isYes(said) ? { text: texts.booked, done: true } : undefined
  }

  /** Takes a key in place of an answer: people, Monday to Friday as 1 to 5, the hour, or 1 for yes and 2 for no. */
  key(digit: string, texts: Texts): BookingTurn | undefined {
    if (this.slot === 'day')
      return this.answer(['', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday'][+digit] ?? '', texts)
    if (this.slot === 'confirm') return this.answer(digit === '1' ? 'yes' : digit === '2' ? 'no' : '', texts)
    return this.answer(digit, texts)
  }

  /** Takes in what was said; returns the refusal where a fact cannot be. */
  private take(said: string, texts: Texts, asked: boolean): string | undefined {
    const slot = this.slot
    this.size = partySize(said, asked && slot === 'size') ?? this.size
    const day = weekday(said, this.today)
    if (day === 0 || day === 6) return texts.closedThatDay
    this.day = day ?? this.day
    const minutes = timeOfDay(said, asked && slot === 'time')
    if (minutes !== undefined && (minutes < FIRST || minutes > LAST)) return texts.closedThen
    this.minutes = minutes ?? this.minutes
    return undefined
  }

  private facts(): BookingFacts {
    return { size: this.size ?? 0, day: this.day ?? 0, minutes: this.minutes ?? 0 }
  }
}
