import type { Clock } from '../../base/clock.js'
import { Deferred } from '../../base/deferred.js'
import type { CallControl } from '../../calls/index.js'

/** Waiting times that the average is made of. */
const AVERAGED = 20

/** Somebody else takes a waiting call over. */
export class Handover {
  private readonly answer = new Deferred<boolean>()
  private readonly release = new Deferred<void>()
  /** Whether the waiting call is ready to be joined; false when it is gone. */
  readonly ready = this.answer.promise
  /** Resolves when the two have parted, or never met. */
  readonly over = this.release.promise

  constructor(
    readonly by: CallControl,
    /** Document for the waiting call before it is joined. */
    readonly whisper: { readonly url: string; readonly method: 'GET' | 'POST' } | undefined,
  ) {}

  accept(): void {
    this.answer.resolve(true)
  }

  /** The waiting call is gone. */
  decline(): void {
    this.answer.resolve(false)
  }

  /** Whoever took it over does not need it any more. */
  end(): void {
    this.release.resolve()
  }
}

/** A call that waits. */
export class QueueMember {
  private readonly handover = new Deferred<Handover>()
  /** Resolves when somebody takes it over. */
  readonly taken = this.handover.promise
  dequeuedAt: number | undefined

  constructor(
    readonly call: CallControl,
    readonly enqueuedAt: number,
    /** Higher ones come first. */
    readonly priority: number,
  ) {}

  /** Whether it was given to somebody. */
  given = false

  give(handover: Handover): void {
    this.given = true
    this.handover.resolve(handover)
  }
}

/** What can be changed about a queue. */
export interface QueueSettings {
  readonly name: string
  readonly maxSize: number
}

/** Times are ms since the Unix epoch, now unless told. */
export interface QueueOptions extends QueueSettings {
  readonly sid: string
  readonly clock: Clock
  readonly createdAt?: number
  readonly updatedAt?: number
}

/** Calls that wait: the highest priority first, and of one priority whoever came first. */
export class CallQueue {
  readonly sid: string
  readonly createdAt: number
  private readonly clock: Clock
  private settings: QueueSettings
  private changedAt: number
  private waiting: QueueMember[] = []
  private takers: ((member: QueueMember) => void)[] = []
  private times: number[] = []

  constructor({ sid, clock, createdAt = clock.now(), updatedAt = createdAt, name, maxSize }: QueueOptions) {
    this.sid = sid
    this.clock = clock
    this.createdAt = createdAt
    this.changedAt = updatedAt
    this.settings = { name, maxSize }
  }

  get name(): string {
    return this.settings.name
  }

  /** Calls that it takes. */
  get maxSize(): number {
    return this.settings.maxSize
  }

  get updatedAt(): number {
    return this.changedAt
  }

  change(settings: QueueSettings): void {
    this.settings = settings
    this.changedAt = this.clock.now()
  }

  get members(): readonly QueueMember[] {
    return this.waiting
  }

  /** ms that those who were taken over lately had waited. */
  get averageMs(): number {
    if (this.times.length === 0) return 0
    return this.times.reduce((sum, time) => sum + time, 0) / this.times.length
  }

  /** From 1; 0 when it does not wait. */
  positionOf(member: QueueMember): number {
    return this.waiting.indexOf(member) + 1
  }

  /** ms that a member has waited, or had. */
  waitedMs({ enqueuedAt, dequeuedAt }: QueueMember): number {
    return (dequeuedAt ?? this.clock.now()) - enqueuedAt
  }

  /** Undefined when it is full. */
  add(call: CallControl, priority = 0): QueueMember | undefined {
    if (this.waiting.length >= this.maxSize) return undefined
    const member = new QueueMember(call, this.clock.now(), priority)
    this.insert(member, (other) => other.priority < priority)
    const taker = this.takers.shift()
    if (taker) taker(this.next()!)
    return member
  }

  /** It waits no more. */
  remove(member: QueueMember): void {
    member.dequeuedAt ??= this.clock.now()
    this.waiting = this.waiting.filter((other) => other !== member)
  }

  /** The call whose turn it is, as soon as there is one. `cancel` has it wait on if it was not given away. */
  take(): { readonly member: Promise<QueueMember>; cancel(): void } {
    const coming = new Deferred<QueueMember>()
    let came: QueueMember | undefined
    const taker = (member: QueueMember) => {
      came = member
      coming.resolve(member)
    }
    const first = this.next()
    if (first) taker(first)
    else this.takers.push(taker)
    const cancel = () => {
      this.takers = this.takers.filter((other) => other !== taker)
      if (came && !came.given) this.putBack(came)
    }
    return { member: coming.promise, cancel }
  }

  private putBack(member: QueueMember): void {
    const taker = this.takers.shift()
    if (taker) return taker(member)
    member.dequeuedAt = undefined
    this.insert(member, (other) => other.priority <= member.priority)
  }

  private insert(member: QueueMember, before: (other: QueueMember) => boolean): void {
    const at = this.waiting.findIndex(before)
    this.waiting.splice(at < 0 ? this.waiting.length : at, 0, member)
  }

  private next(): QueueMember | undefined {
    const [member] = this.waiting
    if (!member) return undefined
    this.remove(member)
    this.times = [this.waitedMs(member), ...this.times].slice(0, AVERAGED)
    return member
  }
}
