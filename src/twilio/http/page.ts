import { Form } from './form.js'

/** Which part of a list is asked for. */
export interface PageWish {
  /** From 0. */
  readonly page: number
  readonly size: number
  /** Given back as the list gave it; what it says is the list's business. */
  readonly token: string | undefined
}

/** A part of a list. */
export interface Slice<Item> {
  readonly items: readonly Item[]
  readonly more: boolean
  /** For the links to other pages. */
  readonly token?: string | undefined
}

/** @throws ApiError 20001 */
export function pageWish(query: URLSearchParams): PageWish {
  const form = new Form(query)
  return {
    page: form.int('Page', 0, 1_000_000) ?? 0,
    size: form.int('PageSize', 1, 1_000_000) ? Math.min(form.int('PageSize', 1, 1_000_000)!, 1000) : 50,
    token: form.text('PageToken'),
  }
}

/** Cuts a page out of everything. */
export function sliceOf<Item>(all: readonly Item[], { page, size }: PageWish): Slice<Item> {
  const start = page * size
  return { items: all.slice(start, start + size), more: all.length > start + size }
}

/** A page as the API of 2010 has it. @param path of the list, without query @param key of its items */
export function legacyPage<Item>(
  path: string,
  query: URLSearchParams,
  key: string,
  slice: Slice<Item>,
): Record<string, unknown> {
  const wish = pageWish(query)
  const { items } = slice
  const start = wish.page * wish.size
  const link = (page: number): string => `${path}?${linkQuery(query, page, wish.size, slice.token)}`
  return {
    first_page_uri: link(0),
    next_page_uri: slice.more ? link(wish.page + 1) : null,
    previous_page_uri: wish.page > 0 ? link(wish.page - 1) : null,
    page: wish.page,
    page_size: wish.size,
    start,
    end: Math.max(start, start + items.length - 1),
    uri: link(wish.page),
    [key]: items,
  }
}

/** A page as newer APIs have it. @param url of the list, without query */
export function metaPage<Item>(
  url: string,
  query: URLSearchParams,
  key: string,
  slice: Slice<Item>,
): Record<string, unknown> {
  const wish = pageWish(query)
  const link = (page: number): string => `${url}?${linkQuery(query, page, wish.size, slice.token)}`
  return {
    meta: {
      page: wish.page,
      page_size: wish.size,
      first_page_url: link(0),
      previous_page_url: wish.page > 0 ? link(wish.page - 1) : null,
      next_page_url: slice.more ? link(wish.page + 1) : null,
      key,
      url: link(wish.page),
    },
    [key]: slice.items,
  }
}

function linkQuery(query: URLSearchParams, page: number, size: number, token: string | undefined): string {
  const links = new URLSearchParams(query)
  links.set('PageSize', String(size))
  links.set('Page', String(page))
  if (token === undefined || page === 0) links.delete('PageToken')
  else links.set('PageToken', token)
  return links.toString()
}
