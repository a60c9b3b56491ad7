/** Packets held at most; a power of two. 128 are 2.5 s at 20 ms a packet. */
const capacity = 128
/** Payloads beyond this are no telephone audio: 120 ms of G.711 take 960 bytes. */
const maxPayload = 2048
const empty = Number.NEGATIVE_INFINITY

/** A packet waiting for its turn. The payload is reused once the slot is released. */
export interface QueuedPacket {
  /** Extended sequence number; minus infinity in an empty slot. */
  sequence: number
  /** Unwrapped RTP timestamp. */
  timestamp: number
  /** False for a packet that takes a sequence number but carries no audio (events, comfort noise). */
  audio: boolean
  payload: Uint8Array
}

interface Slot extends QueuedPacket {
  store: Uint8Array
}

/** Orders packets by sequence number without allocating in the steady state. */
export class PacketQueue {
  /** Packets dropped because they came twice, too late, or did not fit. */
  discarded = 0
  private readonly slots: Slot[] = []
  private count = 0
  /** First sequence number that may still be played; undefined before the first packet. */
  private head: number | undefined
  private highest = 0

  constructor() {
    const nothing = new Uint8Array(0)
    for (let i = 0; i < capacity; i++) {
      this.slots.push({ sequence: empty, timestamp: 0, audio: false, payload: nothing, store: nothing })
    }
  }

  get size(): number {
    return this.count
  }

  /** Copies the packet in. @returns false when it was discarded */
  put(
    sequence: number,
    timestamp: number,
    audio: boolean,
    data: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    if (this.head === undefined || (this.count === 0 && sequence >= this.head + capacity)) {
      this.head = this.head === undefined ? sequence - capacity / 2 : sequence
      this.highest = sequence
    }
    const slot = this.slots[sequence & (capacity - 1)]!
    if (sequence < this.head || slot.sequence === sequence || end - start > maxPayload) {
      this.discarded++
      return false
    }
    while (sequence >= this.head + capacity) this.dropHead()
    this.fill(slot, data, start, end)
    slot.sequence = sequence
    slot.timestamp = timestamp
    slot.audio = audio
    this.highest = Math.max(this.highest, sequence)
    this.count++
    return true
  }

  /** The packet whose turn comes first, not removed. */
  first(): QueuedPacket | undefined {
    if (this.count === 0) return undefined
    for (let sequence = this.head!; sequence <= this.highest; sequence++) {
      const slot = this.slots[sequence & (capacity - 1)]!
      if (slot.sequence === sequence) return slot
    }
    return undefined
  }

  /** Removes a packet that `first` gave; what came before it is late from now on. */
  release(packet: QueuedPacket): void {
    this.head = packet.sequence + 1
    packet.sequence = empty
    this.count--
  }

  /** Forgets all packets and where the sender's count stood. */
  reset(): void {
    for (const slot of this.slots) slot.sequence = empty
    this.count = 0
    this.head = undefined
  }

  private dropHead(): void {
    const slot = this.slots[this.head! & (capacity - 1)]!
    if (slot.sequence === this.head) {
      slot.sequence = empty
      this.count--
      this.discarded++
    }
    this.head!++
  }

  private fill(slot: Slot, data: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (slot.store.length < length) slot.store = new Uint8Array(Math.ceil(length / 64) * 64)
    if (slot.payload.length !== length || slot.payload.buffer !== slot.store.buffer) {
      slot.payload = slot.store.subarray(0, length)
    }
    for (let i = 0; i < length; i++) slot.store[i] = data[start + i]!
  }
}
