import { ParleyError } from '../base/errors.js'
import type { SipRequest } from './message.js'

/** A SIP message, or a part of one, that the grammar does not allow. */
export class SipParseError extends ParleyError {
  /**
   * The request in question, as far as it was understood, when it has the headers a response must copy:
   * answer it with `status`. Undefined for responses and for what cannot be answered: drop these.
   */
  request: SipRequest | undefined

  /**
   * @param detail what was wrong, where
   * @param status the response that says so: 400, 505, 513 …
   */
  constructor(
    detail: string,
    readonly status: number = 400,
  ) {
    super('sip_message_invalid', detail)
  }
}
