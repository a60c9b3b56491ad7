import type { TtsCapabilities } from '../capabilities.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import { primarySubtag } from '../languages.js'
import type { CloudTtsVendor, Gender, LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AzureSdk, azurePackage } from '../wire/azure-sdk.js'
import { loadPackage, needPackage } from '../wire/optional-package.js'
import { AzureSynthesizers } from './azure-synthesizers.js'
import { azureVoices } from './azure-voices.js'
import { CloudVoices, type KnownVoice } from './cloud-voices.js'
import { speakAzure } from './speak-azure.js'

const voices: readonly KnownVoice[] = Object.entries(azureVoices).flatMap(([language, [female, male]]) => {
  const known = (name: string, gender: Gender): KnownVoice => {
    return {
      voice: `${language}-${name}Neural`,
      gender,
      language,
      multilingual: name.endsWith('Multilingual'),
    }
  }
  return [known(female, 'female'), ...(male ? [known(male, 'male')] : [])]
})

const capabilities: TtsCapabilities = {
  languages: [...new Set(Object.keys(azureVoices).map(primarySubtag))],
  models: [],
  voices: voices.map(({ voice }) => voice),
  wordMarks: 'vendor',
  formats: ['mulaw/8000', 'pcm/16000'],
  transport: 'socket',
  ssml: true,
}

export const azureTtsVendor: CloudTtsVendor = {
  name: 'azure',
  aliases: ['microsoft', 'azure-speech'],
  summary: 'Microsoft Azure, over 70 languages',
  install: `set AZURE_SPEECH_KEY and AZURE_SPEECH_REGION, npm install ${azurePackage}`,
  account: 'azure',
  variables: { apiKey: ['AZURE_SPEECH_KEY', 'SPEECH_KEY'], region: ['AZURE_SPEECH_REGION', 'SPEECH_REGION'] },
  configured: ({ apiKey, region, url }) => apiKey !== undefined && (region ?? url) !== undefined,
  capabilities,
  create: (settings) => {
    needPackage(azurePackage)
    return new AzureTts(settings)
  },
}

/** Azure Text to speech, by Microsoft's own package. */
class AzureTts implements RegisteredTts {
  readonly name = 'azure'
  readonly ssml = true
  private readonly voices: CloudVoices
  private readonly closing = new AbortController()
  private made: Promise<{ azure: AzureSdk; synthesizers: AzureSynthesizers }> | undefined

  constructor(private readonly settings: VendorSettings) {
    this.voices = new CloudVoices({
      capabilities,
      voices,
      otherVoice: azureVoice,
      preferred: { voice: settings.voice },
    })
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.voices.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.voices.refusal(wish)
  }

  prepare(request: SpeakRequest): void {
    this.connected()
      .then(({ synthesizers }) => synthesizers.prepare(request))
      .catch(() => {})
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    const { azure, synthesizers } = await this.connected()
    yield* speakAzure(
      azure,
      synthesizers,
      request,
      AbortSignal.any([signal, this.closing.signal]),
      this.settings,
    )
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.made?.then(({ synthesizers }) => synthesizers.close()).catch(() => {})
  }

  private connected() {
    this.made ??= loadPackage<AzureSdk>(azurePackage).then((azure) => {
      return { azure, synthesizers: new AzureSynthesizers(azure, this.settings) }
    })
    return this.made
  }
}

/** The voice where it speaks the language; multilingual ones and '' stand for any, and so do custom ones. */
function azureVoice(name: string, language: string, own: boolean): string | undefined {
  if (own && /^[A-Za-z]\w*Neural$/.test(name)) return name
  if (!/^[a-z]{2,3}(-[A-Z][a-z]+)?-[A-Z]{2}(-[a-z]+)?-[A-Za-z]+(:[A-Za-z0-9]+)?$/.test(name)) return undefined
  const any = language === '' || /Multilingual|DragonHD|Turbo/i.test(name)
  return any || primarySubtag(name) === primarySubtag(language) ? name : undefined
}
