import type { RelaySettings } from '../protocol/index.js'
import type { CallControl } from './call-control.js'
import type { Dialable, Routing } from './call-service.js'

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

/** The routes of the configuration: each call gets one session, and is over after it. */
export function staticRouting(routes: readonly Route[]): Routing {
  return ({ dialled }) => {
    const route = routeOf(dialled, routes)
    return (
      route && { route: route.to, record: route.record, drive: (call) => driveBySession(call, route.relay) }
    )
  }
}

/** The numbers of routes; patterns are none. */
export function dialableRoutes(routes: readonly Route[]): readonly Dialable[] {
  return routes.filter(({ to }) => !to.endsWith('*')).map(({ to, relay }) => ({ to, name: relay.url }))
}

/**
 * Twilio's dialect connects the app while the call rings and answers when it is connected; Telnyx's starts the session
 * on an answered call. So does any dialect with a late offer, whose codec is known only after the answer.
 */
function driveBySession(call: CallControl, relay: RelaySettings): void {
  const early = relay.dialect === 'twilio' && call.hasMedia
  call.observe({
    answered: () => {
      if (!early) call.startSession(relay)
    },
    sessionReady: () => call.answer(),
    sessionEnded: ({ cause, detail }) => {
      if (call.state === 'answered') call.hangup(cause)
      // A caller hears busy, as on Twilio, and a trunk does not try another node for what is the app's fault.
      else call.reject(486, detail)
    },
  })
  call.ring()
  if (early) call.startSession(relay)
  else call.answer()
}
