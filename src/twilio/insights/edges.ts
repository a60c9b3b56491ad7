import type { CallRecord } from '../../store/index.js'

/** Names of the places where media is measured, as `Edge` has them. */
export const edges = ['unknown_edge', 'carrier_edge', 'sip_edge', 'sdk_edge', 'client_edge'] as const

/** Those that calls of this node have. */
export type Edge = 'carrier_edge' | 'sip_edge'

/** Where this node is, for rows. */
export const edgeMetadata = { metadata: { edge_location: 'parley', region: 'parley' } }

/** Numbers come and go through a carrier, everybody else by SIP. */
export function callTypeOf({ direction, from, to }: CallRecord): 'carrier' | 'sip' {
  return /^\+?\d+$/.test(direction === 'inbound' ? from : to) ? 'carrier' : 'sip'
}

/** The edge of a call. */
export function edgeOf(call: CallRecord): Edge {
  return `${callTypeOf(call)}_edge`
}

/** What a row has under each edge's name: something under one of them. */
export function underEdge<Value>(edge: Edge, value: Value) {
  const nothing = { carrier_edge: null, sip_edge: null, sdk_edge: null, client_edge: null }
  return { ...nothing, [edge]: value }
}
