/** Values that come by callback, for a consumer that iterates. One consumer. */
export class AsyncQueue<T> implements AsyncIterable<T> {
  private readonly values: T[] = []
  private wake: (() => void) | undefined
  private ended = false
  private error: unknown

  push(value: T): void {
    if (this.ended) return
    this.values.push(value)
    this.wake?.()
  }

  /** No more values; what waits is still handed on. */
  end(): void {
    this.ended = true
    this.wake?.()
  }

  /** The iteration throws `error` once what waits has been handed on. */
  fail(error: unknown): void {
    if (this.ended) return
    this.error = error
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (true) {
      const value = this.values.shift()
      if (value !== undefined) yield value
      else if (this.ended) break
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve
        })
      }
    }
    if (this.error) throw this.error
  }
}
