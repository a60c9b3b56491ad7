import type { CallControl, Playing } from '../../calls/index.js'

/** A conference, as far as it hears calls for it that are not answered yet. */
export interface EarlyHearers {
  /** Name of the conference in the media plane; undefined while nobody is there to hear it. */
  readonly stage: string | undefined
  /** Who hears it. */
  readonly hearing: readonly CallControl[]
  /** Sounds follow: music that is waited with ends. */
  ready(): void
}

const asParty = { muted: false, held: false, coaches: null }
const ringing = { kind: 'tone', tone: 'ringback', country: 'us' } as const

/**
 * What a conference hears of somebody who is called for it, until they answer: their network's own sounds, or a ringing
 * tone where it has none.
 */
export function soundEarly(call: CallControl, hearers: EarlyHearers): void {
  let tones: readonly Playing[] = []
  const stop = (): void => {
    for (const tone of tones) tone.stop()
    tones = []
  }
  call.observe({
    ringing: (early) => {
      const { stage, hearing } = hearers
      if (stage === undefined) return
      hearers.ready()
      if (early) {
        stop()
        call.joinConference(stage, asParty)
      } else if (tones.length === 0) tones = hearing.map((each) => each.announceOver(ringing))
    },
    answered: stop,
    ended: stop,
  })
}
