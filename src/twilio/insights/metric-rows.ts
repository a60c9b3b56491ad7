import type { CallRecord } from '../../store/index.js'
import { streams } from './call-summary.js'
import { iso } from './rows.js'

/** Figures of a call's media, a row each way; none before its end, since they are kept from then on. */
export function metricRows(call: CallRecord, accountSid: string): readonly { readonly direction: string }[] {
  const { quality, endedAt, callSid, codec } = call
  if (!quality || endedAt === null) return []
  const each = streams(quality)
  return (['inbound', 'outbound'] as const).map((direction) => ({
    timestamp: iso(endedAt),
    call_sid: callSid,
    account_sid: accountSid,
    edge: 'carrier_edge',
    direction,
    carrier_edge: {
      metadata: { edge_location: 'parley', region: 'parley' },
      codec_name: codec,
      cumulative: each[direction],
    },
    sip_edge: null,
    sdk_edge: null,
    client_edge: null,
  }))
}
