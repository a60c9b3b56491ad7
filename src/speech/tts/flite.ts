import { readWav } from '../../audio/index.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { LocalVoice, RegisteredTts, TtsVendor, VoiceWish } from '../vendor.js'
import { type Availability, availabilityOf } from './availability.js'
import { type EngineOptions, engineLimits } from './engine-options.js'
import { type Program, runProgram, scratchPath } from './run-program.js'
import { speakPieces } from './speak-pieces.js'
import type { Phone, SpokenPiece } from './spoken-piece.js'

/** Voices that a build of flite can have, best first. `awb` is a Scot. */
const fliteVoices = [
  { voice: 'slt', language: 'en-US', gender: 'female' },
  { voice: 'rms', language: 'en-US', gender: 'male' },
  { voice: 'awb', language: 'en-GB', gender: 'male' },
  { voice: 'kal16', language: 'en-US', gender: 'male' },
  { voice: 'kal', language: 'en-US', gender: 'male' },
] as const satisfies readonly LocalVoice[]

const install = 'apt-get install flite'

/**
 * flite, offline: small English voices. A process for each sentence or clause takes 20 to 50 ms and then some 25 ms
 * for each second of speech. Word marks come from the phones it prints, good to a phone or so.
 */
export class Flite implements RegisteredTts {
  readonly name = 'flite'
  readonly ssml = false
  private readonly closing = new AbortController()

  private constructor(
    private readonly voices: readonly LocalVoice[],
    private readonly program: Program,
    private readonly mostCharacters: number,
  ) {}

  /** @throws ParleyError `speech_program_missing` when flite is not installed, `tts_failed` when it does not work */
  static async start(options: EngineOptions = {}): Promise<Flite> {
    const { mostCharacters, ...limits } = engineLimits(options)
    const program = { command: 'flite', install, ...limits }
    const { stdout } = await runProgram(program, { args: ['-lv'], signal: new AbortController().signal })
    const names = stdout.toString('utf8').replace(/^.*:/, '').trim().split(/\s+/)
    const voices = fliteVoices.filter(({ voice }) => names.includes(voice))
    return new Flite(voices, program, mostCharacters)
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    const language = wish.language.toLowerCase()
    if (language.split('-')[0] !== 'en') return undefined
    const named = this.voices.find(({ voice }) => voice === wish.name.toLowerCase())
    if (named) return named
    const ofGender = this.voices.filter(({ gender }) => gender === (wish.gender ?? 'female'))
    return (
      ofGender.find((voice) => voice.language.toLowerCase() === language) ?? ofGender[0] ?? this.voices[0]
    )
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    const voice = this.voiceFor({ name: request.voice, language: 'en-US' })?.voice ?? 'slt'
    const either = AbortSignal.any([signal, this.closing.signal])
    return speakPieces(request, either, this.mostCharacters, (text, stop) =>
      this.synthesise(voice, text, stop),
    )
  }

  /** Ends what is being spoken. */
  async close(): Promise<void> {
    this.closing.abort()
    await this.program.host.close()
  }

  private async synthesise(voice: string, text: string, signal: AbortSignal): Promise<SpokenPiece> {
    const plain = toAscii(text)
    if (!/[a-z0-9$%&+@=#*]/i.test(plain)) return { pcm: new Int16Array(0), sampleRate: 16_000 }
    const args = ['-voice', voice, '-psdur', '-t', plain, '-o', scratchPath]
    const { stdout, scratch } = await runProgram(this.program, { args, scratch: true, signal })
    const { pcm, sampleRate } = readWav(scratch)
    return { pcm, sampleRate, phones: readPhones(stdout.toString('latin1')) }
  }
}

/** Whether flite can be used here. */
export function probeFlite(): Promise<Availability> {
  return availabilityOf(() => Flite.start(), install)
}

/** `-psdur` prints "name:end " with the end in seconds, a line for each utterance, each counting from 0. */
function readPhones(printed: string): Phone[] {
  const phones: Phone[] = []
  for (const line of printed.split('\n')) {
    const startMs = phones.at(-1)?.endMs ?? 0
    for (const [, name, end] of line.matchAll(/(\S+):(\d+\.\d+)/g)) {
      phones.push({ name, endMs: startMs + Number(end) * 1000 })
    }
  }
  return phones
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

export const fliteVendor: TtsVendor = {
  name: 'flite',
  aliases: [],
  summary: 'English voices slt, rms, awb, kal',
  install,
  capabilities: {
    languages: ['en'],
    models: [],
    voices: fliteVoices.map(({ voice }) => voice),
    wordMarks: 'estimated',
    formats: ['pcm/16000', 'pcm/8000'],
    transport: 'local',
    ssml: false,
  },
  start: () => Flite.start(),
}
