import { readFile } from 'node:fs/promises'
import { decodeMedia, resample } from '../../audio/index.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import type { CallerStep } from '../../legs/index.js'
import { collectSpeech, type SpeechRegistry } from '../../speech/index.js'
import type { CallerLine } from './caller-line.js'

export interface VoiceOptions {
  readonly speech: SpeechRegistry
  /** Hz of the leg. */
  readonly sampleRate: number
  /** Voice and language of the caller. */
  readonly voice: string
  readonly language: string
  /** Told once when another voice than that is taken. */
  readonly warn: (text: string) => void
}

/**
 * Turns lines into steps: each waits until the agent is silent, except an interruption, which waits until it speaks.
 * The last step hangs up once the agent has answered.
 * @throws ParleyError `caller_line_invalid` naming the file or text that cannot be spoken
 */
export async function voiceLines(lines: readonly CallerLine[], options: VoiceOptions): Promise<CallerStep[]> {
  const steps: CallerStep[] = [{ do: 'await-agent', timeoutMs: 5_000 }]
  for (const [at, line] of lines.entries()) {
    if (line.kind === 'interrupt') {
      steps.pop()
      steps.push({ do: 'await-speech' }, { do: 'silence', ms: 700 })
    }
    if (line.kind === 'digits') steps.push({ do: 'digits', digits: line.digits })
    else steps.push({ do: 'say', pcm: await voiced(line, options) })
    steps.push({ do: 'await-agent', ...(at === lines.length - 1 && { quietMs: 1_500 }) })
  }
  return [...steps, { do: 'hangup' }]
}

async function voiced(
  line: Exclude<CallerLine, { kind: 'digits' }>,
  options: VoiceOptions,
): Promise<Int16Array> {
  try {
    return line.kind === 'wav' ? await read(line.file, options) : await speak(line.text, options)
  } catch (thrown) {
    const what = line.kind === 'wav' ? line.file : `"${line.text}"`
    throw new ParleyError('caller_line_invalid', `The caller cannot say ${what}: ${messageOf(thrown)}`)
  }
}

async function read(file: string, { sampleRate }: VoiceOptions): Promise<Int16Array> {
  const audio = await decodeMedia(await readFile(file))
  return resample(audio.pcm, audio.sampleRate, sampleRate)
}

async function speak(
  text: string,
  { speech, sampleRate, voice, language, warn }: VoiceOptions,
): Promise<Int16Array> {
  const resolved = speech.resolveTts({ provider: '', voice, language })
  if (resolved.warning) warn(`The caller: ${resolved.warning}`)
  const request = {
    text,
    ssml: false,
    language: resolved.language,
    voice: resolved.voice,
    sampleRate,
    settings: {},
  }
  const spoken = await collectSpeech(resolved.engine.speak(request, new AbortController().signal))
  return resample(spoken.pcm, spoken.sampleRate, sampleRate)
}
