/** A SIP message as parsed (RFC 3261 §7). Header names compare case-insensitively; compact forms are expanded. */
export interface SipHeaders {
  /** First value of a header. */
  get(name: string): string | undefined
  /** All values, in order; comma lists are split where RFC 3261 says that the header is a list. */
  getAll(name: string): readonly string[]
  set(name: string, ...values: string[]): void
  append(name: string, value: string): void
  prepend(name: string, value: string): void
  remove(name: string): void
  /** Every header line as it will be written. */
  entries(): Iterable<readonly [name: string, value: string]>
}

export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  readonly uri: string
  readonly headers: SipHeaders
  readonly body: Buffer
}

export interface SipResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: SipHeaders
  readonly body: Buffer
}

export type SipMessage = SipRequest | SipResponse
