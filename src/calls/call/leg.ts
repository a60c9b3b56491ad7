import type { MediaCommand, MediaPort, OpenLeg } from '../../media/index.js'

/**
 * A call's leg in the media plane, as the signalling plane knows it. What is asked of it before it has ports waits for
 * them; what is asked after its end is dropped.
 */
export class CallLeg {
  private state: 'none' | 'opening' | 'open' | 'unwanted' | 'closed' = 'none'
  private waiting: MediaCommand[] = []

  constructor(
    readonly id: string,
    private readonly media: MediaPort,
  ) {}

  open(command: Omit<OpenLeg, 'type' | 'leg'>): void {
    if (this.state !== 'none') return
    this.state = 'opening'
    this.media.send({ type: 'open-leg', leg: this.id, ...command })
  }

  /** The media plane has its ports. */
  opened(): void {
    if (this.state === 'unwanted') this.closeNow()
    if (this.state !== 'opening') return
    this.state = 'open'
    const commands = this.waiting
    this.waiting = []
    for (const command of commands) this.media.send(command)
  }

  send(command: MediaCommand): void {
    if (this.state === 'open') this.media.send(command)
    else if (this.state === 'none' || this.state === 'opening') this.waiting.push(command)
  }

  /**
   * Closes the leg; one that is being opened, once it is: what has no ports yet has nothing to give back.
   * @returns whether `leg-closed`, or `leg-failed`, will follow
   */
  close(): boolean {
    this.waiting = []
    if (this.state === 'open') this.closeNow()
    else if (this.state === 'opening') this.state = 'unwanted'
    else {
      this.state = 'closed'
      return false
    }
    return true
  }

  /** The media plane has none, or none any more: there is nothing to close. */
  gone(): void {
    this.state = 'closed'
    this.waiting = []
  }

  private closeNow(): void {
    this.state = 'closed'
    this.media.send({ type: 'close-leg', leg: this.id })
  }
}
