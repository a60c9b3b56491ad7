/** Why something of the web phone failed: a code of the relay's errors, `microphone_refused` or `network_failed`. */
export class PhoneError extends Error {
  override readonly name = 'PhoneError'

  constructor(
    readonly code: string,
    message: string,
    /** Of the relay's answer; 0 where there was none. */
    readonly status = 0,
  ) {
    super(message)
  }
}
