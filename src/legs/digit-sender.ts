const frameMs = 20
/** Pause after a key, in ms. */
const gapMs = 100
const pauses: Readonly<Record<string, number>> = { w: 500 / frameMs, W: 1000 / frameMs }

interface Run {
  readonly digits: string
  readonly pressMs: number
  readonly finished: () => void
  at: number
}

/** How long a key is held unless told, in ms. */
const defaultPressMs = 100

/** Times the digits that a leg sends: one tick every 20 ms, one run of digits after another. */
export class DigitSender {
  /** How long the key that `tick` gave last is held, in ms. */
  pressMs = defaultPressMs
  private readonly runs: Run[] = []
  /** Ticks until the next character's turn. */
  private wait = 0

  /**
   * Sends digits after those already waiting; `w` waits 500 ms, `W` 1,000 ms, other characters that are no keys are left
   * out. Resolves when the last is sent with the pause of 100 ms after it, or at once when `signal` aborts.
   * @param pressMs how long each key is held
   */
  send(digits: string, signal: AbortSignal, pressMs = defaultPressMs): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const abort = (): void => this.end(run)
      const finished = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const run: Run = { digits, pressMs, finished, at: 0 }
      this.runs.push(run)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  /** @returns the key that is to be pressed at this tick */
  tick(): string | undefined {
    if (this.wait > 0 && --this.wait > 0) return undefined
    for (let run = this.runs[0]; run; run = this.runs[0]) {
      const character = run.digits[run.at++]
      if (character === undefined) {
        this.end(run)
        continue
      }
      const key = character.toUpperCase()
      const pause = pauses[character]
      const isKey = /[0-9*#A-D]/.test(key)
      if (pause === undefined && !isKey) continue
      this.wait = pause ?? Math.ceil((run.pressMs + gapMs) / frameMs)
      this.pressMs = run.pressMs
      return isKey ? key : undefined
    }
    return undefined
  }

  /** Ends all runs: the leg is closing. */
  close(): void {
    for (const run of [...this.runs]) this.end(run)
  }

  private end(run: Run): void {
    const at = this.runs.indexOf(run)
    if (at < 0) return
    this.runs.splice(at, 1)
    run.finished()
  }
}
