import type { LanguageCode, TranscribeStreamingClient } from '@aws-sdk/client-transcribe-streaming'
import type { SttCapabilities } from '../capabilities.js'
import type { ListenOptions } from '../engine.js'
import { isAnyLanguage, likelyLanguages, namesOf, primarySubtag, withRegion } from '../languages.js'
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

/** Tags of its streams (the package's LanguageCode), the region meant first where there are several of a language. */
const tags =
  'en-US en-GB en-AU en-IE en-IN en-NZ en-ZA es-US es-ES es-MX fr-FR fr-CA de-DE de-CH it-IT pt-BR pt-PT ' +
  'ar-SA ar-AE zh-CN zh-HK zh-TW fa-IR sw-KE ckb-IQ af-ZA am-ET be-BY bg-BG bn-IN bs-BA ca-ES ckb-IR cs-CZ ' +
  'cy-WL da-DK el-GR en-AB en-WL et-ET eu-ES fa-AF fi-FI gl-ES gu-IN he-IL hi-IN hr-HR ht-HT hu-HU hy-AM ' +
  'id-ID is-IS ja-JP jv-ID kab-DZ ka-GE kk-KZ km-KH kn-IN ko-KR lg-IN lt-LT lv-LV mk-MK ml-IN mr-IN ms-MY ' +
  'my-MM ne-NP nl-NL no-NO or-IN pa-IN pl-PL ps-AF ro-RO ru-RU si-LK sk-SK sl-SI so-SO sq-AL sr-RS su-ID ' +
  'sv-SE sw-BI sw-RW sw-TZ sw-UG ta-IN te-IN th-TH tl-PH tr-TR uk-UA uz-UZ vi-VN zu-ZA'

const capabilities: SttCapabilities = {
  languages: [...new Set(tags.split(' ').map(primarySubtag))],
  detectsLanguage: true,
  models: [],
  partials: true,
  endOfTurn: 'engine',
  formats: ['pcm/8000', 'pcm/16000'],
  hints: '',
}

export const amazonSttVendor: CloudSttVendor = {
  name: 'amazon',
  aliases: ['aws', 'transcribe', 'amazon-transcribe'],
  summary: 'Amazon Transcribe, over 70 languages',
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

  line(options: ListenOptions, listener: SttLineListener): AmazonLine {
    const { language, sampleRate } = options
    const start: AmazonLineParts['start'] = async (audio, signal) => {
      const { sdk, client } = await this.connected()
      const command = new sdk.StartStreamTranscriptionCommand({
        ...spoken(options),
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

/** Languages that Transcribe hears and cannot find out. */
const unidentified = new Set(['sv', 'vi'])

/** The language, or those that it may be: at least two, and no more than five. */
function spoken({ language, languages }: ListenOptions) {
  if (!isAnyLanguage(language)) return { LanguageCode: amazonLanguage(language) as LanguageCode }
  const found = (languages ?? []).filter((tag) => !unidentified.has(primarySubtag(tag)))
  const likely = likelyLanguages(found, 5).map(amazonLanguage)
  return { IdentifyMultipleLanguages: true, LanguageOptions: likely.join(',') }
}

/** The tag that Transcribe has for a language: the same, or the first of the language. */
export function amazonLanguage(language: string): string {
  const all = tags.split(' ')
  const names = [language, ...namesOf(language)]
  const wanted = names.map((name) => withRegion(name).toLowerCase())
  const same = all.find((tag) => wanted.includes(tag.toLowerCase()))
  return (
    same ?? all.find((tag) => names.some((name) => primarySubtag(name) === primarySubtag(tag))) ?? language
  )
}
