import type { SpeechClient, v2 } from '@google-cloud/speech'
import type { SttCapabilities } from '../capabilities.js'
import type { ListenOptions } from '../engine.js'
import type { CloudSttVendor, EngineContext } from '../vendor.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat, sampleBytes } from '../wire/audio-bytes.js'
import { googleClientOptions } from '../wire/google-client.js'
import type { SttLineListener } from '../wire/line-listening.js'
import { loadPackage, needPackage } from '../wire/optional-package.js'
import { GoogleLine, type OpenGoogleStream } from './google-line.js'
import { detectsLanguage, googleModels, googleModels2, locationOf, readGoogleModel } from './google-models.js'
import { googleConfig } from './google-v1.js'
import { GoogleStream2, googleConfig2 } from './google-v2.js'
import { LineStt } from './line-stt.js'

const packageName = '@google-cloud/speech'
type Sdk = typeof import('@google-cloud/speech')

const languages =
  'af am ar az bg bn bs ca cs cy da de el en es et eu fa fi fil fr gl gu he hi hr hu hy id is it iw ja jv ka kk km kn ko ' +
  'lo lt lv mk ml mn mr ms my nb ne nl no pa pl pt ro ru rw si sk sl sq sr ss st su sv sw ta te th tn tr ts uk ur uz ve vi ' +
  'xh yue zh zu'

const capabilities: SttCapabilities = {
  languages: languages.split(' '),
  detectsLanguage: true,
  models: [...new Set([...googleModels, ...googleModels2])],
  partials: true,
  endOfTurn: 'relay',
  formats: ['mulaw/8000', 'pcm/16000'],
  hints: 'speech contexts',
}

export const googleSttVendor: CloudSttVendor = {
  name: 'google',
  aliases: ['a', 'google-cloud'],
  summary: 'Google Cloud, over 70 languages',
  install: `set GOOGLE_APPLICATION_CREDENTIALS, npm install ${packageName}`,
  account: 'google',
  variables: { keyFile: ['GOOGLE_APPLICATION_CREDENTIALS'], project: ['GOOGLE_CLOUD_PROJECT'] },
  configured: ({ keyFile, apiKey, url }) => (keyFile ?? apiKey ?? url) !== undefined,
  capabilities,
  create: (settings, context) => {
    needPackage(packageName)
    const account = new GoogleSpeech(listening(settings), context)
    return new LineStt(
      {
        name: 'google',
        capabilities,
        modelOf: (model) => readGoogleModel(model, settings)?.name,
        detects: (model) => detectsLanguage(model || (listening(settings).model ?? '')),
        packetMs: 40,
        confirmsFinalize: true,
        line: (options, listener) => account.line(options, listener),
        close: () => account.close(),
      },
      context,
    )
  },
}

/** The account's settings, without a model that its voices have in mind. */
function listening(settings: VendorSettings): VendorSettings {
  return /tts|gemini/i.test(settings.model ?? '') ? { ...settings, model: undefined } : settings
}

/**
 * An account of Google Cloud Speech-to-Text, by Google's own package. Each turn is a stream: ending it is how Google is
 * asked for the rest, and no stream comes near the five minutes that one may last.
 */
class GoogleSpeech {
  private client: Promise<SpeechClient> | undefined
  /** Of version 2, by location. */
  private readonly clients = new Map<string, Promise<v2.SpeechClient>>()

  constructor(
    private readonly settings: VendorSettings,
    private readonly context: EngineContext,
  ) {}

  line(options: ListenOptions, listener: SttLineListener): GoogleLine {
    const { settings } = this
    const { encoding, sampleRate } = nearestFormat(options.sampleRate)
    const parts = {
      open: this.opening(options),
      clock: this.context.clock,
      bytesPerMs: (sampleRate / 1000) * sampleBytes(encoding),
      settings,
      language: options.language,
    }
    return new GoogleLine(parts, listener)
  }

  async close(): Promise<void> {
    const all = [...(this.client ? [this.client] : []), ...this.clients.values()]
    await Promise.all(all.map((one) => one.then((client) => client.close()).catch(() => {})))
  }

  /** What opens streams. @throws VendorError where the account has no such model */
  private async opening(options: ListenOptions): Promise<OpenGoogleStream> {
    const { settings } = this
    const wanted = options.model || (settings.model ?? '')
    const model = readGoogleModel(wanted, settings)
    if (!model) {
      const why = `"${wanted}" is no model that streams, or needs speech.vendors.google.project`
      throw new VendorError('google', 'request', why)
    }
    if (model.version === 2) return this.opening2(options, model.name)
    const client = await this.connected()
    const config = googleConfig(options, model.name)
    return () => client.streamingRecognize(config)
  }

  private async opening2(options: ListenOptions, model: string): Promise<OpenGoogleStream> {
    const location = this.settings.region ?? locationOf(model)
    const client = await this.connected2(location)
    const project = this.settings.project ?? (await client.getProjectId())
    const recognizer = client.recognizerPath(project, location, '_')
    const first = { recognizer, streamingConfig: googleConfig2(options, model) }
    return () => new GoogleStream2(client._streamingRecognize(), first)
  }

  private connected(): Promise<SpeechClient> {
    this.client ??= loadPackage<Sdk>(packageName).then(({ SpeechClient: Client }) => {
      return new Client(googleClientOptions(packageName, this.settings) as Record<string, string>)
    })
    return this.client
  }

  private connected2(location: string): Promise<v2.SpeechClient> {
    const known = this.clients.get(location)
    if (known) return known
    const client = loadPackage<Sdk>(packageName).then(async ({ v2: { SpeechClient: Client } }) => {
      const options = googleClientOptions(packageName, this.settings)
      const regional = location !== 'global' && this.settings.url === undefined
      const made = new Client({
        ...options,
        ...(regional && { apiEndpoint: `${location}-speech.googleapis.com` }),
      } as Record<string, string>)
      await made.initialize()
      return made
    })
    this.clients.set(location, client)
    client.catch(() => this.clients.delete(location))
    return client
  }
}
