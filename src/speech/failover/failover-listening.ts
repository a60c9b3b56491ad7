import { EventEmitter } from 'node:events'
import type { Clock, Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { Listening, ListeningEvents, ListenOptions, SpeechToText, Transcript } from '../engine.js'
import { SILENCE_MS, SilenceTurns } from '../silence-turns.js'
import { speechTimeout } from '../stt/settings.js'
import { VendorError } from '../vendor-error.js'
import { TurnAssembly } from '../wire/turn-assembly.js'
import { AudioRing } from './audio-ring.js'
import { byHealth, type CircuitBreaker, type CircuitBreakers } from './circuit-breaker.js'
import type { EarCandidate } from './failover-stt.js'
import type { SpeechObserver } from './observer.js'

export interface FailoverListeningParts {
  readonly clock: Clock
  readonly breakers: CircuitBreakers<SpeechToText>
  readonly observer?: SpeechObserver | undefined
}

/** Voice that was written without any text coming back, in ms, after which an engine counts as stalled. */
const DEAF_MS = 10_000
/** Audio before now that a final that nobody asked for may not cover, in ms, where the engine does not tell how far it reaches. */
const UNSETTLED_MS = 300
/** ms that a session must have lasted for its end by the vendor's clock to be no failure. */
const LEAST_SESSION_MS = 60_000
/** How much longer than otherwise a turn waits for its end whose engine has failed, in ms: the next may know of more words. */
const GRACE_MS = 1_000

/** Waits before all engines are tried again once each has failed, in ms; the last one repeats. */
const AGAIN_MS = [500, 1_000, 2_000, 5_000]

/** The engine that listens now. */
interface Ear {
  readonly candidate: EarCandidate
  readonly breaker: CircuitBreaker
  readonly listening: Listening
  /** Brings its turns into the form that was promised. */
  readonly turns: TurnAssembly
  /** Ends turns where the engine does not and the session expects it to. */
  readonly silence: SilenceTurns | undefined
  /** Ends the turn whose words another engine has settled; not needed where this one hears more of it. */
  orphan: SilenceTurns | undefined
  /** ms of the stream at which it began to listen. */
  readonly fromMs: number
  /** Voice since it last said something, in ms. */
  unansweredMs: number
  proven: boolean
}

/**
 * A recognition stream that changes engines when one fails, and back when the better one is well again. When none is left
 * it keeps what it hears until one is.
 */
export class FailoverListening extends EventEmitter<ListeningEvents> implements Listening {
  private readonly ring: AudioRing
  private readonly endpointing: 'engine' | 'relay'
  private ear: Ear | undefined
  /** ms of the stream up to which a final was asked for. */
  private askedMs: number | undefined
  /** There are final words whose end of turn was not told. */
  private unended = false
  private over = false
  /** How often all engines have failed since one understood something. */
  private defeats = 0
  private again: Timer | undefined
  /** Those that said that what is asked of them is wrong: it will be no better next time. */
  private readonly refused = new Set<EarCandidate>()

  constructor(
    private readonly candidates: readonly EarCandidate[],
    private readonly options: ListenOptions,
    private readonly parts: FailoverListeningParts,
  ) {
    super()
    this.ring = new AudioRing(options.sampleRate)
    this.endpointing = candidates[0]!.engine.endpointing
    this.open(this.order())
  }

  write(frame: Int16Array, voiced: boolean): void {
    if (this.over) return
    this.ring.push(frame, voiced)
    const { ear } = this
    if (!ear) return
    this.feed(ear, frame, voiced)
    if (voiced) this.watch(ear, (frame.length * 1000) / this.options.sampleRate)
  }

  finalize(): void {
    if (this.over) return
    this.askedMs ??= this.ring.endMs
    if (this.ear) this.ask(this.ear)
  }

  async close(): Promise<void> {
    this.over = true
    this.again?.cancel()
    const { ear } = this
    this.ear = undefined
    if (!ear) return
    silence(ear.listening)
    await ear.listening.close()
  }

  /** Opens the first of the candidates that can be opened, and lets it hear what is not settled. */
  private open(order: readonly EarCandidate[]): void {
    const [candidate, ...others] = order
    if (!candidate) return
    const breaker = this.parts.breakers.of(candidate.engine)
    try {
      const { language, model, settings } = candidate
      const { options } = this
      const listening = candidate.engine.open({
        ...options,
        language,
        model,
        settings: settings(options.settings),
      })
      const ear = this.seat(candidate, breaker, listening)
      this.ear = ear
      listening.on('error', (error) => {
        if (this.ear === ear) this.failed(ear, error, others)
      })
      this.hearAgain(ear)
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown))
      // Nobody can have begun to listen yet.
      queueMicrotask(() => this.giveUp(candidate, breaker, error, others))
    }
  }

  private seat(candidate: EarCandidate, breaker: CircuitBreaker, listening: Listening): Ear {
    const standsIn = this.endpointing === 'engine' && candidate.engine.endpointing === 'relay'
    const timeoutMs = speechTimeout(this.options.settings) ?? SILENCE_MS
    const turns = new TurnAssembly(this.endpointing, false, {
      partial: (transcript) => this.emit('partial', transcript),
      final: (transcript) => this.final(ear, transcript, standsIn),
      endOfTurn: () => this.ended(ear),
    })
    const ear: Ear = {
      candidate,
      breaker,
      listening,
      turns,
      silence: standsIn ? new SilenceTurns(timeoutMs) : undefined,
      orphan: this.unended ? new SilenceTurns(timeoutMs + GRACE_MS, timeoutMs + GRACE_MS) : undefined,
      fromMs: this.ring.startMs,
      unansweredMs: 0,
      proven: false,
    }
    const heed = (act: () => void) => {
      if (this.ear !== ear || this.over) return
      ear.unansweredMs = 0
      ear.orphan = undefined
      this.defeats = 0
      if (!ear.proven) breaker.succeeded()
      ear.proven = true
      act()
    }
    listening.on('partial', (transcript) => heed(() => turns.partial(transcript)))
    listening.on('final', (transcript) => heed(() => turns.final(transcript)))
    listening.on('endOfTurn', () => heed(() => turns.endOfTurn()))
    return ear
  }

  private feed(ear: Ear, frame: Int16Array, voiced: boolean): void {
    ear.listening.write(frame, voiced)
    const ms = (frame.length * 1000) / this.options.sampleRate
    if (ear.silence?.add(voiced, ms)) ear.listening.finalize()
    if (!ear.orphan?.add(voiced, ms)) return
    ear.orphan = undefined
    this.ended(ear)
  }

  /** Lets it hear what is kept, and asks for a final where the session did. */
  private hearAgain(ear: Ear): void {
    let atMs = this.ring.startMs
    let asked = this.askedMs === undefined
    for (const { pcm, voiced } of this.ring.kept()) {
      if (!asked && atMs >= this.askedMs!) {
        this.ask(ear)
        asked = true
      }
      this.feed(ear, pcm, voiced)
      atMs += (pcm.length * 1000) / this.options.sampleRate
    }
    if (!asked) this.ask(ear)
  }

  private ask({ turns, listening }: Ear): void {
    turns.finalize()
    listening.finalize()
  }

  /** An engine to which somebody speaks, and which says nothing of it, has lost its way. */
  private watch(ear: Ear, ms: number): void {
    ear.unansweredMs += ms
    if (ear.unansweredMs < DEAF_MS) return
    const { name } = ear.candidate.engine
    const error = new VendorError(name, 'stalled', `understood nothing of ${DEAF_MS} ms of voice`)
    this.failed(ear, error, this.others(ear))
  }

  private final(ear: Ear, transcript: Transcript, standsIn: boolean): void {
    const { endMs } = transcript
    const untold = this.askedMs ?? this.ring.endMs - UNSETTLED_MS
    this.ring.settle(endMs === undefined ? untold : ear.fromMs + endMs)
    const asked = this.askedMs !== undefined
    this.askedMs = undefined
    // A final that the session did not ask for is the end of a turn only where this object made it one.
    const words = transcript.text.trim() !== ''
    if (words || asked) this.emit('final', transcript)
    if (standsIn && !asked && words) return this.ended(ear)
    this.unended = words && !asked && this.endpointing === 'engine'
    if (!this.unended) this.comeBack(ear)
  }

  private ended(ear: Ear): void {
    this.unended = false
    this.emit('endOfTurn')
    this.comeBack(ear)
  }

  private failed(ear: Ear, error: Error, others: readonly EarCandidate[]): void {
    if (this.ear !== ear || this.over) return
    this.ear = undefined
    release(ear.listening)
    const lastedMs = this.ring.endMs - ear.fromMs
    if (error instanceof VendorError && error.fault === 'expired' && lastedMs >= LEAST_SESSION_MS) {
      return this.open([ear.candidate, ...others])
    }
    this.giveUp(ear.candidate, ear.breaker, error, others)
  }

  private giveUp(
    candidate: EarCandidate,
    breaker: CircuitBreaker,
    error: Error,
    others: readonly EarCandidate[],
  ): void {
    if (this.over) return
    const { engine } = candidate
    breaker.failed(error)
    if (error instanceof VendorError && error.fault === 'request') this.refused.add(candidate)
    const [next] = others
    const retryMs = next ? undefined : AGAIN_MS[Math.min(this.defeats++, AGAIN_MS.length - 1)]!
    this.parts.observer?.({ kind: 'stt', engine: engine.name, error, next: next?.engine.name, retryMs })
    if (retryMs === undefined) return this.open(others)
    const { clock } = this.parts
    this.again = clock.after(retryMs, () => this.open(this.order()))
  }

  /** Between turns, a better engine goes on that a probe, or another session, has found well. */
  private comeBack(ear: Ear): void {
    const { breakers } = this.parts
    const better = this.order()
    const isWell = (candidate: EarCandidate) => breakers.of(candidate.engine).isWell
    const found = better.slice(0, better.indexOf(ear.candidate)).find(isWell)
    if (this.ear !== ear || !found || this.ring.endMs - this.ring.startMs > 1_500) return
    queueMicrotask(() => {
      if (this.ear !== ear || this.over) return
      this.ear = undefined
      release(ear.listening)
      this.open([found, ...better.filter((candidate) => candidate !== found)])
    })
  }

  /** The engines in the order that they are to be tried in. */
  private order(): EarCandidate[] {
    const fit = this.candidates.filter((candidate) => !this.refused.has(candidate))
    return byHealth(fit.length > 0 ? fit : this.candidates, this.parts.breakers)
  }

  private others({ candidate }: Ear): EarCandidate[] {
    return this.order().filter((other) => other !== candidate)
  }
}

function release(listening: Listening): void {
  silence(listening)
  listening.close().catch(() => {})
}

function silence(listening: Listening): void {
  listening.removeAllListeners()
  listening.on('error', () => {})
}
