import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Audio, readWav } from '../../audio/index.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { LocalVoice, RegisteredTts, VoiceWish } from '../vendor.js'
import { runTool } from './run-tool.js'
import { speakPieces } from './speak-pieces.js'

/** Voices that a build of flite can have, best first. */
const knownVoices = [
  { voice: 'slt', language: 'en-US', gender: 'female' },
  { voice: 'rms', language: 'en-US', gender: 'male' },
  { voice: 'awb', language: 'en-GB', gender: 'male' },
  { voice: 'kal16', language: 'en-US', gender: 'male' },
  { voice: 'kal', language: 'en-US', gender: 'male' },
] as const

const timeoutMs = 15_000

/** flite, offline: small English voices, a process for each sentence, 10 to 60 ms to its audio. */
export class Flite implements RegisteredTts {
  readonly name = 'flite'
  readonly ssml = false

  private constructor(private readonly voices: readonly LocalVoice[]) {}

  /** @throws Error when flite is not installed */
  static async start(): Promise<Flite> {
    const signal = AbortSignal.timeout(5000)
    const listed = await runTool({ command: 'flite', args: ['-lv'], timeoutMs, signal, mostBytes: 10_000 })
    const names = listed.toString('utf8').replace(/^.*:/, '').trim().split(/\s+/)
    return new Flite(knownVoices.filter(({ voice }) => names.includes(voice)))
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    if (wish.language.toLowerCase().split('-')[0] !== 'en') return undefined
    const named = this.voices.find(({ voice }) => voice === wish.name.toLowerCase())
    if (named) return named
    return this.voices.find(({ gender }) => gender === (wish.gender ?? 'female')) ?? this.voices[0]
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    const voice = this.voiceFor({ name: request.voice, language: 'en-US' })?.voice ?? 'slt'
    return speakPieces(request, signal, (text, stop) => synthesise(voice, text, stop))
  }

  async close(): Promise<void> {}
}

async function synthesise(voice: string, text: string, signal: AbortSignal): Promise<Audio> {
  const plain = toAscii(text)
  if (!/[a-z0-9$%&+@]/i.test(plain)) return { pcm: new Int16Array(0), sampleRate: 16_000 }
  // flite opens its output by name, which a socket (what Node's pipes are) does not allow.
  const file = join(tmpdir(), `parley-flite-${randomUUID()}.wav`)
  try {
    const args = ['-voice', voice, '-t', plain, '-o', file]
    await runTool({ command: 'flite', args, timeoutMs, signal, mostBytes: 10_000 })
    const { pcm, sampleRate } = readWav(await readFile(file))
    return { pcm, sampleRate }
  } finally {
    await rm(file, { force: true })
  }
}

/** flite reads ASCII: accents fall, typographic marks become plain ones, the rest becomes space. */
function toAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2015]/g, ' - ')
    .replace(/\u20ac/g, ' euro ')
    .replace(/\u00a3/g, ' pound ')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
}
