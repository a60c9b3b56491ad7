import type { CallControl, Playing } from '../../../calls/index.js'

/** What an answered caller hears while others are called. One who was not answered has a phone for that. */
export class Ringback {
  private readonly playing: Playing | undefined

  /** @param ringTone a country, as Twilio writes it */
  constructor(call: CallControl, ringTone: string) {
    if (call.state !== 'answered') return
    this.playing = call.announce({ kind: 'tone', tone: 'ringback', country: countryOf(ringTone) })
  }

  stop(): void {
    this.playing?.stop()
  }
}

function countryOf(ringTone: string): string {
  return ringTone === 'automatic' ? 'us' : (ringTone.split('-')[0] ?? 'us')
}
