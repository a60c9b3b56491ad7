import type { CallControl, Playing } from '../../calls/index.js'

/** A conference, as far as it hears calls for it that are not answered yet. */
export interface EarlyHearers {
  /** Name of the conference in the media plane; undefined while nobody is there to hear it. */
  readonly stage: string | undefined
  /** Whoever is there alone. */
  readonly lone: CallControl | undefined
  /** Sounds follow: music that is waited with ends. */
  ready(): void
}

const asParty = { muted: false, held: false, coaches: null }

/**
 * What a conference hears of somebody who is called for it, until they answer: their network's own sounds, or, where it
 * has none, a ringing tone for whoever is alone. A tone is played in place of the conference, so that two who talk are
 * spared it.
 */
export class EarlySounds {
  private readonly ringing = new Set<Playing>()

  constructor(private readonly hearers: EarlyHearers) {}

  of(call: CallControl): void {
    let ringback: Playing | undefined
    const stop = (): void => {
      if (ringback) this.stop(ringback)
    }
    call.observe({
      ringing: (early) => {
        const { stage, lone } = this.hearers
        if (stage === undefined) return
        if (early) {
          stop()
          this.hearers.ready()
          call.joinConference(stage, asParty)
        } else if (lone && !ringback) {
          this.hearers.ready()
          ringback = lone.announce({ kind: 'tone', tone: 'ringback', country: 'us' })
          this.ringing.add(ringback)
        }
      },
      answered: stop,
      ended: stop,
    })
  }

  /** Nobody is alone any more. */
  hush(): void {
    for (const ringback of this.ringing) this.stop(ringback)
  }

  private stop(ringback: Playing): void {
    this.ringing.delete(ringback)
    ringback.stop()
  }
}
