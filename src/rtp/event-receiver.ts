import { keyOfEvent } from './event-codes.js'
import { uint16 } from './packet.js'
import { distance32 } from './unwrap.js'

/** A timestamp this far back is no straggler but a sender that began anew, in units of 8 kHz. */
const restartedTicks = 10 * 8000
/** A long press may go on in a new segment once the first has come near 0xffff (RFC 4733 §2.5.1.3). */
const nearlyFull = 0xe000
/** Some senders let the timestamp run on within one event; by at most this between packets (100 ms at 8 kHz). */
const creepingTicks = 800

interface Press {
  readonly code: number
  timestamp: number
  duration: number
  ended: boolean
}

/**
 * Reads key presses from RFC 4733 packets: each once, at the first packet of it that arrives, be it an end packet.
 * Packets of one press share a timestamp, which tells repeats and stragglers from a new press of the same key.
 */
export class EventReceiver {
  private press: Press | undefined

  /** @param clockRate Hz of the RTP timestamps the packets carry */
  constructor(private readonly clockRate: number) {}

  /** @returns the key when this packet is the first of a press */
  receive(
    timestamp: number,
    marker: boolean,
    data: Uint8Array,
    start: number,
    end: number,
  ): string | undefined {
    if (end - start < 4) return undefined
    const code = data[start]!
    const key = keyOfEvent(code)
    if (key === undefined) return undefined
    const ended = (data[start + 1]! & 0x80) !== 0
    const duration = uint16(data, start + 2)
    if (this.press && this.isKnown(this.press, code, timestamp, marker, duration)) {
      this.press.ended ||= ended && code === this.press.code
      return undefined
    }
    this.press = { code, timestamp, duration, ended }
    return key
  }

  /** Another sender: its timestamps have nothing to do with the last one's. */
  reset(): void {
    this.press = undefined
  }

  /** Whether the packet belongs to the press last reported or to one before it. Notes its progress. */
  private isKnown(press: Press, code: number, timestamp: number, marker: boolean, duration: number): boolean {
    const scale = this.clockRate / 8000
    const ahead = distance32(timestamp, press.timestamp)
    if (ahead === 0 && code === press.code) {
      press.duration = Math.max(press.duration, duration)
      return true
    }
    if (ahead < 0) return ahead > -restartedTicks * scale
    if (marker || press.ended || code !== press.code) return false
    const nextSegment = press.duration >= nearlyFull && ahead >= nearlyFull && ahead <= 0x10000 * scale
    const creeping = duration > press.duration && ahead <= creepingTicks * scale
    if (!nextSegment && !creeping) return false
    press.timestamp = timestamp
    press.duration = duration
    return true
  }
}
