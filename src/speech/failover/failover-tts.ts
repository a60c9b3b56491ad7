import { Resampler } from '../../audio/index.js'
import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { SpeechCache } from '../cache/speech-cache.js'
import type { SpeakRequest, SpeechAudio, TextToSpeech } from '../engine.js'
import { plainText, stripSsml } from '../tts/ssml.js'
import type { LocalVoice } from '../vendor.js'
import { VendorError } from '../vendor-error.js'
import { byHealth, type CircuitBreakers } from './circuit-breaker.js'
import { followCut, type ReferenceSpeech } from './follow-cut.js'
import { guardSpeech } from './guard-speech.js'
import type { SpeechObserver } from './observer.js'
import type { SpeakingRates } from './speaking-rates.js'
import { type Cut, SpokenProgress } from './spoken-progress.js'
import type { FailoverTimes } from './times.js'

/** An engine with the voice that it would speak in. */
export interface VoiceCandidate {
  readonly engine: TextToSpeech
  readonly voice: LocalVoice
  /** What of a request's settings is meant for it, with what its voice's name said. */
  readonly settings: (wishes: SpeakRequest['settings']) => SpeakRequest['settings']
  /** Whether it is reached over a network, and so held to times. */
  readonly remote: boolean
  /** What tells it from other engines: its name, and where it is. */
  readonly identity: string
}

export interface FailoverTtsOptions {
  readonly clock: Clock
  readonly times: FailoverTimes
  readonly breakers: CircuitBreakers<TextToSpeech>
  readonly rates: SpeakingRates
  /** Follows voices that do not tell their words. */
  readonly reference?: ReferenceSpeech | undefined
  /** Speech of engines that are reached over a network. */
  readonly cache?: SpeechCache | undefined
  readonly observer?: SpeechObserver | undefined
}

/** Something with a sound: a letter, a digit, a currency sign. */
const SPEAKABLE = /[\p{L}\p{N}\p{Sc}]/u

/**
 * Speaks by the first of several engines that can. One that fails in mid-chunk is followed by the next from the first
 * word that it did not say whole; what the caller has not heard of a broken word is withdrawn.
 */
export class FailoverTts implements TextToSpeech {
  readonly name: string
  readonly ssml: boolean
  /** Those that said that what is asked of them is wrong: they are not asked again. */
  private readonly refused = new Set<VoiceCandidate>()
  /** Those that have spoken: what one of them refuses is wrong with that text alone. */
  private readonly proven = new Set<VoiceCandidate>()

  /** @param candidates in their order; at least one */
  constructor(
    private readonly candidates: readonly VoiceCandidate[],
    private readonly options: FailoverTtsOptions,
  ) {
    this.name = candidates[0]!.engine.name
    this.ssml = candidates[0]!.engine.ssml
  }

  prepare(request: SpeakRequest): void {
    const [first] = this.order()
    first!.engine.prepare?.(bound(first!, request, request.text))
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    const key = this.cacheKey(request)
    const kept = key && (await this.options.cache?.find(key))
    if (signal.aborted) return
    if (kept) return yield kept
    yield* this.synthesise(request, signal, key)
  }

  private async *synthesise(
    request: SpeakRequest,
    signal: AbortSignal,
    key: string | undefined,
  ): AsyncGenerator<SpeechAudio> {
    const progress = new SpokenProgress(request.text)
    const { clock } = this.options
    let firstAt = 0
    const heardMs =
      request.heardMs ?? (() => Math.min(progress.deliveredMs, firstAt && clock.now() - firstAt))
    let cut: Cut = { textEnd: 0, atMs: 0 }
    const order = this.order()
    for (const [i, candidate] of order.entries()) {
      const breaker = this.options.breakers.of(candidate.engine)
      const rest = restOf(request, cut)
      try {
        for await (const audio of this.speakRest(candidate, request, rest, cut, progress, heardMs, signal)) {
          firstAt ||= clock.now()
          if (audio.pcm.length > 0) this.proven.add(candidate)
          progress.add(audio)
          yield audio
        }
        if (signal.aborted) return
        if (progress.deliveredMs - cut.atMs < 1 && SPEAKABLE.test(rest.plain)) {
          throw new VendorError(candidate.engine.name, 'server', 'said nothing')
        }
        breaker.succeeded()
        if (cut.textEnd === 0 && cut.atMs === 0) {
          this.options.rates.learn(rateKey(candidate), request.text, progress.deliveredMs)
          if (key && candidate === this.candidates[0]) this.options.cache?.keep(key, progress.whole())
        }
        return
      } catch (thrown) {
        if (signal.aborted) return
        breaker.failed(thrown)
        const broken = await this.cut(request, candidate, progress, heardMs)
        if (signal.aborted) return
        cut = later(broken, cut, heardMs())
        const isSaid = progress.deliveredMs > 0 && !SPEAKABLE.test(restOf(request, cut).plain)
        const next = isSaid ? undefined : order[i + 1]
        const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown))
        if (!this.refuses(candidate, request, error)) {
          this.options.observer?.({
            kind: 'tts',
            engine: candidate.engine.name,
            error,
            next: next?.engine.name,
          })
        }
        // Only the end of it was not told.
        if (isSaid) return
        if (!next) throw thrown
        if (cut.atMs < progress.deliveredMs) {
          progress.withdraw(cut)
          yield { pcm: new Int16Array(0), sampleRate: progress.sampleRate, marks: [], joinsAtMs: cut.atMs }
        }
      }
    }
  }

  /**
   * Takes down whether an engine refused what the configuration makes of every request. Markup that it does not take is
   * the one request's own fault.
   * @returns whether it had refused before
   */
  private refuses(candidate: VoiceCandidate, { ssml }: SpeakRequest, error: Error): boolean {
    if (!(error instanceof VendorError) || error.fault !== 'request') return false
    if (ssml || this.proven.has(candidate)) return false
    const before = this.refused.has(candidate)
    this.refused.add(candidate)
    return before
  }

  /** The engines in the order that they are to be tried in: those that refused only where all did. */
  private order(): VoiceCandidate[] {
    const fit = this.candidates.filter((candidate) => !this.refused.has(candidate))
    return byHealth(fit.length > 0 ? fit : this.candidates, this.options.breakers)
  }

  /** Where the next engine goes on. */
  private async cut(
    { text, ssml }: SpeakRequest,
    candidate: VoiceCandidate,
    progress: SpokenProgress,
    heardMs: () => number,
  ): Promise<Cut> {
    const unmarked = heardMs() > 0 && progress.deliveredMs > 0 && !progress.isMarked && !ssml
    const followed =
      unmarked && (await followCut(text, candidate.voice.language, progress.whole(), heardMs, this.options))
    return followed || progress.cut(heardMs(), this.options.rates.of(rateKey(candidate)))
  }

  private cacheKey(request: SpeakRequest): string | undefined {
    const first = this.candidates[0]!
    return first.remote
      ? this.options.cache?.keyOf(first.identity, bound(first, request, request.text))
      : undefined
  }

  /** What is left of the request, at the rate of what was delivered, its marks counted in the whole of it. */
  private async *speakRest(
    candidate: VoiceCandidate,
    request: SpeakRequest,
    rest: Rest,
    { atMs }: Cut,
    progress: SpokenProgress,
    heardMs: () => number,
    signal: AbortSignal,
  ): AsyncGenerator<SpeechAudio> {
    const stop = new AbortController()
    const { engine, remote } = candidate
    const plain = rest.ssml && !engine.ssml
    const spoken = engine.speak(
      { ...bound(candidate, request, plain ? rest.plain : rest.text), ssml: rest.ssml && !plain },
      AbortSignal.any([signal, stop.signal]),
    )
    const { clock, times } = this.options
    const bufferedMs = () => progress.deliveredMs - heardMs()
    const source = remote ? guardSpeech(spoken, { clock, engine: engine.name, times, bufferedMs }) : spoken
    const rate = progress.sampleRate
    let resampler: Resampler | undefined
    try {
      for await (const { pcm, sampleRate, marks } of source) {
        if (rate !== 0 && rate !== sampleRate) resampler ??= new Resampler(sampleRate, rate)
        yield {
          pcm: resampler ? resampled(resampler, pcm) : pcm,
          sampleRate: resampler ? rate : sampleRate,
          // Markup that was taken out cannot be found again.
          marks: plain ? [] : marks.map((mark) => shifted(mark, rest.start, atMs)),
        }
      }
      if (resampler) yield { pcm: flushed(resampler), sampleRate: rate, marks: [] }
    } finally {
      stop.abort()
    }
  }
}

/** What of a request is still to be said. */
interface Rest {
  readonly text: string
  readonly ssml: boolean
  /** Without markup. */
  readonly plain: string
  /** Where it begins in the request's text. */
  readonly start: number
}

function restOf({ text, ssml }: SpeakRequest, { textEnd }: Cut): Rest {
  if (textEnd === 0) return { text, ssml, plain: plainText({ text, ssml }), start: 0 }
  const tail = text.slice(textEnd)
  // Of markup the beginning may be missing now.
  if (ssml) {
    const plain = stripSsml(tail).trim()
    return { text: plain, ssml: false, plain, start: textEnd }
  }
  const start = text.length - tail.trimStart().length
  return { text: text.slice(start), ssml, plain: text.slice(start), start }
}

function bound({ voice, settings }: VoiceCandidate, request: SpeakRequest, text: string): SpeakRequest {
  return {
    ...request,
    text,
    voice: voice.voice,
    language: voice.language,
    model: voice.model,
    settings: settings(request.settings),
  }
}

/** A cut never lies before one that was made already. */
function later(cut: Cut, before: Cut, heardMs: number): Cut {
  return cut.atMs < before.atMs || cut.textEnd < before.textEnd
    ? { ...before, atMs: Math.max(before.atMs, heardMs) }
    : cut
}

function shifted(mark: SpeechAudio['marks'][number], text: number, ms: number) {
  if (text === 0 && ms === 0) return mark
  return {
    textStart: mark.textStart + text,
    textEnd: mark.textEnd + text,
    startMs: mark.startMs + ms,
    endMs: mark.endMs + ms,
  }
}

function resampled(resampler: Resampler, pcm: Int16Array): Int16Array {
  const output = new Int16Array(resampler.room(pcm.length))
  return output.subarray(0, resampler.process(pcm, output))
}

function flushed(resampler: Resampler): Int16Array {
  const output = new Int16Array(resampler.room(0))
  return output.subarray(0, resampler.flush(output))
}

function rateKey({ engine, voice }: VoiceCandidate): string {
  return `${engine.name}/${voice.voice}`
}
