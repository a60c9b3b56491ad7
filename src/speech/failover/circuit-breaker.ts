import type { Clock } from '../../base/clock.js'
import { VendorError } from '../vendor-error.js'

/** Failures in a row after which an engine is left alone. */
const MOST_FAILURES = 3
/** How long it is left alone at first, in ms; each further failure doubles that. */
const FIRST_REST_MS = 15_000
const LONGEST_REST_MS = 300_000

/**
 * Keeps a sick engine away: after failures in a row, or one that will be the same next time, nobody is sent to it for a
 * while. Then one request goes there as a probe, while the others still pass by.
 */
export class CircuitBreaker {
  private failures = 0
  private restMs = FIRST_REST_MS
  private restsUntil = 0
  private probing = false

  constructor(private readonly clock: Clock) {}

  /** Whether requests had better go elsewhere. */
  get rests(): boolean {
    return this.restsUntil !== 0 && (this.probing || this.clock.now() < this.restsUntil)
  }

  /** A request goes there; `succeeded`, `failed` or `abandoned` must tell how it ended. */
  enter(): void {
    this.probing = this.restsUntil !== 0
  }

  succeeded(): void {
    this.failures = 0
    this.restMs = FIRST_REST_MS
    this.restsUntil = 0
    this.probing = false
  }

  /** The request ended before it could tell. */
  abandoned(): void {
    this.probing = false
  }

  failed(error: unknown): void {
    // What was asked for was wrong: that says nothing of the next request.
    if (error instanceof VendorError && error.fault === 'request') return this.abandoned()
    this.failures++
    const hopeless =
      error instanceof VendorError && (error.fault === 'credentials' || error.fault === 'quota')
    if (!this.probing && !hopeless && this.failures < MOST_FAILURES) return
    const wanted = error instanceof VendorError ? (error.retryAfterMs ?? 0) : 0
    const rest = Math.min(LONGEST_REST_MS, Math.max(this.restMs, wanted))
    this.restsUntil = this.clock.now() + rest
    this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2)
    this.probing = false
  }
}

/** The breakers of engines. */
export class CircuitBreakers {
  private readonly byEngine = new WeakMap<object, CircuitBreaker>()

  constructor(private readonly clock: Clock) {}

  of(engine: object): CircuitBreaker {
    const known = this.byEngine.get(engine)
    if (known) return known
    const breaker = new CircuitBreaker(this.clock)
    this.byEngine.set(engine, breaker)
    return breaker
  }
}

/** The same candidates, those whose engine rests at the end: better a sick engine than none. */
export function byHealth<Candidate extends { readonly engine: object }>(
  candidates: readonly Candidate[],
  breakers: CircuitBreakers,
): Candidate[] {
  const resting = candidates.filter(({ engine }) => breakers.of(engine).rests)
  return [...candidates.filter((candidate) => !resting.includes(candidate)), ...resting]
}
