import type { Clock } from '../../base/clock.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import type { TextToSpeech, WordMark } from '../../speech/index.js'
import type { LegRate } from '../leg.js'
import type { SpeechItem } from './items.js'
import { hasMarkup } from './markup.js'
import { spokenText } from './spoken-text.js'
import { guardStalls } from './stall-guard.js'
import { TrackWriter } from './track-writer.js'

/** A voice ready to speak: an engine, its own name for the voice, and the language it speaks. */
export interface ResolvedVoice {
  readonly engine: TextToSpeech
  readonly voice: string
  readonly model?: string | undefined
  readonly language: string
  readonly settings: Readonly<Record<string, unknown>>
}

export interface SynthesisOptions {
  readonly clock: Clock
  /** Hz of the leg. */
  readonly sampleRate: LegRate
  readonly stallMs: number
  /** @throws ParleyError `media_setup_invalid` */
  readonly resolveVoice: (language: string) => ResolvedVoice
  /** The engine's first audio has come. `ms`: since the engine was asked. */
  readonly firstAudio: (item: SpeechItem, ms: number) => void
}

/**
 * Lets an engine speak a chunk into its track, at the leg's rate. Ends when the audio is complete or the item aborted.
 * @throws ParleyError `tts_failed`, `tts_conversion_failed`, or what `resolveVoice` throws
 */
export async function synthesise(item: SpeechItem, options: SynthesisOptions): Promise<void> {
  const { chunk, abort } = item
  const voice = options.resolveVoice(chunk.language)
  const spoken = spokenText(chunk.text, voice.engine.ssml)
  if (!spoken) return
  item.spoken = spoken
  const { clock, stallMs, sampleRate } = options
  const writer = new TrackWriter({
    track: item.track,
    sampleRate,
    // Silence in front that markup asks for is meant.
    trim: item.first && !hasMarkup(chunk.text),
    signal: abort.signal,
  })
  const request = {
    text: spoken.text,
    ssml: spoken.ssml,
    language: voice.language,
    voice: voice.voice,
    model: voice.model,
    sampleRate,
    settings: voice.settings,
    heardMs: () => (item.position === 0 ? 0 : (item.position * 1000) / sampleRate + writer.trimmedMs),
  }
  const askedAt = clock.now()
  try {
    const source = voice.engine.speak(request, abort.signal)
    let any = false
    for await (const audio of guardStalls(source, { clock, stallMs, signal: abort.signal })) {
      if (!any && audio.pcm.length > 0) {
        any = true
        options.firstAudio(item, clock.now() - askedAt)
      }
      if (audio.joinsAtMs !== undefined) withdraw(item, writer, audio.joinsAtMs)
      await writer.write(audio.pcm, audio.sampleRate)
      for (const mark of audio.marks) item.marks.push(earlier(mark, writer.trimmedMs))
    }
    writer.end()
  } catch (thrown) {
    if (thrown instanceof ParleyError) throw thrown
    throw new ParleyError('tts_failed', `${voice.engine.name}: ${messageOf(thrown)}`, { cause: thrown })
  }
}

/** Takes back what an engine that failed had said beyond its last whole word. */
function withdraw(item: SpeechItem, writer: TrackWriter, fromMs: number): void {
  writer.cut(fromMs, item.position)
  const gone = item.marks.findIndex(({ startMs }) => startMs + writer.trimmedMs >= fromMs)
  if (gone >= 0) item.marks.splice(gone)
}

function earlier(mark: WordMark, ms: number): WordMark {
  if (ms === 0) return mark
  return { ...mark, startMs: Math.max(0, mark.startMs - ms), endMs: Math.max(0, mark.endMs - ms) }
}
