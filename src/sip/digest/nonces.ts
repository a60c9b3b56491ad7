import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.js'

/** What a nonce that came back is worth. */
export type NonceVerdict = 'good' | 'stale' | 'foreign'

/** How nonces behave. */
export interface NonceOptions {
  readonly clock: Clock
  /** ms that a nonce may be used. */
  readonly lifetimeMs: number
  /** Nonces whose counters are kept; beyond, the oldest are forgotten and count as stale. */
  readonly capacity: number
  /** Key under which nonces are signed; random when absent, so that they die with the process. */
  readonly secret?: Buffer
}

/**
 * Nonces that need no memory until used: time and randomness, signed. Once used, their counters are kept so that
 * nothing counts twice (RFC 7616 §3.4, nc).
 */
export class Nonces {
  private readonly secret: Buffer
  /** Highest count seen of each nonce in use, oldest nonce first. */
  private readonly counts = new Map<string, number>()
  /** Nonces issued up to then may have been forgotten: without a counter they are stale. */
  private forgottenUpTo = Number.NEGATIVE_INFINITY

  constructor(private readonly options: NonceOptions) {
    this.secret = options.secret ?? randomBytes(32)
  }

  issue(): string {
    const body = `${Math.floor(this.options.clock.now()).toString(36)}.${randomBytes(9).toString('base64url')}`
    return `${body}.${this.sign(body)}`
  }

  /**
   * Whether `nonce` may be used with this count, which is then spent.
   * @param count value of nc; Infinity where there is none, so that the nonce is good once
   */
  spend(nonce: string, count: number): NonceVerdict {
    const issued = this.issuedAt(nonce)
    if (issued === undefined) return 'foreign'
    const { clock, lifetimeMs, capacity } = this.options
    if (clock.now() - issued > lifetimeMs) return 'stale'
    const seen = this.counts.get(nonce)
    if (seen === undefined ? issued <= this.forgottenUpTo : count <= seen) return 'stale'
    if (seen === undefined && this.counts.size >= capacity) this.forgetOldest()
    this.counts.set(nonce, count)
    return 'good'
  }

  private forgetOldest(): void {
    const [oldest] = this.counts.keys()
    if (oldest === undefined) return
    this.counts.delete(oldest)
    this.forgottenUpTo = Math.max(this.forgottenUpTo, this.issuedAt(oldest) ?? 0)
  }

  private issuedAt(nonce: string): number | undefined {
    const end = nonce.lastIndexOf('.')
    const body = nonce.slice(0, Math.max(0, end))
    const signature = Buffer.from(nonce.slice(end + 1))
    const expected = Buffer.from(this.sign(body))
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined
    return Number.parseInt(body, 36)
  }

  private sign(body: string): string {
    return createHmac('sha256', this.secret).update(body).digest('base64url')
  }
}
