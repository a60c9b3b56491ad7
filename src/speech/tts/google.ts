import type { TextToSpeechClient } from '@google-cloud/text-to-speech'
import type { TtsCapabilities } from '../capabilities.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import { primarySubtag } from '../languages.js'
import type { CloudTtsVendor, LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { AsyncQueue } from '../wire/async-queue.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { googleClientOptions, googleError } from '../wire/google-client.js'
import { loadPackage, needPackage } from '../wire/optional-package.js'
import { SpeechAssembly } from '../wire/speech-assembly.js'
import { CloudVoices, type KnownVoice } from './cloud-voices.js'
import { speedOf } from './settings.js'
import { plainText } from './ssml.js'
import { speakElement } from './ssml-document.js'

const packageName = '@google-cloud/text-to-speech'

/** Where Chirp 3's voices speak; the region meant first where a language has several. */
const locales =
  'en-US en-GB en-AU en-IN es-ES es-US fr-FR fr-CA de-DE it-IT pt-BR nl-NL nl-BE pl-PL ru-RU sv-SE da-DK nb-NO fi-FI ' +
  'tr-TR uk-UA ar-XA bn-IN gu-IN hi-IN kn-IN ml-IN mr-IN ta-IN te-IN ur-IN id-ID vi-VN th-TH ja-JP ko-KR cmn-CN sw-KE ' +
  'bg-BG cs-CZ el-GR et-EE he-IL hr-HR hu-HU lt-LT lv-LV pa-IN ro-RO sk-SK sl-SI sr-RS yue-HK'

const voices: readonly KnownVoice[] = locales.split(' ').flatMap((locale) => {
  const language = locale.replace(/^cmn/, 'zh').replace(/^nb/, 'no')
  return [
    { voice: `${locale}-Chirp3-HD-Aoede`, gender: 'female', language } as const,
    { voice: `${locale}-Chirp3-HD-Puck`, gender: 'male', language } as const,
  ]
})

const capabilities: TtsCapabilities = {
  languages: [...new Set(voices.map(({ language = '' }) => primarySubtag(language)))],
  models: [],
  voices: voices.map(({ voice }) => voice),
  wordMarks: 'estimated',
  formats: ['mulaw/8000', 'pcm/16000'],
  transport: 'request',
  ssml: true,
}

export const googleTtsVendor: CloudTtsVendor = {
  name: 'google',
  aliases: ['google-cloud'],
  summary: 'Google Cloud, over 50 languages',
  install: `set GOOGLE_APPLICATION_CREDENTIALS, npm install ${packageName}`,
  account: 'google',
  variables: { keyFile: ['GOOGLE_APPLICATION_CREDENTIALS'], project: ['GOOGLE_CLOUD_PROJECT'] },
  configured: ({ keyFile, apiKey, url }) => (keyFile ?? apiKey ?? url) !== undefined,
  capabilities,
  create: (settings) => {
    needPackage(packageName)
    return new GoogleTts(settings)
  },
}

/** Google Cloud Text-to-Speech by Google's own package: Chirp 3's voices stream, the others answer whole. */
class GoogleTts implements RegisteredTts {
  readonly name = 'google'
  readonly ssml = true
  private readonly voices: CloudVoices
  private readonly closing = new AbortController()
  private client: Promise<TextToSpeechClient> | undefined

  constructor(private readonly settings: VendorSettings) {
    this.voices = new CloudVoices({
      capabilities,
      voices,
      otherVoice: googleVoice,
      preferred: { voice: settings.voice },
    })
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.voices.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.voices.refusal(wish)
  }

  prepare(): void {
    this.connected()
      .then((client) => client.initialize())
      .catch(() => {})
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    const left = new AbortController()
    const either = AbortSignal.any([signal, left.signal, this.closing.signal])
    const assembly = new SpeechAssembly(request, nearestFormat(request.sampleRate))
    try {
      const client = await this.connected()
      const pieces = streams(request.voice)
        ? streamed(client, request, either)
        : whole(client, request, either)
      for await (const bytes of pieces) {
        if (either.aborted) return
        const audio = await assembly.audio(bytes)
        if (audio) yield audio
      }
    } catch (thrown) {
      if (!either.aborted) throw googleError(this.name, thrown, this.settings)
    } finally {
      left.abort()
      assembly.close()
    }
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.client?.then((client) => client.close()).catch(() => {})
  }

  private connected(): Promise<TextToSpeechClient> {
    type Sdk = typeof import('@google-cloud/text-to-speech')
    this.client ??= loadPackage<Sdk>(packageName).then(({ TextToSpeechClient }) => {
      return new TextToSpeechClient(googleClientOptions(packageName, this.settings) as Record<string, string>)
    })
    return this.client
  }
}

/** The voice where it speaks the language that its name begins with; '' stands for any. */
function googleVoice(name: string, language: string): string | undefined {
  if (!/^[a-z]{2,3}-[A-Z]{2}-[A-Za-z0-9-]+$/.test(name)) return undefined
  const spoken = primarySubtag(name).replace(/^cmn$/, 'zh').replace(/^nb$/, 'no')
  const wanted = primarySubtag(language).replace(/^nb$/, 'no')
  return language === '' || spoken === wanted ? name : undefined
}

/** None but these do (docs.cloud.google.com/text-to-speech/docs/create-audio-text-streaming). */
function streams(voice: string): boolean {
  return /-Chirp3-HD-/.test(voice)
}

/** Those before Chirp 3, once called Journey, take neither markup nor a speaking rate. */
function isPlain(voice: string): boolean {
  return /-(?:Chirp-HD|Journey)-/.test(voice)
}

/** `zh` of `cmn-CN-Wavenet-A` is `cmn-CN`. */
function voiceOf({ voice }: SpeakRequest) {
  return { languageCode: voice.split('-').slice(0, 2).join('-'), name: voice }
}

/** What `SynthesizeSpeech` is asked. */
export function googleRequest(request: SpeakRequest) {
  const { encoding, sampleRate } = nearestFormat(request.sampleRate)
  const plain = isPlain(request.voice)
  const speed = plain ? 1 : speedOf(request.settings)
  return {
    input: request.ssml && !plain ? { ssml: speakElement(request.text) } : { text: plainText(request) },
    voice: voiceOf(request),
    audioConfig: {
      audioEncoding: encoding === 'mulaw' ? ('MULAW' as const) : ('LINEAR16' as const),
      sampleRateHertz: sampleRate,
      ...(speed !== 1 && { speakingRate: speed }),
    },
  }
}

/** What `StreamingSynthesize` is told first; then comes the text. */
export function googleStreamRequests(request: SpeakRequest) {
  const { encoding, sampleRate } = nearestFormat(request.sampleRate)
  const speed = speedOf(request.settings)
  const streamingConfig = {
    voice: voiceOf(request),
    streamingAudioConfig: {
      audioEncoding: encoding === 'mulaw' ? ('MULAW' as const) : ('PCM' as const),
      sampleRateHertz: sampleRate,
      ...(speed !== 1 && { speakingRate: speed }),
    },
  }
  // These voices take no markup.
  return [{ streamingConfig }, { input: { text: plainText(request) } }]
}

interface Cancellable extends PromiseLike<readonly [{ readonly audioContent?: Uint8Array | null }]> {
  cancel(): void
}

async function* whole(
  client: TextToSpeechClient,
  request: SpeakRequest,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  await client.initialize()
  if (signal.aborted) return
  // What the package's own method returns cannot be cancelled; what that calls returns a promise that can.
  const asked = client.innerApiCalls['synthesizeSpeech']!(googleRequest(request), {}) as Cancellable
  const cancel = () => asked.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const [{ audioContent }] = await asked
    if (audioContent) yield Buffer.from(audioContent)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

async function* streamed(
  client: TextToSpeechClient,
  request: SpeakRequest,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const stream = client.streamingSynthesize()
  const pieces = new AsyncQueue<Buffer>()
  stream.on('data', ({ audioContent }: { audioContent?: Uint8Array | null }) => {
    if (audioContent?.length) pieces.push(Buffer.from(audioContent))
  })
  stream.on('end', () => pieces.end())
  stream.on('error', (error) => pieces.fail(error))
  const cancel = () => {
    stream.cancel()
    pieces.end()
  }
  signal.addEventListener('abort', cancel, { once: true })
  for (const message of googleStreamRequests(request)) stream.write(message)
  stream.end()
  try {
    yield* pieces
  } finally {
    signal.removeEventListener('abort', cancel)
    // Destroying it alone would leave Google speaking.
    stream.cancel()
    stream.destroy()
  }
}
