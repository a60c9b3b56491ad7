import { type Audio, readWav } from '../../audio/index.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { LocalVoice, RegisteredTts, VoiceWish } from '../vendor.js'
import { allowedSsml } from './allowed-ssml.js'
import { runTool } from './run-tool.js'
import { speakPieces } from './speak-pieces.js'

const timeoutMs = 15_000
/** Ten minutes of its audio: 16 bits at 22,050 Hz. */
const mostBytes = 10 * 60 * 44_100
/** Its voices are all male; variants shift pitch and formants. */
const variants = { female: '+f3', male: '' } as const
/** Its names for languages, where they are not the tag in lower case. */
const renamed: Readonly<Record<string, string>> = { zh: 'cmn', no: 'nb', fil: 'en-us', iw: 'he', fr: 'fr-fr' }

/** eSpeak NG, offline: over a hundred languages, robotic but clear; some 10 ms to a sentence's audio. */
export class EspeakNg implements RegisteredTts {
  readonly name = 'espeak-ng'
  readonly ssml = true

  private constructor(private readonly languages: readonly string[]) {}

  /** @throws Error when espeak-ng is not installed */
  static async start(): Promise<EspeakNg> {
    const signal = AbortSignal.timeout(5000)
    const run = { command: 'espeak-ng', args: ['--voices'], timeoutMs, signal, mostBytes: 100_000 }
    const lines = (await runTool(run)).toString('utf8').split('\n').slice(1)
    return new EspeakNg(lines.flatMap((line) => line.trim().split(/\s+/)[1]?.toLowerCase() ?? []))
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    const name = wish.name.toLowerCase()
    const [own] = name.split('+')
    if (this.languages.includes(own) && primaryTag(own) === primaryTag(wish.language)) {
      return { voice: name, language: wish.language }
    }
    const spoken = this.languageFor(wish.language)
    if (!spoken) return undefined
    const gender = wish.gender ?? 'female'
    return { voice: `${spoken}${variants[gender]}`, language: wish.language, gender }
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    const wish = { name: request.voice, language: request.language }
    const voice = this.voiceFor(wish)?.voice ?? 'en-us'
    return speakPieces(request, signal, (text, stop) => synthesise(voice, text, request.ssml, stop))
  }

  async close(): Promise<void> {}

  /** Its language for a tag: the tag itself, then shorter and shorter, then any region of the same language. */
  private languageFor(tag: string): string | undefined {
    const parts = tag.toLowerCase().replaceAll('_', '-').split('-')
    if (parts[0] === 'es' && parts[1] && parts[1] !== 'es' && this.languages.includes('es-419'))
      return 'es-419'
    for (let length = parts.length; length > 0; length--) {
      const name = parts.slice(0, length).join('-')
      const own = renamed[name] ?? name
      if (this.languages.includes(own)) return own
    }
    return this.languages.find((language) => language.startsWith(`${parts[0]}-`))
  }
}

/** Mandarin goes by `zh` in tags and by `cmn` here. */
function primaryTag(tag: string): string {
  const primary = tag.toLowerCase().split('-')[0]
  return renamed[primary]?.split('-')[0] ?? primary
}

async function synthesise(voice: string, text: string, ssml: boolean, signal: AbortSignal): Promise<Audio> {
  const args = ['-v', voice, '-b', '1', '-z', ...(ssml ? ['-m'] : []), '--stdin', '--stdout']
  const input = ssml ? allowedSsml(text) : plainText(text)
  const wav = await runTool({ command: 'espeak-ng', args, input, timeoutMs, signal, mostBytes })
  if (wav.length <= 44) return { pcm: new Int16Array(0), sampleRate: 22_050 }
  const { pcm, sampleRate } = readWav(wav)
  return { pcm, sampleRate }
}

/** Takes out what it reads as commands: control characters, and phonemes in double brackets. */
function plainText(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replaceAll('[[', '[ [')
}
