import {
  acceptAnswer,
  defaultPreference,
  isSdpRefusal,
  type LocalMedia,
  type NegotiatedMedia,
  type NegotiateOptions,
  negotiateOffer,
  type SdpCodecName,
  type SdpRefusal,
  type SrtpKeySource,
  type SrtpPolicy,
  writeAnswer,
  writeOffer,
} from '../../sip/index.js'

/** How this end negotiates. */
export interface NegotiationOptions {
  /** Codecs of this end, the best first. */
  readonly preference?: readonly SdpCodecName[] | undefined
  /** Whether audio may, or must, be encrypted; default `off`. */
  readonly srtp?: SrtpPolicy | undefined
  /** Keys of this end, for one call. */
  readonly srtpKeys?: SrtpKeySource | undefined
}

/** Offer and answer of one call (RFC 3264): what either side said, and what it came to. Knows no signalling. */
export class Negotiation {
  private agreed: NegotiatedMedia | undefined
  private local: LocalMedia | undefined
  private ourOffer = ''

  private preference: readonly SdpCodecName[]
  private readonly security: Pick<NegotiateOptions, 'srtp' | 'srtpKeys'>

  constructor(options: NegotiationOptions = {}) {
    const { preference = defaultPreference, srtp = 'off', srtpKeys } = options
    this.preference = preference
    this.security = { srtp, ...(srtpKeys && { srtpKeys }) }
  }

  get media(): NegotiatedMedia | undefined {
    return this.agreed
  }

  /** Whether the peer has put this end on hold. */
  get held(): boolean {
    return this.agreed?.direction === 'recvonly' || this.agreed?.direction === 'inactive'
  }

  /** This end's address and ports are known. @param now ms, for the session id */
  opened(address: string, { port, rtcpPort }: Pick<LocalMedia, 'port' | 'rtcpPort'>, now: number): void {
    this.local = { address, port, rtcpPort, sessionId: String(Math.round(now)), version: 1 }
  }

  /** What to make of the peer's first offer. */
  consider(offer: string): SdpRefusal | undefined {
    const media = negotiateOffer(offer, { preference: this.preference, ...this.security })
    if (isSdpRefusal(media)) return media
    this.agreed = media
    return undefined
  }

  /** Takes these codecs before others, in this order. @param offer the peer's first, where it made one */
  prefer(codecs: readonly SdpCodecName[], offer: string | undefined): void {
    this.preference = first(codecs, this.preference)
    if (offer !== undefined) this.consider(offer)
  }

  /** Answer to the offer considered before. */
  answer(offer: string): string {
    return writeAnswer(offer, this.agreed!, this.local!)
  }

  offer(): string {
    const { srtp, srtpKeys } = this.security
    const encryption = srtp === 'required' ? 'srtp' : 'none'
    this.ourOffer = writeOffer(this.local!, { preference: this.preference, encryption, srtpKeys })
    return this.ourOffer
  }

  /** Takes the peer's answer to our offer. */
  adopt(answer: string): SdpRefusal | undefined {
    const media = acceptAnswer(this.ourOffer, answer)
    if (isSdpRefusal(media)) return media
    this.agreed = media
    return undefined
  }

  /** Answers the peer's next offer: hold, resume, another address or codec. */
  reoffered(sdp: string): string | { readonly status: number; readonly reason: string } {
    if (!this.local) return { status: 500, reason: 'No media yet' }
    // A peer that only holds or moves should not find its codec changed.
    const preference = this.agreed ? first([this.agreed.codec], this.preference) : this.preference
    const media = negotiateOffer(sdp, { preference, ...this.security })
    if (isSdpRefusal(media)) return media
    this.agreed = media
    this.local = { ...this.local, version: this.local.version + 1 }
    return writeAnswer(sdp, media, this.local)
  }
}

/** `codecs` before the others of `all`. */
function first(codecs: readonly SdpCodecName[], all: readonly SdpCodecName[]): readonly SdpCodecName[] {
  return [...codecs, ...all.filter((codec) => !codecs.includes(codec))]
}
