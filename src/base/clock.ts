/** A pending call of `Clock.after`; cancelling twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void
}

/** Time as a parameter, so that everything that waits can be tested in simulated time. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with fractions; never goes backwards. */
  now(): number
  /** Runs `task` once, `ms` milliseconds from now. */
  after(ms: number, task: () => void): Timer
}

/** The machine's monotonic clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, task) {
    const handle = setTimeout(task, ms)
    handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
}
