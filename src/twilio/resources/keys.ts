import { createHash } from 'node:crypto'
import type { Account } from '../account/account.js'
import type { KeptThings } from './kept.js'

/** A key of the API. Times are ms since the Unix epoch. */
export interface ApiKey {
  /** `SK` and 32 hex digits. */
  readonly sid: string
  readonly friendlyName: string
  /** SHA-256 of its secret, in hex: the secret itself is shown once and not kept. */
  readonly secretDigest: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** The keys of the configuration. */
export function configuredKeys({ apiKeys }: Pick<Account, 'apiKeys'>, now: number): ApiKey[] {
  return Object.entries(apiKeys).map(([sid, secret]) => ({
    ...{ sid, friendlyName: sid, secretDigest: secretDigest(secret), createdAt: now, updatedAt: now },
  }))
}

export type Keys = KeptThings<ApiKey>

export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
