import type { Log } from '../base/log.js'
import type { CallsOptions } from '../calls/index.js'
import type { Config } from '../config/index.js'
import type { ListeningSipEdge, Registrar } from '../sip/index.js'
import { phoneBook } from './phones.js'

/** How calls leave the node: through trunks, to phones, to SIP addresses. */
export function waysOut(
  { trunks, sip }: Config,
  edge: ListeningSipEdge,
  registrar: Registrar,
): NonNullable<CallsOptions['out']> {
  return {
    directory: { trunks, phones: phoneBook(registrar), allowDirect: sip.allowDirect },
    callOut: (request, listener) => edge.call(request, listener),
    resolve: edge.resolve,
  }
}

/** Seconds that a registration with a trunk is asked for. */
const EXPIRES_SECONDS = 600

/** Registers with the trunks that want it, until the edge is closed; what becomes of it is logged. */
export function registerWithTrunks({ trunks }: Config, edge: ListeningSipEdge, log: Log): void {
  for (const { name, register, registrar, domain, addresses, transport, credentials } of trunks) {
    if (!register || !credentials) continue
    const scheme = `sip:${domain.includes(':') ? `[${domain}]` : domain}`
    edge.register(
      {
        registrar: scheme,
        addressOfRecord: scheme.replace(':', `:${encodeURIComponent(credentials.username)}@`),
        hops: (registrar ? [registrar] : addresses).map((host) => `sip:${host};transport=${transport}`),
        credentials,
        expiresSeconds: EXPIRES_SECONDS,
      },
      (state) => {
        if (state.state === 'failed') log.warn({ trunk: name, ...state }, 'registration with a trunk failed')
        else log.info({ trunk: name, ...state }, 'registration with a trunk')
      },
    )
  }
}
