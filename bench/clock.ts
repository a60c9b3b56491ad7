/**
 * Milliseconds of the machine's monotonic clock, with fractions: the same in all threads and processes, so that times taken
 * in two of them can be subtracted. (`performance.now` begins anew in each.)
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
