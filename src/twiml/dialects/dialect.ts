import type { CallControl } from '../../calls/index.js'
import type { DialectName } from '../../protocol/index.js'

/** What differs between the platforms' documents. Everything else is the same for both. */
export interface TwimlDialect {
  readonly name: DialectName
  /** Verbs of a document; others are skipped. */
  readonly verbs: readonly string[]
  /** By element. */
  readonly elements: Readonly<Record<string, ElementDialect>>
  /** What every request tells about the call. */
  parameters(call: CallControl): Record<string, string>
  /** How a call names itself in requests. */
  callSid(call: CallControl): string
  /** How the account is named in requests. */
  accountSid(call: CallControl): string
  /** What the party hears when no document is to be had; '' ends the call without a word. */
  readonly apology: string
}

export interface ElementDialect {
  /** Names of this dialect's own for attributes that Twilio names otherwise. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Defaults that differ from Twilio's, as they would be written. */
  readonly defaults?: Readonly<Record<string, string>>
}
