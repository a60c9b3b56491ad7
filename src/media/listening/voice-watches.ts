import type { VoiceDetector } from '../../speech/index.js'
import type { TappedLeg } from './listens.js'

/** When the party of a leg speaks, by the id of who asked. */
export class VoiceWatches {
  private readonly watches = new Map<string, () => void>()

  constructor(
    private readonly leg: TappedLeg,
    private readonly detector: VoiceDetector,
    private readonly voice: (id: string, on: boolean) => void,
  ) {}

  start(id: string): void {
    this.stop(id)
    const activity = this.detector.open(this.leg.sampleRate, {
      voiceStart: () => this.voice(id, true),
      voiceEnd: () => this.voice(id, false),
    })
    const leave = this.leg.onFrames((inbound) => activity.write(inbound), 'inbound')
    this.watches.set(id, () => {
      leave()
      activity.close()
    })
  }

  stop(id: string): void {
    this.watches.get(id)?.()
    this.watches.delete(id)
  }

  close(): void {
    for (const id of [...this.watches.keys()]) this.stop(id)
  }
}
