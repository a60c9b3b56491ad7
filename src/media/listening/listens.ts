import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { FrameTap, TapTracks } from '../../legs/index.js'
import { Ear, type LegRate, type ResolvedEar, type SpeechEngines } from '../../session/index.js'
import type { Transcript, VoiceDetector } from '../../speech/index.js'
import type { ListenWish } from '../activity.js'

/** A leg, as far as it is listened in on. */
export interface TappedLeg {
  readonly sampleRate: LegRate
  onFrames(tap: FrameTap, tracks?: TapTracks): () => void
}

export interface ListensOptions {
  readonly clock: Clock
  readonly engines: Pick<SpeechEngines, 'resolveStt'>
  readonly detector: VoiceDetector
  readonly listener: ListensListener
  /** Told where another engine than asked listens, and when one had to be opened again. */
  readonly warn: (text: string) => void
}

/** What is heard, by the id of who asked. */
export interface ListensListener {
  voice(id: string, on: boolean): void
  /** Never empty; `final` settles the utterance. */
  heard(id: string, transcript: Transcript, final: boolean): void
  /** It was stopped, and what was said last is told: nothing follows. Only where that is settled. */
  ended(id: string): void
  /** Nothing follows. */
  failed(id: string, detail: string): void
}

/** Failures in a row, without a word in between, after which recognition is given up. */
const mostFailures = 5
/** ms that a recogniser has to settle what was said last. */
const settleMs = 2000

/** Recognition of a leg outside of a session: as many at once as are asked for, each with its own ear. */
export class Listens {
  private readonly ears = new Map<string, () => void>()
  /** Those whose last words are being settled. */
  private readonly settling = new Set<Promise<void>>()

  constructor(
    private readonly leg: TappedLeg,
    private readonly options: ListensOptions,
  ) {}

  start(id: string, wish: ListenWish): void {
    this.stop(id)
    try {
      this.ears.set(id, this.open(id, wish))
    } catch (thrown) {
      const detail = messageOf(thrown)
      this.options.clock.after(0, () => this.options.listener.failed(id, detail))
    }
  }

  stop(id: string): void {
    this.ears.get(id)?.()
    this.ears.delete(id)
  }

  /** Resolves when what was said last is told, where that is settled. */
  async close(): Promise<void> {
    for (const id of [...this.ears.keys()]) this.stop(id)
    await Promise.all(this.settling)
  }

  /** @returns what ends it */
  private open(id: string, { track, silenceMs, settles, ...wish }: ListenWish): () => void {
    const { clock, detector, listener, warn } = this.options
    let failures = 0
    const heard = (transcript: Transcript, final: boolean) => {
      failures = 0
      if (transcript.text) listener.heard(id, transcript, final)
    }
    const ear = new Ear({
      clock,
      detector,
      sampleRate: this.leg.sampleRate,
      ear: this.resolve(wish),
      silenceMs: silenceMs === 'auto' ? undefined : silenceMs,
      listener: {
        voiceStart: () => listener.voice(id, true),
        voiceEnd: () => listener.voice(id, false),
        partial: (transcript) => heard(transcript, false),
        turn: ({ transcript }) => heard(transcript, true),
        failed: (detail) => {
          if (++failures < mostFailures) return warn(detail)
          this.ears.delete(id)
          leave()
          ear.close()
          listener.failed(id, detail)
        },
      },
    })
    const leave = this.leg.onFrames(
      track === 'inbound' ? (inbound) => ear.write(inbound) : (_, outbound) => ear.write(outbound),
      track,
    )
    return () => {
      leave()
      if (settles) this.settle(ear, id)
      else ear.close()
    }
  }

  private settle(ear: Ear, id: string): void {
    const settled = ear.finish(settleMs).then(() => {
      this.settling.delete(settled)
      this.options.listener.ended(id)
    })
    this.settling.add(settled)
  }

  private resolve({
    settings,
    hints,
    ...wish
  }: Omit<ListenWish, 'track' | 'silenceMs' | 'settles'>): ResolvedEar {
    const { engines, warn } = this.options
    const { engine, language, warning } = engines.resolveStt(wish)
    if (warning) warn(warning)
    const { sampleRate } = this.leg
    return { engine, options: { language, sampleRate, model: wish.model, hints, settings } }
  }
}
