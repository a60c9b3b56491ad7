/** Sound shorter than this, in ms, is no word: a click, a breath. */
const shortestWordMs = 100

/** Parts the sound of a line into words and silence, in steps of one frame. */
export class WordCounter {
  /** Words that have begun. */
  words = 0
  /** ms that the word which sounds now has lasted; 0 between words. */
  wordMs = 0
  /** ms since the last sound of a word; since the beginning while there was none. */
  silenceMs = 0
  /** ms from the first word's beginning to now; 0 before. */
  greetingMs = 0
  private soundMs = 0
  private quietMs = 0
  private inWord = false

  /** @param betweenWordsMs silence that parts words */
  constructor(private readonly betweenWordsMs: number) {}

  step(sounds: boolean, ms: number): void {
    if (this.words > 0) this.greetingMs += ms
    this.silenceMs += ms
    if (sounds) this.sound(ms)
    else this.quiet(ms)
  }

  private sound(ms: number): void {
    // A gap within a word is part of it.
    this.soundMs += ms + (this.soundMs > 0 ? this.quietMs : 0)
    this.quietMs = 0
    if (!this.inWord && this.soundMs < shortestWordMs) return
    if (!this.inWord) {
      this.inWord = true
      this.words++
      if (this.words === 1) this.greetingMs = this.soundMs
    }
    this.wordMs = this.soundMs
    this.silenceMs = 0
  }

  private quiet(ms: number): void {
    this.quietMs += ms
    if (this.quietMs < this.betweenWordsMs) return
    this.quietMs = 0
    this.soundMs = 0
    this.wordMs = 0
    this.inWord = false
  }
}
