/** Thrown into a verb that waits: its call is over, or other instructions take its place. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'

  /** @param why `dropped`: the caller of a nested run needs it no more */
  constructor(readonly why: 'call-over' | 'replaced' | 'dropped') {
    super(why)
  }
}

/** What a promise becomes, or `Interrupted` as soon as the signal says so. */
export function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** A controller that also follows another signal; `release` lets go of it. */
export function linked(parent: AbortSignal): { readonly controller: AbortController; release(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort(parent.reason)
  if (parent.aborted) abort()
  else parent.addEventListener('abort', abort, { once: true })
  return { controller, release: () => parent.removeEventListener('abort', abort) }
}
