import { workerData } from 'node:worker_threads'
import { raisePriority } from '../base/priority.js'
import { CHANGES, monotonicMs, nextStroke, STROKES, strokeMemory } from './metronome-strokes.js'

/** What the thread is started with. */
export interface MetronomeWork {
  readonly buffer: SharedArrayBuffer
  /** Whether it goes before ordinary threads, as the one that it wakes. */
  readonly urgent: boolean
}

/** Waking the other thread takes about this long, in ms: a stroke is given so much before its time. */
const AHEAD_MS = 0.1

const { buffer, urgent } = workerData as MetronomeWork
if (urgent) raisePriority()
const memory = strokeMemory(buffer)
const { counters } = memory

for (let after = monotonicMs(); ; ) {
  const changes = Atomics.load(counters, CHANGES)
  const due = nextStroke(memory, after)
  const wait = due - AHEAD_MS - monotonicMs()
  if (wait > 0 && Atomics.wait(counters, CHANGES, changes, wait) !== 'timed-out') {
    after = monotonicMs()
    continue
  }
  Atomics.add(counters, STROKES, 1)
  Atomics.notify(counters, STROKES)
  // Not before the stroke just given, which came ahead of its time; after a stall, not for what was missed.
  after = Math.max(due, monotonicMs())
}
