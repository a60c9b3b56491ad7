import type { SpeakRequest } from '../engine.js'
import type { CloudTtsVendor } from '../vendor.js'
import { VendorError } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { type Json, text } from '../wire/json.js'
import { done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { CloudVoices, type KnownVoice, voicesOf } from './cloud-voices.js'
import { SocketTts } from './socket-tts.js'

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

const voices: readonly KnownVoice[] = [
  ...voicesOf(english, 'en'),
  ...Object.entries(others).flatMap(([language, list]) => voicesOf(list, language)),
].map((known) => ({ ...known, voice: `aura-2-${known.voice}-${known.language}` }))

export const deepgramTtsVendor: CloudTtsVendor = {
  name: 'deepgram',
  aliases: ['aura', 'deepgram-aura'],
  summary: 'Aura voices in seven languages',
  install: 'set DEEPGRAM_API_KEY',
  account: 'deepgram',
  variables: { apiKey: ['DEEPGRAM_API_KEY'] },
  configured: ({ apiKey }) => apiKey !== undefined,
  capabilities: {
    languages: ['en', ...Object.keys(others)],
    models: ['aura-2', 'aura'],
    voices: voices.map(({ voice }) => voice),
    wordMarks: 'estimated',
    formats: ['mulaw/8000', 'pcm/16000'],
    transport: 'socket',
    ssml: false,
  },
  create: (settings, context) =>
    new SocketTts(
      {
        name: 'deepgram',
        capabilities: deepgramTtsVendor.capabilities,
        voices: new CloudVoices({
          capabilities: deepgramTtsVendor.capabilities,
          voices,
          otherVoice,
          // The voice's name has the model in it.
          modelOf: (model) => (/^aura/i.test(model) ? '' : undefined),
          preferred: { voice: settings.voice },
        }),
        wire: deepgramWire(settings),
        secrets: secretsOf(settings),
      },
      context,
    ),
}

/** A voice's whole name, or its own alone (`thalia`). */
function otherVoice(name: string): string | undefined {
  if (/^aura(-\d)?-[a-z]+-[a-z]{2}$/i.test(name)) return name.toLowerCase()
  return voices.find(({ voice }) => voice.split('-')[2] === name.toLowerCase())?.voice
}

/** Deepgram's speak socket, version 1: one utterance at a time, `Clear` stops it. */
export function deepgramWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'deepgram',
    most: 1,
    reuse: true,
    confirmsCancel: true,
    idleMs: 50_000,
    address: ({ voice, sampleRate }) => ({
      url: socketUrl(settings.url ?? 'https://api.deepgram.com', '/v1/speak', {
        model: voice,
        encoding: sampleRate === 8000 ? 'mulaw' : 'linear16',
        sample_rate: sampleRate === 8000 ? 8000 : 16_000,
      }),
      headers: { authorization: `Token ${settings.apiKey}` },
    }),
    opening: () => [],
    utter: (request) => new DeepgramUtterance(request),
  }
}

class DeepgramUtterance implements Utterance {
  readonly format
  private cancelled = false

  constructor(private readonly request: SpeakRequest) {
    this.format = nearestFormat(request.sampleRate)
  }

  start() {
    return [JSON.stringify({ type: 'Speak', text: this.request.text }), '{"type":"Flush"}']
  }

  cancel() {
    this.cancelled = true
    return ['{"type":"Clear"}']
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return [{ type: 'audio', bytes: message }]
    const type = text(message, 'type')
    if (type === 'Error') {
      const detail = text(message, 'description') || text(message, 'err_msg')
      throw new VendorError(
        'deepgram',
        'server',
        `${text(message, 'code') || text(message, 'err_code')} ${detail}`,
      )
    }
    // A cancelled one may still be told as flushed before it is told as cleared.
    return type === (this.cancelled ? 'Cleared' : 'Flushed') ? [done] : []
  }
}
