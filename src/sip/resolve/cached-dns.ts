import type { Clock } from '../../base/clock.js'
import type { Dns, NaptrRecord, SrvRecord } from './dns.js'

interface Entry {
  readonly answer: Promise<readonly unknown[]>
  /** ms since the Unix epoch; Infinity while the answer is awaited. */
  goodUntil: number
}

/** ms that answers are kept: not their own time to live, which Node does not tell of SRV and NAPTR. */
const keepMs = 30_000
const maxEntries = 1_000

/**
 * Remembers answers for half a minute, so that a burst of calls to one host asks once. Who asks while a question is open
 * shares its answer; failures are not kept.
 */
export class CachedDns implements Dns {
  private readonly entries = new Map<string, Entry>()

  constructor(
    private readonly dns: Dns,
    private readonly clock: Clock,
  ) {}

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.cached(`naptr ${name}`, () => this.dns.naptr(name))
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.cached(`srv ${name}`, () => this.dns.srv(name))
  }

  addresses(name: string, family: 4 | 6): Promise<readonly string[]> {
    return this.cached(`ipv${family} ${name}`, () => this.dns.addresses(name, family))
  }

  private cached<T>(question: string, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const key = question.toLowerCase()
    const known = this.entries.get(key)
    if (known && known.goodUntil > this.clock.now()) return known.answer as Promise<readonly T[]>
    this.entries.delete(key)
    const answer = ask()
    const entry: Entry = { answer, goodUntil: Number.POSITIVE_INFINITY }
    this.entries.set(key, entry)
    if (this.entries.size > maxEntries) this.entries.delete(this.entries.keys().next().value!)
    answer.then(
      () => {
        entry.goodUntil = this.clock.now() + keepMs
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key)
      },
    )
    return answer
  }
}
