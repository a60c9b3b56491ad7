import type { Dialect, DialectName } from './dialect.js'
import { telnyxDialect } from './telnyx.js'
import { twilioDialect } from './twilio.js'

/** Both platforms' wire forms. */
export const dialects: Readonly<Record<DialectName, Dialect>> = {
  twilio: twilioDialect,
  telnyx: telnyxDialect,
}
