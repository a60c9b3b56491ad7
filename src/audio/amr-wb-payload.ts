/**
 * Payloads of AMR-WB, octet-aligned, without interleaving, checksums or robust sorting (RFC 4867 §4.4):
 *
 * ```text
 * ┌─────┬───┐ ┌─┬────┬─┬──┐        ┌────────┐
 * │ CMR │ 0 │ │F│ FT │Q│ 0│ … each │ speech │ … each, filled up to whole octets
 * └─────┴───┘ └─┴────┴─┴──┘        └────────┘
 *    4    4    1   4  1  2  bits
 * ```
 *
 * `F` tells that another octet of this table follows, `FT` the mode, `Q` that the bits are not damaged.
 */
export interface AmrWbFrame {
  /** FT: 0 to 8 speech, 9 comfort noise, 14 lost, 15 nothing to send. */
  readonly type: number
  readonly damaged: boolean
  readonly bits: Uint8Array
}

/** CMR of a sender that asks for no mode. */
export const ANY_MODE = 0xf0

/** Octets of a frame by its type (RFC 4867 §3.6, TS 26.201 table 2); undefined where the type is reserved. */
const octets: readonly (number | undefined)[] = [
  ...[17, 23, 32, 36, 40, 46, 50, 58, 60],
  ...[5, undefined, undefined, undefined, undefined, 0, 0],
]

/**
 * Frames at most: 30 s. A frame of nothing has one octet and takes as long to decode as others: without a limit, an app's
 * message of 100 kB would hold up all calls of its thread for seconds, and one of 10 MB fill the memory.
 */
const MOST_FRAMES = 1500

/**
 * Frames of 20 ms of one payload, or of several that follow each other; undefined where they are not whole, or longer than
 * 30 s.
 */
export function readAmrWb(payload: Uint8Array): AmrWbFrame[] | undefined {
  const frames: AmrWbFrame[] = []
  for (let at = 0; at < payload.length; ) {
    const next = readOne(payload, at, frames)
    if (next === undefined) return undefined
    at = next
  }
  return frames
}

/** @returns where the next payload begins */
function readOne(payload: Uint8Array, start: number, frames: AmrWbFrame[]): number | undefined {
  let at = start + 1
  const table: number[] = []
  for (let more = true; more; at++) {
    const entry = payload[at]
    if (entry === undefined) return undefined
    table.push(entry)
    if (frames.length + table.length > MOST_FRAMES) return undefined
    more = (entry & 0x80) !== 0
  }
  for (const entry of table) {
    const type = (entry >> 3) & 0x0f
    const size = octets[type]
    if (size === undefined || at + size > payload.length) return undefined
    frames.push({ type, damaged: (entry & 0x04) === 0, bits: payload.subarray(at, at + size) })
    at += size
  }
  return at
}
