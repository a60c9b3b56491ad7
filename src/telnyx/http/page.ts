import { z } from 'zod'
import { ApiError } from '../errors/index.js'

/** A page of a list, as every list of this API answers. */
export interface Page<Item> {
  readonly data: readonly Item[]
  readonly meta: {
    readonly page_number: number
    readonly page_size: number
    readonly total_pages: number
    readonly total_results: number
  }
}

export interface PageWish {
  /** From 1. */
  readonly number: number
  readonly size: number
}

const number = z.coerce.number().int().min(1).default(1)
const size = z.coerce.number().int().min(1).max(250).default(20)

/** A query whose parameters in brackets (`page[number]`, `filter[status][eq]`) are looked up by their whole names. */
export type Query = Readonly<Record<string, string | string[] | undefined>>

/** @throws ApiError 10033 for a page that cannot be */
export function pageOf(query: Query): PageWish {
  return {
    number: read(number, query, 'page[number]', '1 or more'),
    size: read(size, query, 'page[size]', '1 to 250'),
  }
}

/** The text of a parameter of the query; undefined where it is absent or empty. */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name]
  const text = Array.isArray(value) ? value.at(-1) : value
  return text === '' ? undefined : text
}

/** Cuts a page out of everything. */
export function paged<Item>(all: readonly Item[], wish: PageWish): Page<Item> {
  const start = (wish.number - 1) * wish.size
  return pageWith(all.slice(start, start + wish.size), all.length, wish)
}

/** A page that was cut already. */
export function pageWith<Item>(
  items: readonly Item[],
  total: number,
  { number, size }: PageWish,
): Page<Item> {
  return {
    data: items,
    meta: {
      page_number: number,
      page_size: size,
      total_pages: Math.ceil(total / size),
      total_results: total,
    },
  }
}

function read(schema: z.ZodType<number>, query: Query, name: string, range: string): number {
  const parsed = schema.safeParse(textOf(query, name))
  if (parsed.success) return parsed.data
  throw new ApiError({
    code: '10033',
    detail: `The value is outside of allowed range ${range}`,
    parameter: name,
  })
}
