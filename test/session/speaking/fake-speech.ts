import type { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { Speaker, SpeakerListener } from '../../../src/session/speaking/index.js'
import type { SpeakRequest, SpeechAudio, TextToSpeech, WordMark } from '../../../src/speech/index.js'

/** Hz of the leg in these tests. */
export const RATE = 8000

export interface FakeVoice {
  /** ms of audio per character; every word is as long as its characters and the space behind it. */
  readonly msPerChar?: number
  /** ms until the first audio. */
  readonly latencyMs?: number
  /** Gives the audio in pieces of so many ms, each this long after the other. */
  readonly piece?: { readonly ms: number; readonly everyMs: number }
  readonly marks?: boolean
  readonly silenceMs?: number
  readonly sampleRate?: number
  readonly ssml?: boolean
  /** Called for each request: may throw, or return false to hang. */
  readonly before?: (request: SpeakRequest) => boolean | undefined
}

/** A speech engine whose audio is a constant level, so that every sample heard can be accounted for. */
export class FakeEngine implements TextToSpeech {
  readonly name = 'fake'
  readonly ssml: boolean
  readonly requests: SpeakRequest[] = []
  aborted = 0

  constructor(
    private readonly clock: SimulatedClock,
    private readonly voice: FakeVoice = {},
  ) {
    this.ssml = voice.ssml ?? false
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    this.requests.push(request)
    signal.addEventListener('abort', () => this.aborted++)
    if (this.voice.before?.(request) === false) await new Promise(() => {})
    if (this.voice.latencyMs) await this.wait(this.voice.latencyMs)
    const { msPerChar = 50, sampleRate = RATE, silenceMs = 0, piece, marks = true } = this.voice
    const silence = Math.round((silenceMs * sampleRate) / 1000)
    const pcm = new Int16Array(silence + Math.round((request.text.length * msPerChar * sampleRate) / 1000))
    pcm.fill(1000, silence)
    const words = marks ? wordMarks(request.text, msPerChar, silenceMs) : []
    if (!piece) return yield { pcm, sampleRate, marks: words }
    const step = Math.round((piece.ms * sampleRate) / 1000)
    for (let at = 0; at < pcm.length && !signal.aborted; at += step) {
      const endMs = ((at + step) * 1000) / sampleRate
      const due = words.filter(({ endMs: end }) => end <= endMs && end > endMs - piece.ms)
      yield { pcm: pcm.subarray(at, at + step), sampleRate, marks: due }
      await this.wait(piece.everyMs)
    }
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve))
  }
}

function wordMarks(text: string, msPerChar: number, silenceMs: number): WordMark[] {
  return [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({
    textStart: index,
    textEnd: index + word.length,
    startMs: silenceMs + index * msPerChar,
    endMs: silenceMs + (index + word.length) * msPerChar,
  }))
}

/** Events with the time of the frame they belong to, in ms since the start: `[20, 'on']`. */
export type Heard = readonly [ms: number, what: string]

/** Writes down what a speaker tells. */
export class Recorder implements SpeakerListener {
  readonly events: [number, string][] = []

  constructor(private readonly clock: SimulatedClock) {}

  /** Without times. */
  get names(): string[] {
    return this.events.map(([, what]) => what)
  }

  speaking = (on: boolean) => this.add(on ? 'on' : 'off')
  chunkPlayed = (text: string) => this.add(`played "${text}"`)
  firstToken = () => this.add('first')
  finalToken = ({ tokens, words }: { tokens: number; words: number }) => this.add(`final ${tokens} ${words}`)
  ttsLatency = (ms: number) => this.add(`tts ${ms}`)
  preempted = () => this.add('preempted')
  digitsSent = (digits: string) => this.add(`digits ${digits}`)
  mediaStarted = (source: string) => this.add(`media ${source}`)
  failed = (error: { code: string }, context: string) => this.add(`failed ${error.code} ${context}`)

  add(what: string): void {
    this.events.push([this.clock.now(), what])
  }
}

/** Pulls a frame every 20 ms for `ms`, as a leg does, letting promises settle in between; the frames pulled. */
export async function pull(speaker: Speaker, clock: SimulatedClock, ms: number): Promise<Int16Array[]> {
  const frames: Int16Array[] = []
  for (let end = clock.now() + ms; clock.now() < end; ) {
    await new Promise((resolve) => setImmediate(resolve))
    const frame = new Int16Array(RATE / 50)
    if (!speaker.pull(frame)) frame.fill(0)
    frames.push(frame)
    await clock.run(20, 5)
  }
  return frames
}

/** Samples that carry sound. */
export function loud(frames: readonly Int16Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.filter((sample) => sample !== 0).length, 0)
}
