import type { Clock } from '../../base/clock.js'
import {
  type FetchMedia,
  type LegRate,
  Playback,
  type PlaybackContent,
  type SpeechEngines,
} from '../../session/index.js'
import { stripSsml } from '../../speech/index.js'
import type { Announcement, VoiceWish } from '../announcement.js'
import { DigitsProgram, type SendDigits } from './digits-program.js'
import type { Program, ProgramListener } from './program.js'
import { beep, holdMelody, progressTone, type Signal } from './signal-tones.js'
import { ToneProgram } from './tone-program.js'

/** What announcements are made with. */
export interface ProgramTools {
  readonly clock: Clock
  /** Hz of the leg. */
  readonly sampleRate: LegRate
  readonly engines: Pick<SpeechEngines, 'resolveTts'>
  readonly fetchMedia: FetchMedia
  readonly sendDigits: SendDigits
  /** Told where another voice than asked speaks. */
  readonly warn: (text: string) => void
}

/** @throws ParleyError `media_setup_invalid` when no engine speaks the language or has the voice */
export function createProgram(item: Announcement, tools: ProgramTools, listener: ProgramListener): Program {
  const tone = (signal: Signal) => new ToneProgram(tools.sampleRate, signal, listener)
  switch (item.kind) {
    case 'speech': {
      const { text, ssml, loop } = item
      const voice = resolveVoice(item.voice, tools)
      return playback({ text: ssml ? withoutWrapping(text) : text, voice }, loop, tools, listener)
    }
    case 'media':
      return playback({ source: item.source }, item.loop, tools, listener)
    case 'tone':
      return tone(item.tone === 'hold' ? holdMelody : progressTone(item.tone, item.country))
    case 'beep':
      return tone(beep(item.durationMs))
    case 'silence':
      return tone({ steps: [{ hz: [], ms: item.durationMs }], options: { dbfs: 0, loop: 1 } })
    case 'digits':
      return new DigitsProgram(item.digits, item.pressMs, tools.sendDigits, listener)
  }
}

function playback(
  content: PlaybackContent,
  loop: number,
  { clock, sampleRate, fetchMedia }: ProgramTools,
  listener: ProgramListener,
): Program {
  return new Playback(content, {
    clock,
    sampleRate,
    fetchMedia,
    loop,
    listener: {
      began: () => listener.began(),
      ended: () => listener.ended('completed', ''),
      failed: (error) => listener.ended('failed', error.message, error.code),
    },
  })
}

function resolveVoice({ settings, ...wish }: VoiceWish, { engines, warn }: ProgramTools) {
  const { engine, voice, language, warning } = engines.resolveTts(wish)
  if (warning) warn(warning)
  return { engine, voice, language, settings }
}

/** An SSML document around everything would keep the text from being cut into chunks. */
function withoutWrapping(ssml: string): string {
  const inner =
    /^\s*(?:<\?xml[^>]*\?>\s*)?<speak(?:\s+(?:version|xmlns)\s*=\s*"[^"]*")*\s*>(.*)<\/speak>\s*$/s.exec(ssml)
  const text = inner?.[1] ?? ssml
  // Engines are only given markup where there are elements; entities are markup too.
  return text.includes('<') ? text : stripSsml(text)
}
