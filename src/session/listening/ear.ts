import type { Clock, Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type {
  Listening,
  ListenOptions,
  SpeechToText,
  VoiceActivity,
  VoiceDetector,
  VoiceListener,
} from '../../speech/index.js'
import { TurnDetector, type TurnListener } from './turn-detector.js'

/** An engine and how to open it for one language. */
export interface ResolvedEar {
  readonly engine: SpeechToText
  readonly options: ListenOptions
}

export interface EarListener extends VoiceListener, TurnListener {
  /** Recognition broke; it is opened again after `retryMs`. */
  failed(detail: string, retryMs: number): void
}

export interface EarOptions {
  readonly clock: Clock
  readonly sampleRate: number
  readonly detector: VoiceDetector
  readonly ear: ResolvedEar
  /** ms of silence that end a turn; undefined leaves it to engines that decide by themselves. */
  readonly silenceMs: number | undefined
  /** Whether the voice being heard is nothing but the agent's own, come back. */
  readonly echo?: () => boolean
  readonly listener: EarListener
}

/** Silence, in ms, that ends a turn when neither the app nor the engine says otherwise. */
const DEFAULT_SILENCE_MS = 700
/** Silence, in ms, after which an engine that decides by itself is taken to have missed the end of a turn. */
const MISSED_END_MS = 6_000
/** Waits before recognition is opened again after failures, in ms; the last one repeats. */
const REOPEN_MS = [0, 500, 1_000, 2_000, 5_000]

/** Hears the caller: voice activity, recognition and turns, for one session. Knows nothing of speaking. */
export class Ear {
  private readonly voice: VoiceActivity
  private listening: Listening | undefined
  private current: ResolvedEar
  private turns: TurnDetector
  private voiced = false
  private failures = 0
  private reopening: Timer | undefined
  private closed = false
  /** What has been said is being settled. */
  private finished: (() => void) | undefined

  constructor(private readonly options: EarOptions) {
    const { detector, sampleRate, listener } = options
    this.current = options.ear
    this.turns = this.open(options.ear)
    this.voice = detector.open(sampleRate, {
      voiceStart: (agoMs) => {
        this.voiced = true
        this.turns.voiceStart()
        listener.voiceStart(agoMs)
      },
      voiceEnd: (agoMs) => {
        this.voiced = false
        listener.voiceEnd(agoMs)
        this.turns.voiceEnd(agoMs)
      },
    })
  }

  /** A frame of the caller's, at the leg's rate. */
  write(frame: Int16Array): void {
    this.voice.write(frame)
    // An echo passes for silence, so that its words do not stand before those of a caller who joins in.
    this.listening?.write(frame, this.voiced && !this.options.echo?.())
  }

  /** Listens in another language, or with another engine, from the next frame on. */
  switchTo(ear: ResolvedEar): void {
    this.release()
    this.current = ear
    this.turns = this.open(ear)
  }

  /**
   * Settles what is being said, and closes; nothing may be written any more. Resolves when it is told, which takes no more
   * than so many ms.
   */
  async finish(withinMs: number): Promise<void> {
    if (this.turns.pending && this.listening) {
      await new Promise<void>((resolve) => {
        this.finished = resolve
        this.turns.settle(withinMs)
      })
    }
    this.close()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.finished?.()
    this.reopening?.cancel()
    this.voice.close()
    this.release()
  }

  private open(ear: ResolvedEar): TurnDetector {
    const { clock, listener, silenceMs } = this.options
    const turns = new TurnDetector({
      clock,
      endpointing: ear.engine.endpointing,
      silenceMs: silenceMs ?? (ear.engine.endpointing === 'relay' ? DEFAULT_SILENCE_MS : MISSED_END_MS),
      finalize: () => this.listening?.finalize(),
      listener: {
        partial: (transcript) => listener.partial(transcript),
        turn: (turn) => {
          listener.turn(turn)
          this.finished?.()
        },
      },
    })
    try {
      const listening = ear.engine.open(ear.options)
      listening.on('partial', (transcript) => turns.partial(transcript))
      listening.on('final', (transcript) => {
        this.failures = 0
        turns.final(transcript)
      })
      listening.on('endOfTurn', () => turns.endOfTurn())
      listening.on('error', (error) => this.broke(error))
      this.listening = listening
    } catch (thrown) {
      queueMicrotask(() => this.broke(thrown))
    }
    if (this.voiced) turns.voiceStart()
    return turns
  }

  private broke(thrown: unknown): void {
    if (this.closed) return
    this.release()
    if (this.finished) return this.finished()
    const retryMs = REOPEN_MS[Math.min(this.failures++, REOPEN_MS.length - 1)]!
    this.reopening = this.options.clock.after(retryMs, () => {
      this.turns = this.open(this.current)
    })
    this.options.listener.failed(messageOf(thrown), retryMs)
  }

  private release(): void {
    this.reopening?.cancel()
    this.turns?.close()
    const listening = this.listening
    this.listening = undefined
    if (!listening) return
    listening.removeAllListeners()
    listening.on('error', () => {})
    listening.close().catch(() => {})
  }
}
