import { primarySubtag, withRegion } from '../languages.js'
import type { VendorSettings } from '../vendor-settings.js'
import { bareModel } from './socket-stt.js'

/** Version 1 of Google's API is reached with any key; version 2 asks for a project, and has models of its own. */
export interface GoogleModel {
  readonly version: 1 | 2
  /** '' for the one that fits the language. */
  readonly name: string
}

export const googleModels = [
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
/** Those of version 2 that stream (cloud.google.com/speech-to-text/v2/docs/transcription-model). */
export const googleModels2 = ['chirp_3', 'chirp_2', 'long', 'short', 'telephony', 'telephony_short']
/** What comes nearest in version 1. */
const older = new Map([
  ['long', 'latest_long'],
  ['short', 'latest_short'],
  ['telephony', 'telephony'],
  ['telephony_short', 'telephony_short'],
])

/**
 * A model as apps write it: Google's name, with Telnyx's `google/` before it, or Twilio's `googlev2_`.
 * @returns undefined where Google has none such that streams, or none that is reached with this account
 */
export function readGoogleModel(model: string, account: VendorSettings): GoogleModel | undefined {
  const bare = bareModel(model)
  const name = bare.replace(/^googlev2_/, '')
  if (name === '') return { version: 1, name }
  if (name === bare && googleModels.includes(name)) return { version: 1, name }
  if (!googleModels2.includes(name)) return undefined
  if (hasProject(account)) return { version: 2, name }
  const near = older.get(name)
  return near === undefined ? undefined : { version: 1, name: near }
}

/** Whether it can be told, or found out, which project is billed. A server of one's own asks for none. */
function hasProject({ project, keyFile, url }: VendorSettings): boolean {
  return (project ?? keyFile) !== undefined || /^(http|ws):/.test(url ?? '')
}

/** Whether a model finds out which language is spoken. */
export function detectsLanguage(model: string): boolean {
  return model.startsWith('chirp')
}

/** Where a model of version 2 is to be had, unless the operator says. */
export function locationOf(model: string): string {
  if (model === 'chirp_3') return 'us'
  return model === 'chirp_2' ? 'us-central1' : 'global'
}

/** Telephony is not for every language; what it is not for has the general model. */
const telephony = new Set(
  'ar cs da de el en es fi fr hi hu id it ja ko nl no pl pt ro ru sv tr uk vi zh'.split(' '),
)

/** Version 1's model for a language where the app names none. */
export function fittingModel(language: string): string {
  return telephony.has(primarySubtag(language)) ? 'telephony' : 'latest_long'
}

/** Google's own names of what others name otherwise. */
const names = new Map([
  ['he-IL', 'iw-IL'],
  ['zh-CN', 'cmn-Hans-CN'],
  ['zh-HK', 'yue-Hant-HK'],
  ['zh-TW', 'cmn-Hant-TW'],
  ['yue-HK', 'yue-Hant-HK'],
  ['nb-NO', 'no-NO'],
  ['pa-IN', 'pa-Guru-IN'],
  ['ss-ZA', 'ss-Latn-ZA'],
  ['tn-ZA', 'tn-Latn-ZA'],
])

export function googleTag(language: string): string {
  const tag = withRegion(language)
  return names.get(tag) ?? tag
}
