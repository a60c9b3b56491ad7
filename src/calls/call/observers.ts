import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { IncomingRefer } from '../../sip/index.js'
import type { CallObserver } from '../call-control.js'

/** What observers are told of; `referred` is asked. */
type Told = Exclude<keyof CallObserver, 'referred'>
type Arguments<Name extends Told> = Parameters<NonNullable<CallObserver[Name]>>

interface Subscription {
  readonly observer: CallObserver
}

/**
 * Those who hear of a call, in the order of their subscription. What an observer causes is told once all have heard of
 * what came before it, so that everybody hears everything in the same order.
 */
export class Observers {
  private subscriptions: readonly Subscription[] = []
  private readonly waiting: (() => void)[] = []
  private telling = false

  constructor(private readonly log: Log) {}

  add(observer: CallObserver): () => void {
    const subscription = { observer }
    this.subscriptions = [...this.subscriptions, subscription]
    return () => {
      this.subscriptions = this.subscriptions.filter((other) => other !== subscription)
    }
  }

  /** `ended` is the last that anybody hears. */
  tell<Name extends Told>(name: Name, ...args: Arguments<Name>): void {
    this.waiting.push(() => {
      for (const { observer } of this.current()) {
        this.guarded(name, () =>
          (observer[name] as ((...args: unknown[]) => unknown) | undefined)?.call(observer, ...args),
        )
      }
      if (name === 'ended') this.subscriptions = []
    })
    if (this.telling) return
    this.telling = true
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) next()
    this.telling = false
  }

  /** Whether somebody takes the party's wish to be referred. */
  offer(refer: IncomingRefer): boolean {
    for (const { observer } of this.current()) {
      if (this.guarded('referred', () => observer.referred?.(refer)) === true) return true
    }
    return false
  }

  /** Those of now, but for who leaves meanwhile. */
  private *current(): Iterable<Subscription> {
    for (const subscription of this.subscriptions) {
      if (this.subscriptions.includes(subscription)) yield subscription
    }
  }

  private guarded(name: string, call: () => unknown): unknown {
    const failed = (thrown: unknown) =>
      this.log.error(
        { err: thrown, code: 'internal_error' },
        `hearing of ${name} failed: ${messageOf(thrown)}`,
      )
    try {
      const result = call()
      if (result instanceof Promise) result.catch(failed)
      return result
    } catch (thrown) {
      failed(thrown)
      return undefined
    }
  }
}
