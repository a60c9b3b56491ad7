import { canonicalName, isListHeader } from './header-names.js'
import type { SipHeaders } from './message.js'
import { splitOutside } from './tokens.js'

interface Line {
  readonly key: string
  readonly name: string
  readonly value: string
}

/**
 * The headers of one message: an ordered list of lines, one value each. Compact names are expanded; comma lists
 * are split where the header is a list. Line breaks in values become spaces, so a value never starts a new header.
 */
export class HeaderList implements SipHeaders {
  private lines: Line[] = []

  /** @param entries initial lines; lists in them are split too */
  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of entries) this.append(name, value)
  }

  get(name: string): string | undefined {
    const key = keyOf(name)
    return this.lines.find((line) => line.key === key)?.value
  }

  /** All values; of a list header that stands empty (`Supported:`), none. */
  getAll(name: string): readonly string[] {
    const key = keyOf(name)
    const list = isListHeader(name)
    const values: string[] = []
    for (const line of this.lines) {
      if (line.key === key && !(list && line.value === '')) values.push(line.value)
    }
    return values
  }

  /** Replaces all values, in the place of the first; no values: removes the header. */
  set(name: string, ...values: string[]): void {
    const key = keyOf(name)
    const place = this.lines.findIndex((line) => line.key === key)
    this.remove(name)
    this.lines.splice(place < 0 ? this.lines.length : place, 0, ...linesOf(name, values))
  }

  append(name: string, value: string): void {
    this.lines.push(...linesOf(name, [value]))
  }

  prepend(name: string, value: string): void {
    this.lines.unshift(...linesOf(name, [value]))
  }

  remove(name: string): void {
    const key = keyOf(name)
    this.lines = this.lines.filter((line) => line.key !== key)
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    for (const line of this.lines) yield [line.name, line.value]
  }
}

function keyOf(name: string): string {
  return canonicalName(name).toLowerCase()
}

function linesOf(name: string, values: readonly string[]): Line[] {
  const canonical = canonicalName(name)
  const key = canonical.toLowerCase()
  return values.flatMap((value) => {
    const clean = value.replace(/[\r\n]+[ \t]*/g, ' ').trim()
    if (!isListHeader(canonical)) return { key, name: canonical, value: clean }
    const parts = splitOutside(clean, ',').filter((part) => part !== '')
    return (parts.length ? parts : ['']).map((part) => ({ key, name: canonical, value: part }))
  })
}
