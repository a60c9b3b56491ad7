import type { AgentOptions } from 'node:http'
import type {
  Engine,
  LanguageCode,
  PollyClient,
  PollyClientConfig,
  SynthesizeSpeechCommandInput,
  VoiceId,
} from '@aws-sdk/client-polly'
import type { TtsCapabilities } from '../capabilities.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import { primarySubtag } from '../languages.js'
import type {
  CloudTtsVendor,
  EngineContext,
  LocalVoice,
  Refusal,
  RegisteredTts,
  VoiceWish,
} from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { awsAccount, awsClientOptions, awsError } from '../wire/aws-client.js'
import { fromPackage, loadPackage, needPackage } from '../wire/optional-package.js'
import { SpeechAssembly } from '../wire/speech-assembly.js'
import { CloudVoices, type KnownVoice, voicesOf } from './cloud-voices.js'
import { engineOf, hasEngine, pollyVoices } from './polly-voices.js'
import { speakElement } from './ssml-document.js'

const packageName = '@aws-sdk/client-polly'
type Sdk = typeof import('@aws-sdk/client-polly')
type RequestHandler = NonNullable<PollyClientConfig['requestHandler']>

/** The part of the package's own HTTP that is used here. */
interface Handlers {
  readonly NodeHttpHandler: new (options: HandlerOptions) => RequestHandler
}

interface HandlerOptions {
  readonly connectionTimeout: number
  readonly httpAgent: AgentOptions
  readonly httpsAgent: AgentOptions
}

/** The package's own agents take no more than 50 connections, and further chunks would wait for them. */
const agent = { keepAlive: true, maxSockets: 1_000 } satisfies AgentOptions

const voices: readonly KnownVoice[] = Object.entries(pollyVoices).flatMap(([tag, list]) =>
  voicesOf(list, tag),
)
const engines = ['neural', 'generative', 'long-form', 'standard']

const capabilities: TtsCapabilities = {
  languages: [...new Set(Object.keys(pollyVoices).map(primarySubtag))],
  models: engines,
  voices: voices.map(({ voice }) => voice),
  wordMarks: 'estimated',
  formats: ['pcm/8000', 'pcm/16000'],
  transport: 'request',
  ssml: true,
}

export const pollyVendor: CloudTtsVendor = {
  name: 'polly',
  aliases: ['amazon', 'aws', 'amazon-polly'],
  summary: 'Amazon Polly, over 30 languages',
  ...awsAccount(packageName),
  capabilities,
  create: (settings, context) => {
    needPackage(packageName)
    return new Polly(settings, context)
  },
}

/** Amazon Polly, by Amazon's own package: a request for each chunk, heard as it comes. */
class Polly implements RegisteredTts {
  readonly name = 'polly'
  readonly ssml = true
  private readonly voices: CloudVoices
  private readonly closing = new AbortController()
  private client: Promise<{ sdk: Sdk; client: PollyClient }> | undefined

  constructor(
    private readonly settings: VendorSettings,
    private readonly context: EngineContext,
  ) {
    this.voices = new CloudVoices({
      capabilities,
      voices,
      modelOf: (model) => engines.find((engine) => engine === model.toLowerCase()),
      preferred: { voice: settings.voice },
    })
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.voices.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    const refusal = this.voices.refusal(wish)
    const voice = refusal ? undefined : this.voices.voiceFor(wish)?.voice
    return voice && wish.model && !hasEngine(voice, wish.model.toLowerCase()) ? 'model' : refusal
  }

  prepare(): void {
    this.connected().catch(() => {})
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    const left = new AbortController()
    const either = AbortSignal.any([signal, left.signal, this.closing.signal])
    const assembly = new SpeechAssembly(request, {
      encoding: 'pcm',
      sampleRate: pollyRate(request.sampleRate),
    })
    let answered = false
    try {
      const { sdk, client } = await this.connected()
      const command = new sdk.SynthesizeSpeechCommand(pollyInput(request))
      const { AudioStream } = await client.send(command, { abortSignal: either })
      answered = true
      for await (const bytes of (AudioStream ?? []) as AsyncIterable<Uint8Array>) {
        if (either.aborted) return
        const audio = await assembly.audio(Buffer.from(bytes))
        if (audio) yield audio
      }
    } catch (thrown) {
      if (!either.aborted) throw awsError(this.name, thrown, this.settings, answered)
    } finally {
      left.abort()
      assembly.close()
    }
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.client?.then(({ client }) => client.destroy()).catch(() => {})
  }

  private connected() {
    this.client ??= loadPackage<Sdk>(packageName).then((sdk) => {
      // Of itself the package would speak HTTP/2, which gains nothing here and few servers of one's own understand.
      const { NodeHttpHandler } = fromPackage<Handlers>(packageName, '@smithy/node-http-handler')
      const { connectTimeoutMs: connectionTimeout } = this.context
      const requestHandler = new NodeHttpHandler({ connectionTimeout, httpAgent: agent, httpsAgent: agent })
      return { sdk, client: new sdk.PollyClient({ ...awsClientOptions(this.settings), requestHandler }) }
    })
    return this.client
  }
}

/** What is asked of `SynthesizeSpeech`. */
export function pollyInput({
  text,
  ssml,
  voice,
  model,
  language,
  sampleRate,
}: SpeakRequest): SynthesizeSpeechCommandInput {
  // Bilingual voices are told which of their languages is meant.
  const [, ...others] = voices.filter((known) => known.voice === voice).map((known) => known.language!)
  const other = others.find((tag) => primarySubtag(tag) === primarySubtag(language))
  return {
    Engine: (model || engineOf(voice)) as Engine,
    OutputFormat: 'pcm',
    SampleRate: String(pollyRate(sampleRate)),
    Text: ssml ? speakElement(text) : text,
    TextType: ssml ? 'ssml' : 'text',
    VoiceId: voice as VoiceId,
    ...(other && { LanguageCode: other as LanguageCode }),
  }
}

/** The rates of its PCM. */
function pollyRate(wanted: number): number {
  return wanted === 8000 ? 8000 : 16_000
}
