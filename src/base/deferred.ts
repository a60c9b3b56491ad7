/** A promise that somebody else settles; settling it again does nothing. */
export class Deferred<T> {
  resolve!: (value: T) => void
  readonly promise = new Promise<T>((resolve) => {
    this.resolve = resolve
  })
}
