import type { RelaySettings } from '../protocol/index.js'

/** A number, or all numbers, and the relay that answers it. */
export interface Route {
  /** User part of the dialled URI; `*` matches any, `+1555*` what begins so. */
  readonly to: string
  readonly relay: RelaySettings
  /** Whether calls are recorded. */
  readonly record: boolean
}

/** The route of a dialled number: an exact one first, then the longest prefix, then `*`. */
export function routeOf(dialled: string, routes: readonly Route[]): Route | undefined {
  const exact = routes.find(({ to }) => to === dialled)
  if (exact) return exact
  let best: Route | undefined
  for (const route of routes) {
    if (!route.to.endsWith('*') || !dialled.startsWith(route.to.slice(0, -1))) continue
    if (!best || route.to.length > best.to.length) best = route
  }
  return best
}
