import { RateBridge } from '../../legs/index.js'
import type { LegRate } from '../../session/index.js'
import type { LinkEnd } from './link.js'

/** What a member is allowed. */
export interface MemberRights {
  readonly muted: boolean
  /** Hears nothing and is not heard. */
  readonly held: boolean
  /** Leg that alone hears this one. */
  readonly coaches: string | undefined
}

/** 20 ms at either rate. */
export type Frames = Readonly<Record<LegRate, Int16Array>>

const silence: Frames = { 8000: new Int16Array(160), 16000: new Int16Array(320) }

/** One leg in a conference: what it says in this tick, at both rates, and where what it hears goes. */
export class ConferenceMember {
  rights: MemberRights
  /** The member that alone hears this one; undefined also when it is not here. */
  coached: ConferenceMember | undefined
  /** Hz of its leg. */
  rate: LegRate = 8000
  /** Whether it says anything in this tick. */
  sounds = false
  readonly said: Frames = { 8000: new Int16Array(160), 16000: new Int16Array(320) }
  private convert: { readonly from: LegRate; readonly bridge: RateBridge } | undefined

  constructor(
    readonly leg: string,
    rights: MemberRights,
    private readonly end: LinkEnd,
  ) {
    this.rights = rights
  }

  /** Whether everybody hears it. */
  get speaks(): boolean {
    const { muted, held, coaches } = this.rights
    return this.sounds && !muted && !held && coaches === undefined
  }

  /** Whether the member it coaches hears it. */
  get prompts(): boolean {
    const { muted, held } = this.rights
    return this.sounds && !muted && !held
  }

  /** @param left told once, when the leg is gone from the conference */
  listen(left: () => void): void {
    this.end.listen({
      message: (message) => {
        if (message.type === 'format') this.rate = message.rate
      },
      closed: left,
    })
  }

  /** Takes what it says in this tick. */
  read(): void {
    const entry = this.end.incoming.next()
    this.sounds = false
    if (!entry) return
    if (entry.kind === 8000 || entry.kind === 16_000) {
      this.rate = entry.kind
      const frame = this.said[entry.kind]
      for (let i = 0; i < frame.length; i++) frame[i] = entry.pcm[i]!
      this.sounds = true
    }
    this.end.incoming.take()
  }

  /** Makes what it says also known at the rate that is not its own; at every tick, so that the sound is unbroken. */
  resample(): void {
    const from = this.rate
    const to: LegRate = from === 8000 ? 16_000 : 8000
    if (this.convert?.from !== from) this.convert = { from, bridge: new RateBridge(from, to) }
    this.convert.bridge.convert(this.sounds ? this.said[from] : silence[from], this.said[to])
  }

  /** Sends it what it hears, at its own rate. */
  write(frame: Int16Array): void {
    this.end.outgoing.writePcm(frame, this.rate)
  }
}
