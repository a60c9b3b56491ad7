import { stripSsml } from '../../speech/index.js'
import { hasMarkup, isBalanced, tagAt } from './markup.js'

/** What an engine is asked to say for a chunk, and the way back from it to the chunk. */
export interface SpokenText {
  /** `SpeakRequest.text`. */
  readonly text: string
  readonly ssml: boolean
  /** The words without markup. */
  readonly plain: string
  /** Offset in the chunk of an offset in `text`. */
  sourceOfText(offset: number): number
  /** Offset in the chunk of an offset in `plain`. */
  sourceOfPlain(offset: number): number
}

/** Something with a sound: a letter, a digit, a currency sign. */
const SPEAKABLE = /[\p{L}\p{N}\p{Sc}]/u

/**
 * Prepares a chunk for an engine: SSML stays for engines that take it, as long as every element is closed.
 * @returns undefined when there is nothing to say
 */
export function spokenText(chunk: string, engineTakesSsml: boolean): SpokenText | undefined {
  const lead = chunk.length - chunk.trimStart().length
  const trimmed = chunk.trim()
  if (!hasMarkup(trimmed)) {
    if (!SPEAKABLE.test(trimmed)) return undefined
    const shift = (offset: number) => lead + offset
    return { text: trimmed, ssml: false, plain: trimmed, sourceOfText: shift, sourceOfPlain: shift }
  }
  const plain = stripSsml(trimmed).trim()
  const sourceOfPlain = (offset: number) => lead + markedUpOffset(trimmed, plain, offset)
  if (engineTakesSsml && isBalanced(trimmed)) {
    return { text: trimmed, ssml: true, plain, sourceOfText: (offset) => lead + offset, sourceOfPlain }
  }
  if (!SPEAKABLE.test(plain)) return undefined
  return { text: plain, ssml: false, plain, sourceOfText: sourceOfPlain, sourceOfPlain }
}

/** Where in the marked-up text lies what lies at `offset` of the plain text: spaces may differ, characters do not. */
function markedUpOffset(markedUp: string, plain: string, offset: number): number {
  if (offset >= plain.length) return markedUp.length
  let characters = plain.slice(0, offset).replace(/\s/g, '').length
  let at = 0
  while (characters > 0 && at < markedUp.length) {
    const tag = markedUp[at] === '<' ? tagAt(markedUp, at) : undefined
    if (tag && tag !== 'begun') {
      at = tag.end
      continue
    }
    const entity = markedUp[at] === '&' ? /^&(#?\w{1,8});/.exec(markedUp.slice(at, at + 12)) : null
    if (!/\s/.test(markedUp[at]!)) characters--
    at += entity ? entity[0].length : 1
  }
  return at
}
