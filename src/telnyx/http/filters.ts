import { ApiError } from '../errors/index.js'
import { type Query, textOf } from './page.js'

/** What an entry must be, by the filter of the query that asks for it. */
export type Filters<Entry> = Readonly<Record<string, (entry: Entry, wanted: string) => boolean>>

/** How entries can be sorted: by what. */
export type Orders<Entry> = Readonly<Record<string, (entry: Entry) => string>>

/**
 * The entries that a query asks for.
 *
 * @param elsewhere filters of services that are not here, which nothing could fail to fit
 * @throws ApiError 10031 for a filter that is unknown: all entries would be another answer than was asked for
 */
export function filtered<Entry>(
  entries: readonly Entry[],
  query: Query,
  filters: Filters<Entry>,
  elsewhere: readonly string[] = [],
): readonly Entry[] {
  checkFilters(query, [...Object.keys(filters), ...elsewhere])
  return Object.entries(filters).reduce<readonly Entry[]>((left, [name, fits]) => {
    const wanted = textOf(query, name)
    return wanted === undefined ? left : left.filter((entry) => fits(entry, wanted))
  }, entries)
}

/** @throws ApiError 10031 for a filter that is not among those known */
export function checkFilters(query: Query, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => name.startsWith('filter[') && !known.includes(name))
  if (unknown === undefined) return
  throw new ApiError({
    code: '10031',
    detail: `The request filter ${unknown} is invalid.`,
    parameter: unknown,
  })
}

/**
 * In the order that `sort` asks for: ascending, after a hyphen descending. Without it as they are.
 *
 * @throws ApiError 10032 for an order that is not among these
 */
export function sorted<Entry>(
  entries: readonly Entry[],
  query: Query,
  orders: Orders<Entry>,
): readonly Entry[] {
  const wish = textOf(query, 'sort')
  if (wish === undefined) return entries
  const by = orders[wish.replace(/^-/, '')]
  if (!by) {
    const detail = `The value must be one of: ${Object.keys(orders).join(', ')}.`
    throw new ApiError({ code: '10032', detail, parameter: 'sort' })
  }
  const sign = wish.startsWith('-') ? -1 : 1
  return [...entries].sort((one, other) => sign * by(one).localeCompare(by(other)))
}
