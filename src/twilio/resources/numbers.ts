import { createHash } from 'node:crypto'
import { type ConfiguredVoice, type VoiceSettings, voiceSettings } from './voice.js'

/** A number that TwiML answers. Times are ms since the Unix epoch. */
export interface PhoneNumber extends VoiceSettings {
  /** `PN` and 32 hex digits. */
  readonly sid: string
  readonly phoneNumber: string
  /** The application whose URLs count instead of the number's own; '' for none. */
  readonly voiceApplicationSid: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** A number of the configuration. */
export interface ConfiguredNumber extends ConfiguredVoice {
  /** `+1555*` for what begins so, `*` for the rest. */
  readonly number: string
  readonly voiceApplicationSid?: string | undefined
}

export function configuredNumber(
  { number, voiceApplicationSid = '', ...voice }: ConfiguredNumber,
  now: number,
): PhoneNumber {
  // The same at every start.
  const sid = `PN${createHash('md5').update(number).digest('hex')}`
  const settings = voiceSettings(voice, number)
  return { sid, phoneNumber: number, voiceApplicationSid, ...settings, createdAt: now, updatedAt: now }
}

/** Whose call it is: the number dialled itself, or the longest pattern that it begins with. */
export function numberFor(dialled: string, numbers: readonly PhoneNumber[]): PhoneNumber | undefined {
  const exact = numbers.find(({ phoneNumber }) => sameNumber(phoneNumber, dialled))
  if (exact) return exact
  const [pattern] = numbers
    .filter(({ phoneNumber }) => phoneNumber.endsWith('*') && dialled.startsWith(phoneNumber.slice(0, -1)))
    .sort((one, other) => other.phoneNumber.length - one.phoneNumber.length)
  return pattern
}

/** Trunks deliver numbers with and without the plus. */
function sameNumber(number: string, dialled: string): boolean {
  if (number === dialled) return true
  return /^\+?\d{7,}$/.test(number) && number.replace('+', '') === dialled.replace('+', '')
}
