import type * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import type { SttCapabilities } from '../capabilities.js'
import type { ListenOptions } from '../engine.js'
import { isAnyLanguage, likelyLanguages, nameAmong, withRegion } from '../languages.js'
import type { CloudSttVendor } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AzureSdk, azureConfig, azurePackage } from '../wire/azure-sdk.js'
import { loadPackage, needPackage } from '../wire/optional-package.js'
import { AzureLine } from './azure-line.js'
import { LineStt } from './line-stt.js'
import { flagOf, speechTimeout } from './settings.js'
import { among, bareModel } from './socket-stt.js'
import { fittingTerms } from './terms.js'

const languages =
  'af am ar az bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it ja jv ka kk km kn ko ' +
  'lo lt lv mk ml mn mr ms mt my nb ne nl pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tr uk ur uz vi wuu yue zh zu'

/** Silence, in ms, that ends a turn where the app leaves it to the engine. */
const SILENCE_MS = 500

const capabilities: SttCapabilities = {
  languages: languages.split(' '),
  detectsLanguage: true,
  models: ['realtime', 'fast'],
  partials: true,
  endOfTurn: 'engine',
  formats: ['mulaw/8000', 'pcm/16000'],
  hints: 'a phrase list',
}

export const azureSttVendor: CloudSttVendor = {
  name: 'azure',
  aliases: ['microsoft', 'azure-speech'],
  summary: 'Microsoft Azure, over 80 languages',
  install: `set AZURE_SPEECH_KEY and AZURE_SPEECH_REGION, npm install ${azurePackage}`,
  account: 'azure',
  variables: { apiKey: ['AZURE_SPEECH_KEY', 'SPEECH_KEY'], region: ['AZURE_SPEECH_REGION', 'SPEECH_REGION'] },
  configured: ({ apiKey, region, url }) => apiKey !== undefined && (region ?? url) !== undefined,
  capabilities,
  create: (settings, context) => {
    needPackage(azurePackage)
    return new LineStt(
      {
        name: 'azure',
        capabilities,
        modelOf: (model) => among(capabilities.models, bareModel(model)),
        // The package makes messages of 100 ms: what does not fill one would wait for the next.
        packetMs: 100,
        confirmsFinalize: false,
        line: (options, listener) => {
          const recognizer = loadPackage<AzureSdk>(azurePackage).then((azure) => {
            return { azure, ...azureRecognizer(azure, settings, options) }
          })
          return new AzureLine(recognizer, settings, options.language, listener)
        },
      },
      context,
    )
  },
}

/** A recogniser, and the stream that it listens to. */
function azureRecognizer(
  azure: AzureSdk,
  account: VendorSettings,
  { language, languages: declared, sampleRate, hints, settings }: ListenOptions,
): { recognizer: sdk.SpeechRecognizer; audio: sdk.PushAudioInputStream } {
  const config = azureConfig(azure, account)
  config.outputFormat = azure.OutputFormat.Detailed
  const masked = flagOf(settings, 'profanity_filter', 'profanityFilter') ?? true
  config.setProfanity(masked ? azure.ProfanityOption.Masked : azure.ProfanityOption.Raw)
  const silence = Math.min(5000, Math.max(100, speechTimeout(settings) ?? SILENCE_MS))
  config.setProperty(azure.PropertyId.Speech_SegmentationSilenceTimeoutMs, String(silence))
  const format =
    sampleRate === 8000
      ? azure.AudioStreamFormat.getWaveFormat(8000, 8, 1, azure.AudioFormatTag.MuLaw)
      : azure.AudioStreamFormat.getWaveFormatPCM(sampleRate, 16, 1)
  const audio = azure.AudioInputStream.createPushStream(format)
  const input = azure.AudioConfig.fromStreamInput(audio)
  const recognizer = isAnyLanguage(language)
    ? azure.SpeechRecognizer.FromConfig(config, detecting(azure, declared), input)
    : new azure.SpeechRecognizer(withLanguage(config, language), input)
  const phrases = fittingTerms(hints, { most: 500 })
  if (phrases.length > 0) azure.PhraseListGrammar.fromRecognizer(recognizer).addPhrases(phrases)
  return { recognizer, audio }
}

function withLanguage(config: sdk.SpeechConfig, language: string): sdk.SpeechConfig {
  config.speechRecognitionLanguage = azureTag(language)
  return config
}

/** Asks for the language of each stretch, among up to ten. */
function detecting(azure: AzureSdk, declared: readonly string[] | undefined) {
  const likely = likelyLanguages(declared, 10).map(azureTag)
  const detection = azure.AutoDetectSourceLanguageConfig.fromLanguages(likely)
  detection.mode = azure.LanguageIdMode.Continuous
  return detection
}

/** Azure knows languages by a country, and these by another than most. */
const elsewhere = new Map([
  ['es-419', 'es-MX'],
  ['ur-pk', 'ur-IN'],
  ['yue-hk', 'zh-HK'],
  ['zh-hans', 'zh-CN'],
  ['zh-hant', 'zh-TW'],
])

export function azureTag(language: string): string {
  const tag = withRegion(nameAmong(capabilities.languages, language) ?? language)
  return elsewhere.get(tag.toLowerCase()) ?? tag
}
