import { isAnyLanguage, primarySubtag } from '../languages.js'
import { faultOfWords, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { text } from '../wire/json.js'
import { audio, type TtsWire } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { type FlushedWords, flushedWire } from './flushed-wire.js'
import { speedOf, textOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const voices = voicesOf('eve/f ara/f rex/m sal/m leo/m')

export const xaiTtsVendor = socketTtsVendor({
  name: 'xai',
  aliases: ['x-ai', 'grok'],
  summary: 'Grok voices in 20 languages',
  variables: { apiKey: ['XAI_API_KEY'] },
  capabilities: {
    languages: 'ar bn da de en es fr hi id it ja ko nl pl pt ru sv tr vi zh'.split(' '),
    models: [],
    wordMarks: 'estimated',
    formats: ['mulaw/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) => (/^[a-z0-9_-]{6,}$/i.test(name) && /\d/.test(name) ? name : undefined),
  preferred: ({ voice }) => ({ voice }),
  wire: xaiWire,
})

/** xAI's text-to-speech socket: one utterance at a time, `text.clear` stops it. */
export function xaiWire(settings: VendorSettings): TtsWire {
  return flushedWire(words, settings)
}

/** Of these languages it names regions; of all others only the language (docs.x.ai, voice). */
const regional = new Set('ar-EG ar-SA ar-AE pt-BR pt-PT es-MX es-ES'.split(' '))
const regions: Readonly<Record<string, string>> = { ar: 'ar-SA', pt: 'pt-BR', es: 'es-MX' }

function codeOf(language: string): string {
  if (isAnyLanguage(language)) return 'auto'
  const primary = primarySubtag(language)
  return regional.has(language) ? language : (regions[primary] ?? primary)
}

const words: FlushedWords = {
  vendor: 'xai',
  address: ({ voice, language, sampleRate, settings: wishes }, { url, apiKey }) => ({
    url: socketUrl(url ?? 'wss://api.x.ai', '/v1/tts', {
      voice,
      language: textOf(wishes, 'language') ?? codeOf(language),
      codec: sampleRate === 8000 ? 'mulaw' : 'pcm',
      sample_rate: sampleRate === 8000 ? 8000 : 16_000,
      speed: speedOf(wishes) === 1 ? undefined : speedOf(wishes),
    }),
    headers: { authorization: `Bearer ${apiKey}` },
  }),
  text: (delta) => ({ type: 'text.delta', delta }),
  flush: 'text.done',
  clear: 'text.clear',
  flushed: 'audio.done',
  cleared: 'audio.clear',
  read: (message, type) => {
    if (type === 'audio.delta') return audio(text(message, 'delta'))
    if (type !== 'error') return []
    const detail = text(message, 'message') || text(message, 'error', 'message') || text(message, 'error')
    throw new VendorError('xai', faultOfWords(detail) ?? 'server', detail)
  },
}
