import type { SipResponse } from '../../message.js'
import { parseNameAddr } from '../../name-addr.js'
import { SipParseError } from '../../parse-error.js'
import { sameUri } from '../../same-uri.js'
import { formatUri, parseUri, type SipUri } from '../../uri.js'

/** Targets that redirections may lead to, all in all. */
const mostTargets = 10

/** 305 names a proxy, 380 something else than the callee (RFC 3261 §21.3): contacts of the others are tried. */
const redirections = [300, 301, 302]

/** Whom an INVITE goes to: first the callee, then where it is redirected, each once (RFC 3261 §8.1.3.4). */
export class Targets {
  private readonly waiting: string[]
  private readonly known: string[]

  /** @param follows whether a redirection to a URI may be followed */
  constructor(
    private readonly callee: string,
    private readonly follows: (uri: string) => boolean,
  ) {
    this.waiting = [requestUri(parseUri(callee))]
    this.known = [...this.waiting]
  }

  /** A valid Request-URI; undefined when none is left. */
  next(): string | undefined {
    return this.waiting.shift()
  }

  /** Whether another one is left. */
  get more(): boolean {
    return this.waiting.length > 0
  }

  /** Takes the contacts of a 3xx, the most wanted first. @returns whether there was any that can be tried */
  redirect(response: SipResponse): boolean {
    if (!redirections.includes(response.status)) return false
    const contacts = response.headers.getAll('Contact').flatMap((value) => contactOf(value) ?? [])
    const before = this.known.length
    for (const { uri } of contacts.sort((one, other) => other.q - one.q)) this.add(uri)
    return this.known.length > before
  }

  private add(uri: string): void {
    const downgraded = /^sips:/i.test(this.callee) && !/^sips:/i.test(uri)
    const known = this.known.some((other) => sameUri(other, uri))
    if (downgraded || known || this.known.length > mostTargets || !this.follows(uri)) return
    this.known.push(uri)
    this.waiting.push(uri)
  }
}

/** A contact of a 3xx; undefined for one that cannot be called. */
function contactOf(value: string): { readonly uri: string; readonly q: number } | undefined {
  try {
    const { uri, params } = parseNameAddr(value)
    const q = Number(params.get('q') ?? 1)
    return { uri: requestUri(parseUri(uri)), q: Number.isFinite(q) ? q : 1 }
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}

/** Headers and method have no place in a Request-URI (RFC 3261 §19.1.1, table 1). */
function requestUri(uri: SipUri): string {
  const params = new Map([...uri.params].filter(([name]) => name !== 'method'))
  return formatUri({ ...uri, params, headers: '' })
}
