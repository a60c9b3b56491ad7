/** One row: a stable name, its numbers on either platform, what it means and what to do. */
export interface ErrorRow {
  readonly meaning: string
  readonly remedy: string
  /** Twilio's error number, where Twilio has one for it. */
  readonly twilio?: number
  /** Telnyx's error code, where Telnyx has one for it. */
  readonly telnyx?: string
}
