/**
 * The session description this end has sent in a dialog. Keeps the version in `o=` as RFC 3264 §8 wants it, whoever
 * wrote the description: the same while nothing changes, one more with each change.
 */
export class LocalDescription {
  private last = ''
  private version: bigint | undefined

  /** What holds on this end; '' before the first. */
  get current(): string {
    return this.last
  }

  /** `sdp` as it is to be sent, and notes it. */
  next(sdp: string): string {
    if (this.version !== undefined && withVersion(sdp, versionOf(this.last) ?? 0n) === this.last)
      return this.last
    const given = versionOf(sdp) ?? 0n
    this.version = this.version === undefined || given > this.version ? given : this.version + 1n
    this.last = withVersion(sdp, this.version)
    return this.last
  }

  /** An offer was refused: `previous` holds again. The refused one's version stays used. */
  revert(previous: string): void {
    this.last = previous
  }

  /** The last description as an offer that ends every hold, for a re-INVITE that asks for an offer (RFC 6337 §5.2.5). */
  reopened(): string {
    return this.next(this.last.replace(/^a=(?:sendonly|recvonly|inactive)[ \t]*$/gm, 'a=sendrecv'))
  }
}

const origin = /^(o=\S+ \S+ )(\d{1,20})(?= )/m

function versionOf(sdp: string): bigint | undefined {
  const match = origin.exec(sdp)
  return match ? BigInt(match[2]!) : undefined
}

function withVersion(sdp: string, version: bigint): string {
  return sdp.replace(origin, (_, before: string) => `${before}${version}`)
}
