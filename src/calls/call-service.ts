import type { CallControl, HeaderLines } from './call-control.js'

/** Takes a call over: called once, before anything was answered, with the call's media ready. */
export type CallDriver = (call: CallControl) => void

/** What answers a number. */
export interface CallHandling {
  /** For the records: the route's `to`, an application, a TwiML URL. */
  readonly route: string
  /** Whether the whole call is recorded; unless told, as all calls are. */
  readonly record?: boolean | undefined
  readonly drive: CallDriver
}

/** Decides who answers a call that comes in; undefined passes it to the next. */
export type Routing = (incoming: {
  readonly dialled: string
  readonly from: string
  readonly headers: HeaderLines
}) => CallHandling | undefined

/** Something that is answered here, for who dials by hand. */
export interface Dialable {
  readonly to: string
  /** What answers: an app's URL, the name of a flow or an application. */
  readonly name: string
}

/** All calls of this node, as the platforms' APIs and the drivers see them. */
export interface CallService {
  /**
   * Calls somebody. The call exists at once; what becomes of it is told to its observers.
   * @throws ParleyError `call_target_invalid` when nothing is called so, `call_route_missing` when no trunk takes the
   *   number, `call_limit_reached` without room, `node_shutting_down`
   */
  dial(request: DialRequest): CallControl
  /** By call SID, call control id or call leg id; also for some time after the end (10 minutes). */
  get(id: string): CallControl | undefined
  /** Those that live. */
  list(): readonly CallControl[]
  /** Who is in a conference, in the order of joining; empty when there is none of this name. */
  conference(name: string): readonly CallControl[]
}

export interface DialRequest {
  /**
   * A number in E.164 form (through a trunk), a sip: or sips: URI, or the name of a browser that is registered, or of a
   * phone of the configuration; `client:` before a name says no more.
   */
  readonly to: string
  /** A number or a sip: URI. */
  readonly from: string
  readonly fromDisplayName?: string | undefined
  /**
   * Whether the callee is not to see who calls: a trunk is told the number and asked to hide it (RFC 3323 §4.2), everybody
   * else is not told it.
   */
  readonly anonymous?: boolean | undefined
  /** A call this one belongs to: it shares its call session id and, where there is room, its shard. */
  readonly related?: CallControl | undefined
  /** Whether `related` is its parent (`parent_call_sid`). */
  readonly child?: boolean | undefined
  /** ms until `no-answer`; 30,000 unless told. */
  readonly answerTimeoutMs?: number | undefined
  /** ms from the answer until the call is ended; 4 hours unless told. */
  readonly timeLimitMs?: number | undefined
  readonly headers?: HeaderLines | undefined
  /** In place of the trunk's. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined
  /** Of a call to a URI that names none; trunks and phones have their own. */
  readonly transport?: 'udp' | 'tcp' | 'tls' | undefined
  readonly encryption?: 'none' | 'srtp' | undefined
  /** Names out of `opus`, `G722`, `PCMU`, `PCMA`, in order of preference. */
  readonly codecs?: readonly string[] | undefined
  /** Whose call it is, for the records. */
  readonly route: string
  readonly record?: boolean | undefined
}
