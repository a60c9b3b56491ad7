import type { LanguageCode, TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming'
import type { SttCapabilities } from '../capabilities.js'
import type { ListenOptions } from '../engine.js'
import { primarySubtag, withRegion } from '../languages.js'
import type { CloudSttVendor } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { awsAccount, awsClientOptions } from '../wire/aws-client.js'
import type { SttLineListener } from '../wire/line-listening.js'
import { loadPackage, needPackage } from '../wire/optional-package.js'
import { AmazonLine, type AmazonLineParts } from './amazon-line.js'
import { amazonSigning } from './amazon-signing.js'
import { LineStt } from './line-stt.js'

const packageName = '@aws-sdk/client-transcribe-streaming'
type Sdk = typeof import('@aws-sdk/client-transcribe-streaming')

/** Tags of its streams, the region meant first where there are several of a language. */
const tags =
  'en-US en-GB en-AU en-IE en-IN en-NZ en-ZA es-US es-ES es-MX fr-FR fr-CA de-DE de-CH it-IT pt-BR pt-PT ja-JP ko-KR ' +
  'zh-CN zh-HK zh-TW hi-IN th-TH af-ZA ar-SA ar-AE ca-ES cs-CZ da-DK el-GR eu-ES fa-IR fi-FI gl-ES he-IL hr-HR id-ID ' +
  'lv-LV ms-MY nl-NL no-NO pl-PL ro-RO ru-RU sk-SK so-SO sr-RS sv-SE tl-PH uk-UA vi-VN zu-ZA'

const capabilities: SttCapabilities = {
  languages: [...new Set(tags.split(' ').map(primarySubtag))],
  detectsLanguage: false,
  models: [],
  partials: true,
  endOfTurn: 'engine',
  formats: ['pcm/8000', 'pcm/16000'],
  hints: '',
}

export const amazonSttVendor: CloudSttVendor = {
  name: 'amazon',
  aliases: ['aws', 'transcribe', 'amazon-transcribe'],
  summary: 'Amazon Transcribe, over 40 languages',
  ...awsAccount(packageName),
  capabilities,
  create: (settings, context) => {
    needPackage(packageName)
    const account = new Transcribe(settings)
    const parts = {
      name: 'amazon',
      capabilities,
      modelOf: (model: string) => (model === '' ? '' : undefined),
      packetMs: 100,
      confirmsFinalize: false,
      format: (sampleRate: number) => ({ encoding: 'pcm', sampleRate }) as const,
      line: (options: ListenOptions, listener: SttLineListener) => account.line(options, listener),
      close: () => account.close(),
    }
    return new LineStt(parts, context)
  },
}

/** An account of Amazon Transcribe, by Amazon's own package. */
class Transcribe {
  private client: Promise<{ sdk: Sdk; client: TranscribeStreamingClient }> | undefined

  constructor(private readonly settings: VendorSettings) {}

  line({ language, sampleRate }: ListenOptions, listener: SttLineListener): AmazonLine {
    const start: AmazonLineParts['start'] = async (audio, signal) => {
      const { sdk, client } = await this.connected()
      const command = new sdk.StartStreamTranscriptionCommand({
        LanguageCode: amazonLanguage(language) as LanguageCode,
        MediaEncoding: 'pcm',
        MediaSampleRateHertz: sampleRate,
        EnablePartialResultsStabilization: true,
        PartialResultsStability: 'high',
        AudioStream: audio,
      })
      const { TranscriptResultStream } = await client.send(command, { abortSignal: signal })
      return TranscriptResultStream ?? []
    }
    return new AmazonLine({ start, settings: this.settings, language }, listener)
  }

  async close(): Promise<void> {
    await this.client?.then(({ client }) => client.destroy()).catch(() => {})
  }

  private connected() {
    this.client ??= loadPackage<Sdk>(packageName).then((sdk) => {
      const options = {
        ...awsClientOptions(this.settings),
        eventStreamPayloadHandlerProvider: amazonSigning(),
      }
      return { sdk, client: new sdk.TranscribeStreamingClient(options) }
    })
    return this.client
  }
}

/** The tag that Transcribe has for a language: the same, or the first of the language. */
export function amazonLanguage(language: string): string {
  const all = tags.split(' ')
  const wanted = withRegion(language).toLowerCase()
  const same = all.find((tag) => tag.toLowerCase() === wanted)
  return same ?? all.find((tag) => primarySubtag(tag) === primarySubtag(language)) ?? language
}
