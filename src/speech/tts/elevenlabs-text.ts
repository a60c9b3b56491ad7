import type { SpeakRequest } from '../engine.js'
import { isRequestModel } from './elevenlabs-models.js'
import { stripSsml } from './ssml.js'

/** The elements that ElevenLabs' models of the second generation know. */
const tags = /<break\b[^<>]*>|<\/?phoneme\b[^<>]*>/gi
/** Models that take phonemes: those for English alone. */
const withPhonemes = new Set(['eleven_flash_v2', 'eleven_turbo_v2'])
/** The longest pause it makes, in s. */
const LONGEST_PAUSE = 3
/** The pause of a `<break>` that does not say how long, in s. */
const PAUSE = 0.4

/**
 * A request's text as ElevenLabs takes it: of SSML the pauses, and the phonemes where the model knows them
 * (elevenlabs.io/docs/best-practices/prompting/controls).
 */
export function elevenLabsText({ text, ssml, model = '' }: SpeakRequest): { text: string; ssml: boolean } {
  if (!ssml) return { text, ssml: false }
  if (isRequestModel(model)) return { text: stripSsml(text), ssml: false }
  let out = ''
  let at = 0
  let kept = false
  for (const { 0: tag, index } of text.matchAll(tags)) {
    out += stripSsml(text.slice(at, index))
    at = index + tag.length
    const isBreak = /^<break/i.test(tag)
    if (!isBreak && !withPhonemes.has(model)) continue
    out += isBreak ? pause(tag) : tag
    kept = true
  }
  return { text: out + stripSsml(text.slice(at)), ssml: kept }
}

function pause(tag: string): string {
  const [, amount, unit] = /\btime\s*=\s*["']\+?(\d*\.?\d+)(ms|s)["']/i.exec(tag) ?? []
  const seconds = amount ? Number(amount) / (unit?.toLowerCase() === 'ms' ? 1000 : 1) : PAUSE
  return `<break time="${Math.min(LONGEST_PAUSE, seconds)}s" />`
}
