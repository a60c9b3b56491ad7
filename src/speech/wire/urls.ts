/** Values of a query; undefined ones are left out, a list is repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** `path` below a base URL, with a query, as a WebSocket's URL. */
export function socketUrl(base: string, path: string, query: Query = {}): string {
  return build(base, path, query).replace(/^http/, 'ws')
}

/** `path` below a base URL, with a query, as an HTTP URL. */
export function httpUrl(base: string, path: string, query: Query = {}): string {
  return build(base, path, query).replace(/^ws/, 'http')
}

function build(base: string, path: string, query: Query): string {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === 'object') for (const one of value) url.searchParams.append(name, one)
    else url.searchParams.set(name, String(value))
  }
  return url.toString()
}

/** A URL as messages show it: without its query, where keys may stand. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/, '')
}
