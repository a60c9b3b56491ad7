import type { HeaderFields } from '../build.js'
import type { Binding } from './binding.js'

/** What a REGISTER is answered with. */
export interface RegisterAnswer {
  readonly status: number
  readonly reason?: string
  readonly headers?: HeaderFields
}

/**
 * The 200 that lists all bindings of a phone with the seconds they have left (RFC 3261 §10.3, step 8).
 * @param path of the request, repeated to say that calls will follow it (RFC 3327 §5.3)
 */
export function bindingsAnswer(
  bindings: readonly Binding[],
  path: readonly string[],
  now: number,
): RegisterAnswer {
  const contacts = bindings.map(({ contact, expiresAt, q }) => {
    const seconds = Math.ceil((expiresAt - now) / 1000)
    return `<${contact}>;expires=${seconds}${q === 1 ? '' : `;q=${q}`}`
  })
  return {
    status: 200,
    headers: {
      ...(contacts.length > 0 && { Contact: contacts }),
      ...(path.length > 0 && { Path: path }),
      Date: new Date(now).toUTCString(),
    },
  }
}
