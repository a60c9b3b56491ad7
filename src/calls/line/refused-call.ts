import type { IncomingCallListener } from '../../sip/index.js'

/** Hears the end of a call that was refused at once. */
export const refusedCall: IncomingCallListener = {
  confirmed() {},
  offered: () => ({ status: 481, reason: 'Call refused' }),
  digit() {},
  ended() {},
}
