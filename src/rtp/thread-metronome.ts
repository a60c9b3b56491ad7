import type { Worker } from 'node:worker_threads'
import type { Clock } from '../base/clock.js'
import { startWorker } from '../base/worker.js'
import { type Metronome, TimerMetronome } from './metronome.js'
import { CHANGES, monotonicMs, SLOTS, STROKES, strokeMemory } from './metronome-strokes.js'
import type { MetronomeWork } from './metronome-worker.js'

export interface ThreadMetronomeOptions {
  /** The machine's clock, of which times are given. */
  readonly clock: Clock
  /** Whether its thread goes before ordinary ones. */
  readonly urgent: boolean
  /** Told when the thread is lost and timers take its place. */
  readonly onLost: (error: Error) => void
}

interface Follower {
  readonly first: number
  readonly intervalMs: number
  readonly stroke: () => void
  /** Ends its timer, where timers have taken the thread's place. */
  endTimer?: () => void
}

/**
 * Strokes from a thread that does nothing else but sleep until they are due and wake this one. The event loop's own timers
 * have whole milliseconds, of which a call's 20 ms would be up to one too long and the next one too short; a thread's sleep is
 * exact to a tenth.
 */
export class ThreadMetronome implements Metronome {
  private readonly memory = strokeMemory()
  private readonly followers: (Follower | undefined)[] = []
  private readonly timers: TimerMetronome
  private worker: Worker | undefined

  constructor(private readonly options: ThreadMetronomeOptions) {
    this.timers = new TimerMetronome(options.clock)
    const workerData: MetronomeWork = { buffer: this.memory.buffer, urgent: options.urgent }
    this.worker = startWorker('./metronome-worker', import.meta.url, { workerData, name: 'metronome' })
    this.worker.unref()
    this.worker.on('error', (error) => this.lost(error))
    this.worker.on('exit', () => this.lost(new Error('the thread that paces it has ended')))
    this.listen(Atomics.load(this.memory.counters, STROKES))
  }

  start(first: number, intervalMs: number, stroke: () => void): () => void {
    const slot = this.freeSlot()
    const follower: Follower = { first, intervalMs, stroke }
    this.followers[slot] = follower
    if (this.worker && slot < SLOTS) {
      this.memory.firsts[slot] = first - this.options.clock.now() + monotonicMs()
      this.memory.intervals[slot] = intervalMs
      this.changed()
    } else this.timeFollower(follower)
    return () => {
      if (this.followers[slot] !== follower) return
      this.followers[slot] = undefined
      follower.endTimer?.()
      if (slot < SLOTS) this.memory.intervals[slot] = 0
      this.changed()
    }
  }

  async close(): Promise<void> {
    const { worker } = this
    this.worker = undefined
    await worker?.terminate()
  }

  private freeSlot(): number {
    const free = this.followers.indexOf(undefined)
    return free < 0 ? this.followers.length : free
  }

  private changed(): void {
    Atomics.add(this.memory.counters, CHANGES, 1)
    Atomics.notify(this.memory.counters, CHANGES)
  }

  private listen(seen: number): void {
    const { counters } = this.memory
    const change = Atomics.waitAsync(counters, STROKES, seen)
    const heard = () => {
      if (!this.worker) return
      const strokes = Atomics.load(counters, STROKES)
      for (let slot = 0; slot < this.followers.length; slot++) {
        const follower = this.followers[slot]
        if (follower && !follower.endTimer) follower.stroke()
      }
      this.listen(strokes)
    }
    if (change.async) change.value.then(heard)
    else setImmediate(heard)
  }

  private lost(error: Error): void {
    if (!this.worker) return
    this.worker = undefined
    for (const follower of this.followers) if (follower && !follower.endTimer) this.timeFollower(follower)
    this.options.onLost(error)
  }

  private timeFollower(follower: Follower): void {
    follower.endTimer = this.timers.start(follower.first, follower.intervalMs, follower.stroke)
  }
}
