import type { SpeechClient } from '@google-cloud/speech'
import type { SttCapabilities } from '../capabilities.js'
import type { Listening, ListenOptions } from '../engine.js'
import { isAmong, isAnyLanguage, primarySubtag, withRegion } from '../languages.js'
import type { CloudSttVendor, EarWish, EngineContext, Refusal, RegisteredStt } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { googleClientOptions } from '../wire/google-client.js'
import { LineListening } from '../wire/line-listening.js'
import { loadPackage, needPackage } from '../wire/optional-package.js'
import { type GoogleConfig, GoogleLine } from './google-line.js'
import { boosts, flagOf } from './settings.js'
import { bareModel } from './socket-stt.js'

const packageName = '@google-cloud/speech'
const languages =
  'af am ar az bg bn bs ca cs cy da de el en es et eu fa fi fil fr gl gu he hi hr hu hy id is it iw ja jv ka kk km kn ko ' +
  'lo lt lv mk ml mn mr ms my nb ne nl no pa pl pt ro ru rw si sk sl sq sr ss st su sv sw ta te th tn tr ts uk ur uz ve vi ' +
  'xh yue zh zu'
const models = [
  'telephony',
  'latest_long',
  'latest_short',
  'phone_call',
  'video',
  'command_and_search',
  'default',
  'medical_conversation',
  'medical_dictation',
]

const capabilities: SttCapabilities = {
  languages: languages.split(' '),
  detectsLanguage: false,
  models,
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
    return new GoogleStt(settings, context)
  },
}

/**
 * Google Cloud Speech-to-Text, version 1, by Google's own package. Each turn is a stream: ending it is how Google is
 * asked for the rest, and no stream comes near the five minutes that one may last.
 */
class GoogleStt implements RegisteredStt {
  readonly name = 'google'
  readonly endpointing = 'relay'
  private client: Promise<SpeechClient> | undefined

  constructor(
    private readonly settings: VendorSettings,
    private readonly context: EngineContext,
  ) {}

  languageFor(language: string): string | undefined {
    return !isAnyLanguage(language) && isAmong(capabilities.languages, language) ? language : undefined
  }

  refusal({ model, language }: EarWish): Refusal | undefined {
    if (modelOf(model) === undefined) return 'model'
    return this.languageFor(language) === undefined ? 'language' : undefined
  }

  open(options: ListenOptions): Listening {
    const config = googleConfig(options, this.settings)
    const { clock } = this.context
    const format = {
      encoding: options.sampleRate === 8000 ? 'mulaw' : 'pcm',
      sampleRate: options.sampleRate,
    } as const
    return new LineListening(
      {
        vendor: this.name,
        clock,
        sampleRate: options.sampleRate,
        endpointing: this.endpointing,
        format,
        packetMs: 40,
        confirmsFinalize: true,
      },
      (listener) =>
        new GoogleLine(
          { client: this.connected(), clock, config, settings: this.settings, language: options.language },
          listener,
        ),
    )
  }

  async close(): Promise<void> {
    await this.client?.then((client) => client.close()).catch(() => {})
  }

  private connected(): Promise<SpeechClient> {
    this.client ??= loadPackage<typeof import('@google-cloud/speech')>(packageName).then(
      ({ SpeechClient }) => {
        return new SpeechClient(googleClientOptions(packageName, this.settings) as Record<string, string>)
      },
    )
    return this.client
  }
}

/** What a stream is told first. */
export function googleConfig(
  { language, sampleRate, hints, model, settings }: ListenOptions,
  account: VendorSettings,
): GoogleConfig {
  const weights = new Map(boosts(settings))
  const contexts = Array.isArray(settings['speech_context']) ? settings['speech_context'] : []
  return {
    config: {
      encoding: sampleRate === 8000 ? 'MULAW' : 'LINEAR16',
      sampleRateHertz: sampleRate,
      audioChannelCount: 1,
      languageCode: tagOf(language),
      model: modelOf(model) || account.model || fittingModel(language),
      enableAutomaticPunctuation: true,
      profanityFilter: flagOf(settings, 'profanity_filter', 'profanityFilter') ?? false,
      ...(flagOf(settings, 'use_enhanced') && { useEnhanced: true }),
      speechContexts: [
        ...(hints.length > 0 ? [{ phrases: [...hints] }] : []),
        ...[...weights].map(([phrase, boost]) => ({ phrases: [phrase], boost })),
        ...contexts,
      ],
    },
    interimResults: true,
  }
}

/** Twilio's `long` is `latest_long`. */
function modelOf(model: string): string | undefined {
  const name = bareModel(model)
  if (name === '') return ''
  return models.find((known) => known === name || known === `latest_${name}`)
}

/** Telephony is not for every language; what it is not for has the general model. */
const telephony = new Set(
  'ar cs da de el en es fi fr hi hu id it ja ko nl no pl pt ro ru sv tr uk vi zh'.split(' '),
)

function fittingModel(language: string): string {
  return telephony.has(primarySubtag(language)) ? 'telephony' : 'latest_long'
}

/** Google's own names of Chinese, and of Norwegian. */
const names: Readonly<Record<string, string>> = {
  'zh-CN': 'cmn-Hans-CN',
  'zh-HK': 'yue-Hant-HK',
  'zh-TW': 'cmn-Hant-TW',
  'yue-YUE': 'yue-Hant-HK',
  'nb-NO': 'no-NO',
}

function tagOf(language: string): string {
  const tag = withRegion(language)
  return names[tag] ?? tag
}
