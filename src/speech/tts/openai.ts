import type { SpeakRequest } from '../engine.js'
import type { CloudTtsVendor } from '../vendor.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { openAiPath } from '../wire/openai-path.js'
import { httpUrl } from '../wire/urls.js'
import { CloudVoices, voicesOf } from './cloud-voices.js'
import { HttpTts, type SpeechPost } from './http-tts.js'
import { numberOf, textOf } from './settings.js'

const voices = voicesOf(
  'alloy/f ash/m ballad/m cedar/m coral/f echo/m fable/m marin/f nova/f onyx/m sage/f shimmer/f verse/m',
)
const models = ['gpt-4o-mini-tts', 'tts-1', 'tts-1-hd']

export const openAiTtsVendor: CloudTtsVendor = {
  name: 'openai',
  aliases: ['open-ai'],
  summary: 'voices that speak every language',
  install: 'set OPENAI_API_KEY',
  account: 'openai',
  variables: { apiKey: ['OPENAI_API_KEY'], url: ['OPENAI_BASE_URL'] },
  configured: ({ apiKey }) => apiKey !== undefined,
  capabilities: {
    languages: ['*'],
    models,
    voices: voices.map(({ voice }) => voice),
    wordMarks: 'estimated',
    formats: ['pcm/24000'],
    transport: 'request',
    ssml: false,
  },
  create: (settings, context) =>
    new HttpTts(
      {
        name: 'openai',
        capabilities: openAiTtsVendor.capabilities,
        voices: new CloudVoices({
          capabilities: openAiTtsVendor.capabilities,
          voices,
          modelOf: (model) => (/^(?:tts-|gpt-.*tts)/i.test(model) ? model.toLowerCase() : undefined),
          preferred: settings,
        }),
        secrets: secretsOf(settings),
        post: (request) => openAiPost(settings, 'https://api.openai.com/v1', models[0]!, request),
      },
      context,
    ),
}

/** Servers of one's own that speak OpenAI's HTTP API: Kokoro-FastAPI, LocalAI, openedai-speech and others. */
export const compatibleTtsVendor: CloudTtsVendor = {
  name: 'openai-compatible',
  aliases: ['compatible', 'kokoro', 'kokoro-fastapi'],
  summary: 'a server of your own with the API of OpenAI, such as Kokoro',
  install: 'set speech.vendors.openai-compatible.url',
  account: 'openai-compatible',
  variables: {},
  configured: ({ url }) => url !== undefined,
  capabilities: {
    languages: ['*'],
    models: ['tts-1', 'kokoro'],
    voices: ['alloy', 'af_heart', 'am_adam'],
    wordMarks: 'estimated',
    formats: ['pcm/24000'],
    transport: 'request',
    ssml: false,
  },
  create: (settings, context) =>
    new HttpTts(
      {
        name: 'openai-compatible',
        capabilities: compatibleTtsVendor.capabilities,
        // Whose voices it has only the server knows.
        voices: new CloudVoices({
          capabilities: compatibleTtsVendor.capabilities,
          voices,
          otherVoice: (name) => name,
          modelOf: (model) => model,
          preferred: settings,
        }),
        secrets: secretsOf(settings),
        post: (request) => openAiPost(settings, settings.url ?? '', 'tts-1', request),
      },
      context,
    ),
}

/** `POST /v1/audio/speech`; its PCM is 24 kHz without a header. */
export function openAiPost(
  settings: VendorSettings,
  fallback: string,
  defaultModel: string,
  { text: input, voice, model = defaultModel, settings: wishes }: SpeakRequest,
): SpeechPost {
  const base = settings.url ?? fallback
  const speed = numberOf(wishes, 'speed', 'voice_speed')
  const instructions = textOf(wishes, 'instructions')
  return {
    url: httpUrl(base, openAiPath(base, '/audio/speech')),
    headers: {
      'content-type': 'application/json',
      ...(settings.apiKey && { authorization: `Bearer ${settings.apiKey}` }),
    },
    body: JSON.stringify({
      model,
      input,
      voice,
      response_format: 'pcm',
      ...(speed !== undefined && { speed }),
      ...(instructions && model.startsWith('gpt-') && { instructions }),
    }),
    format: { encoding: 'pcm', sampleRate: 24_000 },
  }
}
