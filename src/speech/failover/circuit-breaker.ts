import type { Clock } from '../../base/clock.js'
import { VendorError } from '../vendor-error.js'

/** Failures in a row after which an engine is left alone. */
const MOST_FAILURES = 3
/** How long it is left alone at first, in ms; each failed probe doubles that. */
const FIRST_REST_MS = 15_000
const LONGEST_REST_MS = 300_000
/** ms after a failure that need not mean anything before the engine is probed. */
const DOUBT_MS = 2_000
/**
 * After a success, for so many ms, a refusal need not concern all: a voice that the plan does not have, one call too many
 * at a time. Then it takes as many in a row as other failures.
 */
const PROVEN_MS = 60_000

/** Tries an engine; rejects where it fails. */
export type Probe = () => Promise<void>

/**
 * Keeps a sick engine away: after failures in a row, or one that will be the same next time, nobody is sent to it until a
 * probe in the background has found it well. Engines that nobody asks for are not probed.
 */
export class CircuitBreaker {
  private failures = 0
  private restMs = FIRST_REST_MS
  private resting = false
  private probeAt = 0
  private probing = false
  private succeededAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly clock: Clock,
    private readonly probe: Probe,
  ) {}

  /** Whether requests had better go elsewhere. */
  get rests(): boolean {
    return this.resting
  }

  /** Whether nothing is known against it. */
  get isWell(): boolean {
    return this.failures === 0
  }

  /** Somebody would like to use it: where that is due, it is probed now. */
  wanted(): void {
    if (this.isWell || this.probing || this.clock.now() < this.probeAt) return
    this.probing = true
    this.probe()
      .then(
        () => this.succeeded(),
        (thrown) => this.probeFailed(thrown),
      )
      .finally(() => {
        this.probing = false
      })
  }

  succeeded(): void {
    this.succeededAt = this.clock.now()
    this.failures = 0
    this.restMs = FIRST_REST_MS
    this.resting = false
  }

  failed(error: unknown): void {
    // What was asked for was wrong: that says nothing of the next request.
    if (error instanceof VendorError && error.fault === 'request') return
    this.failures++
    if (this.resting) return
    const proven = this.clock.now() - this.succeededAt < PROVEN_MS && !hasWait(error)
    if ((isHopeless(error) && !proven) || this.failures >= MOST_FAILURES) return this.rest(error)
    this.probeAt = this.clock.now() + DOUBT_MS
  }

  private probeFailed(error: unknown): void {
    this.failures++
    if (this.resting || isHopeless(error) || this.failures >= MOST_FAILURES) return this.rest(error)
    this.probeAt = this.clock.now() + DOUBT_MS
  }

  private rest(error: unknown): void {
    const wanted = error instanceof VendorError ? (error.retryAfterMs ?? 0) : 0
    this.resting = true
    this.probeAt = this.clock.now() + Math.min(LONGEST_REST_MS, Math.max(this.restMs, wanted))
    this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2)
  }
}

/** Whether it will be the same at the next try. */
function isHopeless(error: unknown): boolean {
  return error instanceof VendorError && (error.fault === 'credentials' || error.fault === 'quota')
}

/** Whether the vendor said how long it wants to be left alone. */
function hasWait(error: unknown): boolean {
  return error instanceof VendorError && error.retryAfterMs !== undefined
}

/** The breakers of engines of one kind. */
export class CircuitBreakers<Engine extends object> {
  private readonly byEngine = new WeakMap<Engine, CircuitBreaker>()
  private readonly closing = new AbortController()

  /** @param probe ends when its signal aborts */
  constructor(
    private readonly clock: Clock,
    private readonly probe: (engine: Engine, signal: AbortSignal) => Promise<void>,
  ) {}

  of(engine: Engine): CircuitBreaker {
    const known = this.byEngine.get(engine)
    if (known) return known
    const breaker = new CircuitBreaker(this.clock, async () => this.probe(engine, this.closing.signal))
    this.byEngine.set(engine, breaker)
    return breaker
  }

  /** Ends the probes. */
  async close(): Promise<void> {
    this.closing.abort()
  }
}

/**
 * The same candidates, those whose engine rests at the end: better a sick engine than none. Those that are not well are
 * probed in the background.
 */
export function byHealth<Engine extends object, Candidate extends { readonly engine: Engine }>(
  candidates: readonly Candidate[],
  breakers: CircuitBreakers<Engine>,
): Candidate[] {
  for (const { engine } of candidates) breakers.of(engine).wanted()
  const rests = ({ engine }: Candidate) => breakers.of(engine).rests
  return [...candidates.filter((candidate) => !rests(candidate)), ...candidates.filter(rests)]
}
