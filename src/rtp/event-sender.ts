import { eventOfKey } from './event-codes.js'
import { writeUint16 } from './packet.js'

/** Bytes of an RFC 4733 payload. */
export const eventPayloadBytes = 4
const frameMs = 20
const endPackets = 3
/** dBm0 below zero, as most senders use. */
const volume = 10
const maxDuration = 0xffff

/**
 * Sends one key press after another as RFC 4733 packets, one every 20 ms: the first with the marker, all with the
 * timestamp of the beginning, the duration growing, the last three times with the end bit.
 */
export class EventSender {
  /** Whether the packet last written was the first of its press, and carries the marker. */
  marker = false
  /** RTP timestamp of the packet last written. */
  timestamp = 0
  private code = 0
  private frames = 0
  private sent = 0
  private started = false

  /**
   * Begins a press at the next packet.
   * @param ms how long the key is held: at least 40, rounded up to whole frames
   * @returns false for a character that is no key
   */
  start(key: string, ms: number): boolean {
    const code = eventOfKey(key)
    if (code === undefined) return false
    this.code = code
    this.frames = Math.max(2, Math.ceil(ms / frameMs))
    this.sent = 0
    this.started = false
    return true
  }

  /** Whether packets of a press are still to be sent. */
  get active(): boolean {
    return this.sent < this.frames + endPackets && this.frames > 0
  }

  /**
   * Writes the next packet's payload.
   * @param timestamp RTP timestamp of now; the press keeps that of its first packet
   * @param clockRate Hz in which durations are told
   */
  next(payload: Uint8Array, timestamp: number, clockRate: number): void {
    this.marker = !this.started
    if (!this.started) this.timestamp = timestamp
    this.started = true
    const ended = this.sent >= this.frames
    const heldFrames = ended ? this.frames : this.sent + 1
    payload[0] = this.code
    payload[1] = (ended ? 0x80 : 0) | volume
    writeUint16(payload, 2, Math.min(maxDuration, (heldFrames * frameMs * clockRate) / 1000))
    this.sent++
  }
}
