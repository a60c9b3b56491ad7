import { faultOfWords, VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { text } from '../wire/json.js'
import type { TtsWire } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { type KnownVoice, voicesOf } from './cloud-voices.js'
import { type FlushedWords, flushedWire } from './flushed-wire.js'
import { socketTtsVendor } from './socket-tts.js'

const english =
  'thalia/f andromeda/f helena/f apollo/m arcas/m aries/m asteria/f athena/f atlas/m aurora/f callista/f cora/f ' +
  'cordelia/f delia/f draco/m electra/f harmonia/f hera/f hermes/m hyperion/m iris/f janus/f juno/f jupiter/m luna/f ' +
  'mars/m minerva/f neptune/m odysseus/m ophelia/f orion/m orpheus/m pandora/f phoebe/f pluto/m saturn/m selene/f ' +
  'theia/f vesta/f zeus/m'
const others: Readonly<Record<string, string>> = {
  es: 'celeste/f estrella/f nestor/m sirio/m carina/f alvaro/m diana/f aquila/m selena/f javier/m',
  de: 'viktoria/f julius/m elara/f aurelia/f lara/f fabian/m kara/f',
  fr: 'agathe/f hector/m',
  nl: 'rhea/f sander/m beatrix/f daphne/f cornelia/f hestia/f lars/m roman/m leda/f',
  it: 'livia/f dionisio/m melia/f elio/m flavio/m maia/f cinzia/f cesare/m perseo/m demetra/f',
  ja: 'izanami/f fujin/m uzume/f ebisu/m ama/f',
}

const aura: readonly KnownVoice[] = [
  ...voicesOf(english, 'en'),
  ...Object.entries(others).flatMap(([language, list]) => voicesOf(list, language)),
].map((known) => ({ ...known, voice: `aura-2-${known.voice}-${known.language}` }))
/** Of Flux' voices only those that Deepgram's own examples name; it has English ones so far. */
const voices = [...aura, ...voicesOf('flux-haley-en/f flux-alexis-en/f', 'en')]

export const deepgramTtsVendor = socketTtsVendor({
  name: 'deepgram',
  aliases: ['aura', 'deepgram-aura'],
  summary: 'Aura and Flux voices in seven languages',
  variables: { apiKey: ['DEEPGRAM_API_KEY'] },
  capabilities: {
    languages: ['en', ...Object.keys(others)],
    models: ['aura-2', 'aura', 'flux'],
    wordMarks: 'estimated',
    formats: ['mulaw/8000', 'pcm/16000'],
  },
  voices,
  otherVoice,
  // The voice's name has the model in it.
  modelOf: (model) => (/^(?:aura|flux)/i.test(model) ? '' : undefined),
  preferred: ({ voice }) => ({ voice }),
  wire: deepgramWire,
})

/** A voice's whole name, or its own alone (`thalia`). */
function otherVoice(name: string): string | undefined {
  if (/^(?:aura(?:-\d)?|flux)-[a-z]+-[a-z]{2}$/i.test(name)) return name.toLowerCase()
  return voices.find(({ voice }) => voice.split('-')[2] === name.toLowerCase())?.voice
}

/** Deepgram's speak sockets: one utterance at a time, which `Clear` stops, or `Interrupt`. */
export function deepgramWire(settings: VendorSettings): TtsWire {
  return flushedWire(auraWords, settings, ({ voice }) => (voice.startsWith('flux-') ? fluxWords : auraWords))
}

const address = (path: string): FlushedWords['address'] => {
  return ({ voice, sampleRate }, { url, apiKey }) => ({
    url: socketUrl(url ?? 'https://api.deepgram.com', path, {
      model: voice,
      encoding: sampleRate === 8000 ? 'mulaw' : 'linear16',
      sample_rate: sampleRate === 8000 ? 8000 : 16_000,
    }),
    headers: { authorization: `Token ${apiKey}` },
  })
}

const auraWords: FlushedWords = {
  vendor: 'deepgram',
  address: address('/v1/speak'),
  text: (text) => ({ type: 'Speak', text }),
  flush: 'Flush',
  clear: 'Clear',
  flushed: 'Flushed',
  cleared: 'Cleared',
  // It passes over the 21st flush of a minute (developers.deepgram.com/docs/tts-ws-flush).
  pace: { most: 18, withinMs: 60_000 },
  read: (message, type) => {
    const code = text(message, 'code') || text(message, 'err_code')
    const detail = text(message, 'description') || text(message, 'err_msg')
    const passedOver = type === 'Warning' && /flush/i.test(`${code} ${detail}`)
    if (type !== 'Error' && !passedOver) return []
    const fault = passedOver ? 'server' : (faultOfWords(detail) ?? 'server')
    throw new VendorError('deepgram', fault, `${code} ${detail}`)
  },
}

/** Version 2 of the socket, which Flux' voices speak over (developers.deepgram.com/docs/flux-tts). */
const fluxWords: FlushedWords = {
  ...auraWords,
  address: address('/v2/speak'),
  clear: 'Interrupt',
  // All of an utterance's audio has come when its metadata come.
  flushed: 'SpeechMetadata',
  cleared: 'SpeechInterrupted',
}
