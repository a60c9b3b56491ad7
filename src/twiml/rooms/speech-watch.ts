import type { CallControl, Stoppable } from '../../calls/index.js'

/** Tells when the others begin and cease to hear somebody speak: who is muted or held speaks to nobody. */
export class SpeechWatch {
  private readonly watch: Stoppable
  private voiced = false
  private told = false

  /** @param hushed whether nobody hears it to begin with */
  constructor(
    call: CallControl,
    private hushed: boolean,
    private readonly tell: (on: boolean) => void,
  ) {
    this.watch = call.watchVoice((on) => {
      this.voiced = on
      this.settle()
    })
  }

  hush(on: boolean): void {
    this.hushed = on
    this.settle()
  }

  stop(): void {
    this.watch.stop()
  }

  private settle(): void {
    const heard = this.voiced && !this.hushed
    if (heard === this.told) return
    this.told = heard
    this.tell(heard)
  }
}
