import { readWav } from '../../audio/index.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { LocalVoice, RegisteredTts, TtsVendor, VoiceWish } from '../vendor.js'
import { allowedSsml } from './allowed-ssml.js'
import { type Availability, availabilityOf } from './availability.js'
import { type EngineOptions, engineLimits } from './engine-options.js'
import { wordWeights } from './espeak-phonemes.js'
import { type EspeakVoices, espeakLanguage, readVoices } from './espeak-voices.js'
import { type Program, runProgram, scratchPath } from './run-program.js'
import { speakPieces } from './speak-pieces.js'
import type { SpokenPiece } from './spoken-piece.js'
import { findWords } from './words.js'

const install = 'apt-get install espeak-ng'

/**
 * eSpeak NG, offline: over a hundred languages, robotic but clear. It makes a sentence, or a minute of speech, in 20 to
 * 50 ms: most of that is the start of its process. Word marks are estimated from the phonemes that it prints.
 */
export class EspeakNg implements RegisteredTts {
  readonly name = 'espeak-ng'
  readonly ssml = true
  private readonly closing = new AbortController()

  private constructor(
    readonly voices: EspeakVoices,
    private readonly program: Program,
    private readonly mostCharacters: number,
  ) {}

  /** @throws ParleyError `speech_program_missing` when it is not installed, `tts_failed` when it does not work */
  static async start(options: EngineOptions = {}): Promise<EspeakNg> {
    const { mostCharacters, ...limits } = engineLimits(options)
    const program = { command: 'espeak-ng', install, ...limits }
    const signal = new AbortController().signal
    const list = async (args: string[]) =>
      (await runProgram(program, { args, signal })).stdout.toString('utf8')
    const [languages, variants] = await Promise.all([list(['--voices']), list(['--voices=variant'])])
    return new EspeakNg(readVoices(languages, variants), program, mostCharacters)
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return espeakLanguage(this.voices, wish)
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    const voice = this.voiceFor({ name: request.voice, language: request.language })?.voice ?? 'en-us'
    const either = AbortSignal.any([signal, this.closing.signal])
    return speakPieces(request, either, this.mostCharacters, (text, stop) =>
      request.ssml ? this.synthesiseSsml(voice, text, stop) : this.synthesise(voice, text, stop),
    )
  }

  /** Ends what is being spoken. */
  async close(): Promise<void> {
    this.closing.abort()
    await this.program.host.close()
  }

  private async synthesise(voice: string, text: string, signal: AbortSignal): Promise<SpokenPiece> {
    // `-z`: no pause at the end, `-x`: phonemes, `-b 1`: UTF-8.
    const args = ['-v', voice, '-b', '1', '-z', '-x', `--phonout=${scratchPath}`, '--stdin', '--stdout']
    const input = plainText(text)
    const { stdout, scratch } = await runProgram(this.program, { args, input, scratch: true, signal })
    const weights = wordWeights(findWords(text), scratch.toString('utf8'))
    return { ...readSpeech(stdout), weights }
  }

  private async synthesiseSsml(voice: string, ssml: string, signal: AbortSignal): Promise<SpokenPiece> {
    const args = ['-v', voice, '-b', '1', '-z', '-m', '--stdin', '--stdout']
    const { stdout } = await runProgram(this.program, { args, input: allowedSsml(ssml), signal })
    return readSpeech(stdout)
  }
}

/** Whether eSpeak NG can be used here. */
export function probeEspeakNg(): Promise<Availability> {
  return availabilityOf(() => EspeakNg.start(), install)
}

/** It writes nothing, or a header alone, when there is nothing to say. */
function readSpeech(wav: Buffer): SpokenPiece {
  if (wav.length <= 44) return { pcm: new Int16Array(0), sampleRate: 22_050 }
  const { pcm, sampleRate } = readWav(wav)
  return { pcm, sampleRate }
}

/** Takes out what it reads as commands: control characters, and phonemes in double brackets. */
function plainText(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replaceAll('[[', '[ [')
}

export const espeakVendor: TtsVendor = {
  name: 'espeak-ng',
  aliases: ['espeak'],
  summary: 'over 100 languages, robotic',
  install,
  capabilities: {
    languages: ['*'],
    models: [],
    voices: ['en-us', 'en-us+f3', 'de', 'es', 'fr'],
    wordMarks: 'estimated',
    formats: ['pcm/22050'],
    transport: 'local',
    ssml: true,
  },
  start: () => EspeakNg.start(),
}
