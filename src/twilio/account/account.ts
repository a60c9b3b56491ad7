import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keptText } from '../../base/kept-text.js'

/** Whose the calls are, and how it proves that it is itself, either way. */
export interface Account {
  /** `AC` and 32 hex digits. */
  readonly sid: string
  readonly authToken: string
  /** SIDs of further keys of the API, with their secrets. */
  readonly apiKeys: Readonly<Record<string, string>>
}

export interface LoadedAccount {
  readonly account: Account
  /** Lines to show once: what had to be made, and where it is kept. */
  readonly made: readonly { readonly text: string; readonly file: string }[]
}

/**
 * The account of the configuration; what that leaves out is kept in the data folder, made at the first start.
 *
 * @throws ParleyError `key_unusable`
 */
export function accountIn(
  dataDir: string,
  configured: { readonly accountSid?: string | undefined; readonly authToken?: string | undefined } & Pick<
    Account,
    'apiKeys'
  >,
): LoadedAccount {
  const made: { text: string; file: string }[] = []
  const kept = (file: string, what: string, make: () => string): string => {
    const found = keptText(dataDir, file, make)
    if (found.made) made.push({ text: `${what}, shown this once: ${found.text}`, file: join(dataDir, file) })
    return found.text
  }
  const hex = (): string => randomBytes(16).toString('hex')
  return {
    account: {
      sid: configured.accountSid ?? kept('twilio-account-sid', 'Twilio account SID', () => `AC${hex()}`),
      authToken: configured.authToken ?? kept('twilio-auth-token', 'Twilio auth token', hex),
      apiKeys: configured.apiKeys,
    },
    made,
  }
}
