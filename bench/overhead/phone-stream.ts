import { muLaw } from '../../src/audio/index.js'

const HEADER = 12
const SAMPLES = 160
/** Packets whose bytes stay untouched after sending. */
const RING = 4
/** RMS of the caller's noise, about -30 dBFS: as loud as a voice, so that the relay has to look at it. */
const NOISE_RMS = 1_000

/** A second of noise in PCMU. */
const noise = makeNoise()

/** One phone's RTP, both ways. */
export class PhoneStream {
  /** When the last packet came in while gaps were measured; 0 before. */
  lastAt = 0
  /** Sequence number of the last packet that came in. */
  sequence = 0
  sounding = false
  lastSoundAt = 0
  private readonly ring: Buffer[] = []
  private sent = 0

  /** @param relayPort where the relay has this call's media */
  constructor(
    readonly call: number,
    readonly relayPort: number,
  ) {
    for (let i = 0; i < RING; i++) {
      const packet = Buffer.alloc(HEADER + SAMPLES)
      packet[0] = 0x80
      packet.writeUInt32BE(0x1000 + call, 8)
      this.ring.push(packet)
    }
  }

  /** The next packet to send. */
  next(): Buffer {
    const packet = this.ring[this.sent % RING]!
    packet.writeUInt16BE(this.sent & 0xffff, 2)
    packet.writeUInt32BE((this.sent * SAMPLES) % 2 ** 32, 4)
    noise.copy(
      packet,
      HEADER,
      ((this.call + this.sent) % 50) * SAMPLES,
      ((this.call + this.sent) % 50) * SAMPLES + SAMPLES,
    )
    this.sent++
    return packet
  }

  /** How many packets are missing between the last and this one. */
  missedBefore(packet: Uint8Array): number {
    const ahead = (((packet[2]! << 8) | packet[3]!) - this.sequence) & 0xffff
    return ahead > 0 && ahead < 0x8000 ? ahead - 1 : 0
  }
}

/** Uniform noise from a fixed seed. */
function makeNoise(): Buffer {
  const codes = Buffer.alloc(50 * SAMPLES)
  let state = 12_345
  for (let i = 0; i < codes.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    const sample = (state / 0x7fffffff - 0.5) * 2 * Math.sqrt(3) * NOISE_RMS
    codes[i] = muLaw.compress[(Math.round(sample) + 32_768) >> muLaw.shift]!
  }
  return codes
}
