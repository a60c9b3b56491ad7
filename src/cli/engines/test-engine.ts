import { writeFile } from 'node:fs/promises'
import { encodeWav, resample } from '../../audio/index.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import {
  collectSpeech,
  createSpeechRegistry,
  type RegisteredStt,
  type RegisteredTts,
  type SpeechRegistry,
  type TriedStt,
  type TriedTts,
} from '../../speech/index.js'
import { configHere } from '../environment.js'

export interface TestFlags {
  readonly text: string
  readonly language: string
  readonly voice: string
  readonly model: string
  readonly sampleRate: number
  readonly out?: string
  readonly json: boolean
  /** Longest wait for the text after the sentence's end, in ms. Default 10 s. */
  readonly patienceMs?: number
}

/** What a test found; latencies in ms. */
type Finding = Readonly<Record<string, string | number>>

/** Silence after the sentence, in ms: engines that decide by themselves need some. */
const TAIL_MS = 1_500

/**
 * Lets the engines of that name speak and understand a sentence, and prints latencies.
 * @returns 0 when it worked, 1 when it did not
 */
export async function testEngine(name: string, flags: TestFlags): Promise<number> {
  const registry = await createSpeechRegistry(configHere().config.speech)
  try {
    const { tts, stt } = registry.vendors()
    const voice = named(tts, name)
    const ear = named(stt, name)
    if (!voice && !ear) {
      const known = [...new Set([...stt, ...tts].map(({ vendor }) => vendor.name))].join(', ')
      throw new ParleyError('config_invalid', `"${name}" is no engine; expected one of ${known}`)
    }
    let failed = false
    const report = async (what: string, run: () => Promise<Finding>) => {
      const found = await run().catch((thrown) => {
        failed = true
        return { failed: messageOf(thrown) }
      })
      if (flags.json) console.log(JSON.stringify({ engine: name, test: what, ...found }))
      else console.log(`${name}, ${what}\n${lines(found)}`)
    }
    if (voice) await report('text to speech', async () => speak(ready(voice), flags))
    if (ear) await report('speech to text', async () => understand(ready(ear), registry, flags))
    return failed ? 1 : 0
  } finally {
    await registry.close()
  }
}

function named<One extends TriedTts | TriedStt>(all: readonly One[], name: string): One | undefined {
  const wanted = name.toLowerCase()
  return (
    all.find(({ vendor }) => vendor.name === wanted) ??
    all.find(({ vendor }) => vendor.aliases.includes(wanted))
  )
}

function ready<Engine>({
  vendor,
  engine,
  reason,
}: {
  vendor: { install: string }
  engine: Engine | undefined
  reason: string
}): Engine {
  if (!engine) throw new Error(`${reason} (${vendor.install})`)
  return engine
}

async function speak(engine: RegisteredTts, flags: TestFlags): Promise<Finding> {
  const { spoken, firstAudioMs, totalMs, marks } = await synthesise(engine, flags)
  if (flags.out) await writeFile(flags.out, encodeWav(spoken.pcm, spoken.sampleRate))
  const audioMs = (spoken.pcm.length * 1000) / spoken.sampleRate
  return {
    'first audio': firstAudioMs,
    'all audio': totalMs,
    'length of the audio': Math.round(audioMs),
    'sample rate': spoken.sampleRate,
    'words with marks': marks,
  }
}

async function synthesise(engine: RegisteredTts, { text, language, voice, model, sampleRate }: TestFlags) {
  const found = engine.voiceFor({ name: voice, language, model })
  if (!found) throw new Error(`it does not speak ${language}`)
  const startedAt = performance.now()
  let firstAudioMs = 0
  const request = { text, ssml: false, sampleRate, settings: {}, ...found }
  const spoken = await collectSpeech(engine.speak(request, AbortSignal.timeout(30_000)), () => {
    firstAudioMs ||= elapsed(startedAt)
  })
  if (spoken.pcm.length === 0) throw new Error('no audio came')
  return { spoken, firstAudioMs, totalMs: elapsed(startedAt), marks: spoken.marks.length }
}

/** A sentence of another engine's, in real time, and what is understood of it. */
async function understand(
  engine: RegisteredStt,
  registry: SpeechRegistry,
  flags: TestFlags,
): Promise<Finding> {
  const { language, model, sampleRate, text, patienceMs = 10_000 } = flags
  const recognised = engine.languageFor(language, model)
  if (!recognised) throw new Error(`it does not understand ${language}`)
  const speaker = registry.vendors().tts.findLast(({ vendor, engine: one }) => one && !('create' in vendor))
  const tts =
    speaker?.engine ?? (registry.resolveTts({ provider: '', voice: '', language }).engine as RegisteredTts)
  const { spoken } = await synthesise(tts, { ...flags, voice: '', model: '' })
  const pcm = resample(spoken.pcm, spoken.sampleRate, sampleRate)
  const listening = engine.open({ language: recognised, sampleRate, model, hints: [], settings: {} })
  let beat: NodeJS.Timeout | undefined
  try {
    return await new Promise<Finding>((resolve, reject) => {
      const frame = sampleRate / 50
      const total = pcm.length + (sampleRate * TAIL_MS) / 1000
      let startedAt = 0
      let written = 0
      let firstPartialMs = 0
      let partials = 0
      let heard = ''
      const spokenMs = (pcm.length * 1000) / sampleRate
      const done = (confidence?: number) => {
        resolve({
          said: text,
          understood: heard.trim(),
          ...(partials > 0 && { 'first partial after the beginning': firstPartialMs }),
          partials,
          'text after the end of speech': Math.round(elapsed(startedAt) - spokenMs),
          ...(confidence !== undefined && { confidence: Number(confidence.toFixed(2)) }),
        })
      }
      listening.on('error', reject)
      listening.on('partial', () => {
        if (partials++ === 0) firstPartialMs = elapsed(startedAt)
      })
      listening.on('final', ({ text: final, confidence }) => {
        heard += ` ${final}`
        if (engine.endpointing === 'relay') done(confidence)
      })
      listening.on('endOfTurn', () => done())
      let asked = false
      beat = setInterval(() => {
        if (startedAt === 0) startedAt = performance.now()
        for (; written < Math.min(total, (elapsed(startedAt) * sampleRate) / 1000); written += frame) {
          const piece = new Int16Array(frame)
          piece.set(pcm.subarray(written, written + frame))
          listening.write(piece, written < pcm.length)
          const relayEnds =
            engine.endpointing === 'relay' && written >= pcm.length + (sampleRate * 300) / 1000
          if ((relayEnds || written + frame >= total) && !asked) {
            asked = true
            listening.finalize()
          }
        }
        if (elapsed(startedAt) > spokenMs + patienceMs) reject(new Error(`no text came for ${patienceMs} ms`))
      }, 20)
    })
  } finally {
    clearInterval(beat)
    await listening.close()
  }
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since)
}

function lines(found: Finding): string {
  const text = (name: string, value: string | number) =>
    typeof value === 'number' && /audio$|speech$|beginning$|length/.test(name) ? `${value} ms` : String(value)
  return Object.entries(found)
    .map(([name, value]) => `  ${name.padEnd(36)}${text(name, value)}`)
    .join('\n')
}
