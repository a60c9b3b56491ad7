/** What an operator sets for one vendor, in `speech.vendors.<name>` or in the environment. Plain data. */
export interface VendorSettings {
  /** API key; AWS: the access key's id. */
  readonly apiKey?: string | undefined
  /** AWS: the secret access key. */
  readonly apiSecret?: string | undefined
  /** AWS: the token of temporary credentials. */
  readonly sessionToken?: string | undefined
  /** Google: the file of a service account's key. */
  readonly keyFile?: string | undefined
  /** Google: the project that is billed. */
  readonly project?: string | undefined
  /** Where the vendor is reached instead of its own address: http(s):// or ws(s)://, with a path where one is needed. */
  readonly url?: string | undefined
  readonly region?: string | undefined
  /** Model of those who name none. */
  readonly model?: string | undefined
  /** Voice of those who name none. */
  readonly voice?: string | undefined
}

/** The environment variables that set a vendor's settings; of several, the first that is there. */
export type VendorVariables = Readonly<Partial<Record<keyof VendorSettings, readonly string[]>>>

/** Values that must not appear in a log or a message. */
export function secretsOf({ apiKey, apiSecret, sessionToken }: VendorSettings): string[] {
  return [apiKey, apiSecret, sessionToken].filter((value) => value !== undefined)
}
