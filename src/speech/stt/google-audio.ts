/** Most audio that is kept, in ms. */
const MOST_MS = 60_000

/** The audio of a stream that no final result covers yet: what another stream has to hear once more. */
export class UnsettledAudio {
  private pieces: Buffer[] = []
  private length = 0
  private letGo = 0

  constructor(private readonly bytesPerMs: number) {}

  get rest(): readonly Buffer[] {
    return this.pieces
  }

  add(bytes: Buffer): void {
    this.pieces.push(bytes)
    this.length += bytes.length
    while (this.length - this.pieces[0]!.length >= MOST_MS * this.bytesPerMs) this.shift()
  }

  /** Lets go of what is settled. @param untilMs since the stream's first audio; absent for all */
  settle(untilMs: number | undefined): void {
    const until = untilMs === undefined ? Number.POSITIVE_INFINITY : untilMs * this.bytesPerMs
    while (this.pieces.length > 0 && this.letGo + this.pieces[0]!.length <= until) this.shift()
  }

  private shift(): void {
    const { length } = this.pieces.shift()!
    this.length -= length
    this.letGo += length
  }
}
