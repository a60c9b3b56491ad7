import type { Clock, Timer } from '../../base/clock.js'

/** A source of audio sent nothing for too long. */
export class StallError extends Error {}

/**
 * Hands on what `source` yields, ends when `signal` aborts and throws when nothing came for `stallMs`: also with a
 * source that heeds neither, which is then left behind.
 */
export async function* guardStalls<T>(
  source: AsyncIterable<T>,
  { clock, stallMs, signal }: { clock: Clock; stallMs: number; signal: AbortSignal },
): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    while (!signal.aborted) {
      const next = await withDeadline(iterator.next(), clock, stallMs, signal)
      if (next === 'aborted' || next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: a hanging generator never answers.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/**
 * @returns what `pending` resolves to, or `aborted`
 * @throws StallError after `ms`
 */
function withDeadline<T>(
  pending: Promise<T>,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<T | 'aborted'> {
  return new Promise((resolve, reject) => {
    const aborted = () => settle(() => resolve('aborted'))
    const timer: Timer = clock.after(ms, () =>
      settle(() => reject(new StallError(`nothing came for ${Math.round(ms)} ms`))),
    )
    const settle = (how: () => void) => {
      timer.cancel()
      signal.removeEventListener('abort', aborted)
      how()
    }
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    pending.then(
      (value) => settle(() => resolve(value)),
      (reason) => settle(() => reject(reason)),
    )
  })
}
