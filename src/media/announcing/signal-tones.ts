import type { ToneOptions, ToneStep } from '../../audio/index.js'

/** A signal: what sounds, and how. */
export interface Signal {
  readonly steps: readonly ToneStep[]
  readonly options: ToneOptions
}

/** Frequencies in Hz, then ms of sound and of silence by turns. */
type Cadence = readonly [hz: readonly number[], ...ms: number[]]

interface Country {
  readonly ringback: Cadence
  readonly busy: Cadence
}

/** Call progress tones sound at about this level, in dBFS: -13 dBm0 as ITU-T E.180 has them. */
const progressDbfs = -19

const double = (...hz: number[]): Cadence => [hz, 400, 200, 400, 2000]

/** What most of Europe and much of the world has: 425 Hz (ITU-T E.180, ETSI TR 101 041). */
const europe: Country = { ringback: [[425], 1000, 4000], busy: [[425], 500, 500] }
const northAmerica: Country = { ringback: [[440, 480], 2000, 4000], busy: [[480, 620], 500, 500] }

/** Tones by country, as ITU-T lists national tones in the supplement to E.180; 425 Hz for those that are not here. */
const countries: Readonly<Record<string, Country>> = {
  us: northAmerica,
  ca: northAmerica,
  uk: { ringback: double(400, 450), busy: [[400], 375, 375] },
  ie: { ringback: double(400, 450), busy: [[425], 500, 500] },
  au: { ringback: double(413, 438), busy: [[425], 375, 375] },
  nz: { ringback: double(400, 450), busy: [[400], 500, 500] },
  jp: { ringback: [[385, 415], 1000, 2000], busy: [[400], 500, 500] },
  cn: { ringback: [[450], 1000, 4000], busy: [[450], 350, 350] },
  tw: { ringback: [[440, 480], 1000, 2000], busy: [[480, 620], 500, 500] },
  fr: { ringback: [[440], 1500, 3500], busy: [[440], 500, 500] },
  de: { ringback: [[425], 1000, 4000], busy: [[425], 480, 480] },
  at: { ringback: [[420], 1000, 5000], busy: [[420], 400, 400] },
  es: { ringback: [[425], 1500, 3000], busy: [[425], 200, 200] },
  pt: { ringback: [[425], 1000, 5000], busy: [[425], 500, 500] },
  se: { ringback: [[425], 1000, 5000], busy: [[425], 250, 250] },
  ru: { ringback: [[425], 800, 3200], busy: [[425], 350, 350] },
  br: { ringback: [[425], 1000, 4000], busy: [[425], 250, 250] },
  mx: { ringback: [[425], 1000, 4000], busy: [[425], 250, 250] },
  il: { ringback: [[414], 1000, 3000], busy: [[414], 500, 500] },
  eu: europe,
}

/** @param country ISO 3166 code, `uk` or `eu`, in any case; '' is the United States */
export function progressTone(tone: 'ringback' | 'busy', country: string): Signal {
  const code = country.toLowerCase()
  const known = countries[code === 'gb' ? 'uk' : code || 'us'] ?? europe
  const [hz, ...times] = known[tone]
  const steps = times.map((ms, i) => ({ hz: i % 2 === 0 ? hz : [], ms }))
  return { steps, options: { dbfs: progressDbfs, loop: 0 } }
}

/** 1 kHz. */
export function beep(ms: number): Signal {
  return { steps: [{ hz: [1000], ms }], options: { dbfs: -15, loop: 1 } }
}

/** Chords of the hold melody, as frequencies in Hz of what is plucked one after another. */
const chords = [
  [261.6, 392.0, 523.3, 659.3],
  [220.0, 329.6, 440.0, 523.3],
  [174.6, 261.6, 349.2, 440.0],
  [196.0, 293.7, 392.0, 493.9],
]

/** A quiet melody of broken chords, which goes on until it is stopped. */
export const holdMelody: Signal = {
  steps: chords.flatMap((chord) =>
    [0, 1, 2, 3, 2, 1].map((note) => ({ hz: [chord[note]!, chord[note]! * 2], ms: 400 })),
  ),
  options: { dbfs: -26, loop: 0, decayMs: 250 },
}
