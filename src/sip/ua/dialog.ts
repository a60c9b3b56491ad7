import { createRequest, type HeaderFields } from '../build.js'
import { parseCSeq } from '../cseq.js'
import type { SipMessage, SipRequest, SipResponse } from '../message.js'
import { parseNameAddr, tagOf } from '../name-addr.js'
import { SipParseError } from '../parse-error.js'
import { parseUri } from '../uri.js'

/** What makes a dialog (RFC 3261 §12), from either side. */
export interface DialogState {
  /** Which end this one is: the one that sent the first INVITE, and chose the Call-ID, or the other. */
  readonly side: 'caller' | 'callee'
  readonly callId: string
  /** From of the requests this end sends, tag included. */
  readonly local: string
  /** To of the requests this end sends, with the peer's tag. */
  readonly remote: string
  /** Route set in the order in which this end writes it. */
  readonly routes: readonly string[]
  /** URI of the peer's Contact. */
  readonly remoteTarget: string
  /** Number of the last request this end sent. */
  readonly localCseq: number
  /** Number of the last request the peer sent; undefined before the first. */
  readonly remoteCseq: number | undefined
  /** Whether the dialog was asked for by a sips: URI: ours in it have to be such too (RFC 3261 §12.1.1). */
  readonly secure: boolean
}

/** The dialog that a response to `request` with To tag `localTag` makes (RFC 3261 §12.1.1). */
export function serverDialog(request: SipRequest, localTag: string): DialogState {
  const { headers } = request
  return {
    side: 'callee',
    callId: headers.get('Call-ID') ?? '',
    local: `${headers.get('To') ?? ''};tag=${localTag}`,
    remote: headers.get('From') ?? '',
    routes: headers.getAll('Record-Route'),
    remoteTarget: contactUri(request) ?? uriOf(headers.get('From')),
    localCseq: 0,
    remoteCseq: cseqOf(request),
    secure: [request.uri, uriOf(headers.get('Record-Route')), contactUri(request)].some(isSecure),
  }
}

/** The dialog that a response to our own `request` makes (RFC 3261 §12.1.2). */
export function clientDialog(request: SipRequest, response: SipResponse): DialogState {
  return {
    side: 'caller',
    callId: request.headers.get('Call-ID') ?? '',
    local: request.headers.get('From') ?? '',
    remote: response.headers.get('To') ?? '',
    routes: routesOf(response),
    remoteTarget: contactUri(response) ?? request.uri,
    localCseq: cseqOf(request),
    remoteCseq: undefined,
    secure: isSecure(request.uri),
  }
}

/** Route set of the end that sent the request (RFC 3261 §12.1.2). */
function routesOf(response: SipResponse): readonly string[] {
  return [...response.headers.getAll('Record-Route')].reverse()
}

/** What names a dialog on this end. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\n${localTag}\n${remoteTag}`
}

/** The key of the dialog that a request from the peer belongs to; undefined when its To has no tag. */
export function keyOfRequest({ headers }: SipRequest): string | undefined {
  const localTag = tagOf(headers.get('To'))
  if (!localTag) return undefined
  return dialogKey(headers.get('Call-ID') ?? '', localTag, tagOf(headers.get('From')) ?? '')
}

/** A dialog, from either side: numbers requests both ways, knows where the peer is. */
export class Dialog {
  /** URI of the peer's latest Contact. */
  remoteTarget: string
  private routes: readonly string[]
  private localCseq: number
  private remoteCseq: number | undefined

  constructor(private readonly state: DialogState) {
    this.remoteTarget = state.remoteTarget
    this.routes = state.routes
    this.localCseq = state.localCseq
    this.remoteCseq = state.remoteCseq
  }

  get key(): string {
    return dialogKey(this.callId, tagOf(this.state.local) ?? '', tagOf(this.state.remote) ?? '')
  }

  get side(): DialogState['side'] {
    return this.state.side
  }

  get callId(): string {
    return this.state.callId
  }

  /** URI of this end. */
  get localUri(): string {
    return uriOf(this.state.local)
  }

  get localTag(): string {
    return tagOf(this.state.local) ?? ''
  }

  get secure(): boolean {
    return this.state.secure
  }

  /** Where requests go: the first route, or the remote target. */
  get hopUri(): string {
    const [route] = this.routes
    return route === undefined ? this.remoteTarget : uriOf(route)
  }

  /** A new request inside the dialog (RFC 3261 §12.2.1.1); each has the next number. */
  request(method: string, headers: HeaderFields = {}, body: Buffer | string = ''): SipRequest {
    this.localCseq += 1
    return this.build(method, this.localCseq, headers, body)
  }

  /** The ACK of a 2xx: it has the number of its INVITE (§13.2.2.4). */
  ack(inviteCseq: number, headers: HeaderFields = {}, body: Buffer | string = ''): SipRequest {
    return this.build('ACK', inviteCseq, headers, body)
  }

  /** Notes a request of the peer. False when it is older than one before it: answer it with 500 (§12.2.2). */
  accepts(request: SipRequest): boolean {
    const cseq = cseqOf(request)
    if (this.remoteCseq !== undefined && cseq < this.remoteCseq) return false
    this.remoteCseq = cseq
    return true
  }

  /** The 2xx to our INVITE: the route set is the one in it, whatever earlier responses said (§13.2.2.4). */
  confirm(response: SipResponse): void {
    this.routes = routesOf(response)
    this.refreshTarget(response)
  }

  /** Target refresh: INVITE and UPDATE, and the 2xx to them (§12.2.1.2, §12.2.2). */
  refreshTarget(message: SipMessage): void {
    this.remoteTarget = contactUri(message) ?? this.remoteTarget
  }

  private build(method: string, cseq: number, headers: HeaderFields, body: Buffer | string): SipRequest {
    const { uri, routes } = this.destination()
    const { local, remote, callId } = this.state
    return createRequest(method, uri, { from: local, to: remote, callId, cseq, routes, headers, body })
  }

  /** A first route without `lr` is a strict router of RFC 2543: it wants to be the Request-URI. */
  private destination(): { uri: string; routes: readonly string[] } {
    const [first, ...rest] = this.routes
    if (first === undefined || isLoose(uriOf(first))) return { uri: this.remoteTarget, routes: this.routes }
    return { uri: uriOf(first), routes: [...rest, `<${this.remoteTarget}>`] }
  }
}

function isSecure(uri: string | undefined): boolean {
  return /^sips:/i.test(uri ?? '')
}

function isLoose(uri: string): boolean {
  try {
    return parseUri(uri).params.has('lr')
  } catch (error) {
    if (error instanceof SipParseError) return true
    throw error
  }
}

/** URI of the first Contact; undefined when there is none, or it is `*`. */
function contactUri({ headers }: SipMessage): string | undefined {
  const contact = headers.get('Contact')
  return contact === undefined || contact === '*' ? undefined : uriOf(contact)
}

function uriOf(value: string | undefined): string {
  return value === undefined ? '' : parseNameAddr(value).uri
}

/** CSeq number of a message that the parser let through. */
export function cseqOf({ headers }: SipMessage): number {
  return parseCSeq(headers.get('CSeq') ?? '').number
}
