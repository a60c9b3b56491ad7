import type { SdpCodecName } from '../../sip/index.js'
import type { HeaderLines } from '../call-control.js'

/** One way to ring the callee. */
export interface TargetBranch {
  /** Request-URI and To. */
  readonly uri: string
  /** Next hops in order; empty: where `uri` points. */
  readonly hops: readonly string[]
  /** Header lines of this INVITE alone: the Route to a phone behind a proxy. */
  readonly headers?: HeaderLines | undefined
}

/** Whom a call that goes out reaches, and how. */
export interface DialTarget {
  /** The number, user or phone that is dialled. */
  readonly dialled: string
  readonly callType: 'PSTN' | 'SIP'
  /** Name of the trunk. */
  readonly trunk?: string
  /** Rung together; the first to answer has the call. Empty: the phone is not registered. */
  readonly branches: readonly TargetBranch[]
  /** Number or sip: URI that is shown. */
  readonly from: string
  /** Host of a number's From; undefined: this node's address. */
  readonly fromDomain: string | undefined
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  readonly headers: HeaderLines
  readonly codecs: readonly SdpCodecName[] | undefined
  readonly encryption: 'none' | 'srtp'
  /** What is tried when this one cannot be reached, or fails: the next trunk. */
  readonly otherwise?: DialTarget | undefined
}
