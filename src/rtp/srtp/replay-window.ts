const windowBits = 1024
const wordBits = 32

/**
 * Which of the latest 1,024 indices were received (RFC 3711 §3.3.2): each counts once, and what is older than all of them
 * does not count.
 */
export class ReplayWindow {
  /** The highest index received; -1 before the first. */
  highest = -1
  /** One bit for each index, at its place modulo 1,024. */
  private readonly bits = new Int32Array(windowBits / wordBits)

  isNew(index: number): boolean {
    if (index > this.highest) return true
    if (index < 0 || index <= this.highest - windowBits) return false
    const at = index % windowBits
    return (this.bits[at >> 5]! & (1 << (at & 31))) === 0
  }

  /** Notes an index that `isNew` let through. */
  add(index: number): void {
    if (index > this.highest) {
      const steps = index - this.highest
      if (steps >= windowBits) this.bits.fill(0)
      else for (let i = 1; i < steps; i++) this.clear((this.highest + i) % windowBits)
      this.highest = index
    }
    const at = index % windowBits
    this.bits[at >> 5] = this.bits[at >> 5]! | (1 << (at & 31))
  }

  private clear(at: number): void {
    this.bits[at >> 5] = this.bits[at >> 5]! & ~(1 << (at & 31))
  }
}
