import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InstalledModel } from '../../models/index.js'
import { primarySubtag, withRegion } from '../languages.js'
import type { Gender, LocalVoice, VoiceWish } from '../vendor.js'
import { genderOf } from '../voices/genders.js'
import { ModelFiles } from './model-files.js'
import { isModel } from './usable-models.js'

/** A speaker of a model. */
export interface SherpaVoice extends LocalVoice {
  readonly model: string
  /** The speaker's number. */
  readonly speaker: number
}

/** Languages of Kokoro's speakers, by the first letter of their names. */
const kokoroLanguages: Readonly<Record<string, string>> = {
  a: 'en-US',
  b: 'en-GB',
  e: 'es-ES',
  f: 'fr-FR',
  h: 'hi-IN',
  i: 'it-IT',
  j: 'ja-JP',
  p: 'pt-BR',
  z: 'zh-CN',
}
/** Speakers that sound best, and are taken where nothing else is said. */
const favourites = ['af_heart', 'af_bella', 'af']

/** The speakers of a model, by name where names are known; the one to take by default first. */
export function voicesOf(model: InstalledModel): SherpaVoice[] {
  return model.kind === 'kokoro' ? kokoroVoices(model) : otherVoices(model)
}

/**
 * The voice that an app means by a speaker's name, a model's, or `model:speaker`; else one of the language, of the region
 * and gender where there is one.
 */
export function findVoice(voices: readonly SherpaVoice[], wish: VoiceWish): SherpaVoice | undefined {
  const language = wish.language.toLowerCase()
  const speaking = voices.filter((voice) => primarySubtag(voice.language) === primarySubtag(language))
  const ofModel = wish.model ? speaking.filter((voice) => isModel({ name: voice.model }, wish.model!)) : []
  const able = ofModel.length > 0 ? ofModel : speaking
  const name = wish.name.trim().toLowerCase()
  const named = name === '' ? undefined : able.find((voice) => isNamed(voice, name))
  if (named) return named
  const gender: Gender = wish.gender ?? 'female'
  const worth = (voice: SherpaVoice) =>
    (voice.gender === gender ? 2 : voice.gender === undefined ? 1 : 0) +
    (voice.language.toLowerCase() === language ? 0.5 : 0)
  return able.reduce<SherpaVoice | undefined>(
    (best, voice) => (best && worth(best) >= worth(voice) ? best : voice),
    undefined,
  )
}

function isNamed({ voice, model }: SherpaVoice, name: string): boolean {
  const speaker = voice.toLowerCase()
  if (speaker === name || isModel({ name: model }, name)) return true
  const [owner = '', part = ''] = name.split(':')
  return part === speaker && isModel({ name: model }, owner)
}

function kokoroVoices({ name, languages, speakers }: InstalledModel): SherpaVoice[] {
  const voices = speakers.flatMap((voice, speaker) => {
    const language = kokoroLanguages[voice[0]!] ?? withRegion(languages[0]!)
    if (!languages.some((tag) => primarySubtag(tag) === primarySubtag(language))) return []
    const gender = genderOf(voice)
    return [{ voice, model: name, speaker, language, ...(gender && { gender }) }]
  })
  if (voices.length === 0)
    return [{ voice: name, model: name, speaker: 0, language: withRegion(languages[0]!) }]
  const rank = ({ voice }: SherpaVoice) => {
    const at = favourites.indexOf(voice)
    return at < 0 ? favourites.length : at
  }
  return voices.sort((a, b) => rank(a) - rank(b) || a.speaker - b.speaker)
}

/** Piper's models tell their speakers in a file beside them; others may in `model.json`. */
function otherVoices(model: InstalledModel): SherpaVoice[] {
  const named = Object.entries(piperSpeakers(model))
  const speakers = named.length > 0 ? named : model.speakers.map((name, i) => [name, i] as const)
  const all = speakers.length < 2 ? [[model.name, 0] as const] : speakers
  return model.languages.flatMap((tag) =>
    all.map(([voice, speaker]) => {
      const gender = genderOf(voice) ?? genderOf(model.name)
      return { voice, model: model.name, speaker, language: withRegion(tag), ...(gender && { gender }) }
    }),
  )
}

function piperSpeakers(model: InstalledModel): Readonly<Record<string, number>> {
  const described = new ModelFiles(model).all(/\.onnx\.json$/)?.split(',')[0]
  if (!described) return {}
  try {
    const { speaker_id_map: speakers } = JSON.parse(readFileSync(join(described), 'utf8'))
    return typeof speakers === 'object' && speakers !== null ? speakers : {}
  } catch {
    return {}
  }
}
