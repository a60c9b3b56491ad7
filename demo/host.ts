import { Booking } from './booking.js'
import { type Language, TEXTS, type Texts } from './texts.js'
import { type Intent, intentOf } from './words.js'

/** What the app does in answer to one input. */
export interface Reply {
  readonly text: string
  /** The language to speak and hear from now on, where it changes; it comes before the text. */
  readonly language?: Language
  /** Ends the session after the text; with a reason, the call is handed to a person. */
  readonly end?: 'goodbye' | 'person'
}

/** The scripted host of a small restaurant: no model, no network, the same answer to the same words. */
export class Host {
  language: Language = 'en'
  private booking: Booking | undefined
  private misunderstood = 0
  private lastText = ''

  /** @param today day of the week, 0 (Sunday) to 6 */
  constructor(private readonly today: () => number) {}

  /** Answers what the caller said. */
  hear(said: string): Reply {
    return this.remember(this.answer(said))
  }

  /** Answers a key: 1 hours, 2 booking, 3 the other language, 0 a person; while booking, an answer to its question. */
  key(digit: string): Reply {
    if (digit === '0') return this.remember(this.act('person', ''))
    const turn = this.booking?.key(digit, this.texts)
    if (turn) return this.remember(this.bookingTurn(turn))
    const other = this.language === 'en' ? 'spanish' : 'english'
    const menu: Record<string, Intent> = { 1: 'hours', 2: 'booking', 3: other }
    return this.remember(this.act(menu[digit] ?? 'help', ''))
  }

  /** What it would do without understanding more than key words: for replies that must not be left to a model. */
  command(said: string): Reply | undefined {
    const intent = intentOf(said)
    if (intent === 'person' || intent === 'goodbye' || intent === 'spanish' || intent === 'english') {
      return this.remember(this.act(intent, said))
    }
    return undefined
  }

  get texts(): Texts {
    return TEXTS[this.language]
  }

  private answer(said: string): Reply {
    const turn = this.booking?.answer(said, this.texts)
    if (turn) return this.bookingTurn(turn)
    const intent = intentOf(said)
    if (!intent) {
      const text = this.misunderstood++ === 0 ? this.texts.unclear : this.texts.unclearAgain
      return { text: this.booking ? `${text} ${this.booking.question(this.texts)}` : text }
    }
    return this.act(intent, said)
  }

  private act(intent: Intent, said: string): Reply {
    const { texts } = this
    this.misunderstood = 0
    switch (intent) {
      case 'booking':
        if (this.booking) return { text: this.booking.question(texts) }
        this.booking = new Booking(this.today())
        return { text: this.booking.open(said, texts) }
      case 'cancel':
        if (!this.booking) return { text: texts.hello }
        this.booking = undefined
        return { text: texts.cancelled }
      case 'spanish':
        return this.speak('es')
      case 'english':
        return this.speak('en')
      case 'person':
        return { text: texts.person, end: 'person' }
      case 'goodbye':
        return { text: texts.goodbye, end: 'goodbye' }
      case 'repeat':
        return { text: this.lastText || texts.hello }
      case 'thanks':
        return { text: texts.welcome }
      default:
        return this.inform(texts[intent])
    }
  }

  /** A fact, and then the question that is still open. */
  private inform(text: string): Reply {
    return { text: this.booking ? `${text} ${this.booking.question(this.texts)}` : text }
  }

  private speak(language: Language): Reply {
    this.language = language
    const { text } = this.inform(this.texts.switched)
    return { text, language }
  }

  private bookingTurn(turn: { text: string; done: boolean }): Reply {
    this.misunderstood = 0
    if (turn.done) this.booking = undefined
    return { text: turn.text }
  }

  private remember(reply: Reply): Reply {
    this.lastText = reply.text
    return reply
  }
}
