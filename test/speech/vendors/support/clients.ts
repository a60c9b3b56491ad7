import { expect } from 'vitest'
import { systemClock } from '../../../../src/base/clock.js'
import { SimulatedClock } from '../../../../src/base/simulated-clock.js'
import {
  isCloud,
  type Listening,
  type ListenOptions,
  type SpeakRequest,
  sttVendors,
  ttsVendors,
  type VendorSettings,
  type WordMark,
} from '../../../../src/speech/index.js'
import type { CloudSttVendor, CloudTtsVendor } from '../../../../src/speech/vendor.js'
import type { VendorError } from '../../../../src/speech/vendor-error.js'
import { frameOf } from './sound.js'

export { SimulatedClock }

const connectTimeoutMs = 5_000

/** The engine of the table's row of that name. */
export function sttOf(name: string, settings: VendorSettings, clock = systemClock) {
  const vendor = sttVendors.find((row) => row.name === name && isCloud(row)) as CloudSttVendor
  return vendor.create(settings, { clock, connectTimeoutMs })
}

/** The engine of the table's row of that name. */
export function ttsOf(name: string, settings: VendorSettings, clock = systemClock) {
  const vendor = ttsVendors.find((row) => row.name === name && isCloud(row)) as CloudTtsVendor
  return vendor.create(settings, { clock, connectTimeoutMs })
}

export function listenOptions(changes: Partial<ListenOptions> = {}): ListenOptions {
  return { language: 'en-US', sampleRate: 8000, model: '', hints: [], settings: {}, ...changes }
}

/** What a listening said so far, as `partial: text`, `final: text`, `endOfTurn` and `error: fault`. */
export function record(listening: Listening): string[] {
  const said: string[] = []
  listening.on('partial', ({ text }) => said.push(`partial: ${text}`))
  listening.on('final', ({ text }) => said.push(`final: ${text}`))
  listening.on('endOfTurn', () => said.push('endOfTurn'))
  listening.on('error', (error) => said.push(`error: ${(error as VendorError).fault}: ${error.message}`))
  return said
}

/** Writes frames `from` to `to` (not included) of the tests' sound. */
export function writeFrames(listening: Listening, from: number, to: number, sampleRate = 8000): void {
  for (let n = from; n < to; n++) listening.write(frameOf(n, sampleRate), true)
}

export function speakRequest(changes: Partial<SpeakRequest> = {}): SpeakRequest {
  return {
    text: 'Hello there, friend.',
    ssml: false,
    language: 'en-US',
    voice: '',
    sampleRate: 8000,
    settings: {},
    ...changes,
  }
}

/** What came of a request. */
export interface Spoken {
  pcm: number[]
  sampleRate: number
  marks: WordMark[]
  error: VendorError | undefined
  done: boolean
}

type Engine = ReturnType<typeof ttsOf>

/** The request with the engine's own voice, where it names none, as the registry asks for it. */
export function withVoice(engine: Engine, request: SpeakRequest): SpeakRequest {
  if (request.voice !== '') return request
  const { voice, model } = engine.voiceFor({ name: '', language: request.language })!
  return { ...request, voice, model: request.model ?? model }
}

/** Speaks, and collects what comes; it is complete when `done`. */
export function say(engine: Engine, request: SpeakRequest, signal = new AbortController().signal): Spoken {
  const spoken: Spoken = { pcm: [], sampleRate: 0, marks: [], error: undefined, done: false }
  void collect(spoken, engine, request, signal)
  return spoken
}

async function collect(spoken: Spoken, engine: Engine, request: SpeakRequest, signal: AbortSignal) {
  try {
    for await (const { pcm, sampleRate, marks } of engine.speak(withVoice(engine, request), signal)) {
      spoken.pcm.push(...pcm)
      spoken.sampleRate = sampleRate
      spoken.marks.push(...marks)
    }
  } catch (thrown) {
    spoken.error = thrown as VendorError
  }
  spoken.done = true
}

/** Each mark as its word and ms. */
export function words({ text }: SpeakRequest, marks: readonly WordMark[]): string[] {
  return marks.map(
    ({ textStart, textEnd, startMs, endMs }) =>
      `${text.slice(textStart, textEnd)} ${Math.round(startMs)}-${Math.round(endMs)}`,
  )
}

/** Waits for what a socket brings. */
export async function until(holds: () => unknown): Promise<void> {
  await expect.poll(() => Boolean(holds()), { interval: 2, timeout: 5_000 }).toBe(true)
}
