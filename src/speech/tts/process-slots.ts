/** How many programs run at once; further ones wait in order of arrival, for as long as they are wanted. */
export class ProcessSlots {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(count: number) {
    this.free = Math.max(1, count)
  }

  /**
   * Waits for a slot.
   * @returns gives the slot back; calling it twice does nothing
   * @throws the signal's reason when it is aborted first
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.free > 0) this.free--
    else await this.turn(signal)
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.waiting.shift()
      if (next) next()
      else this.free++
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(enter), 1)
        reject(signal.reason)
      }
      this.waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
