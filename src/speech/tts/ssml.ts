/** SSML elements (W3C SSML 1.1 §3), and vendors' prefixed ones. Other angle brackets are text: "a < b", "<3". */
const names =
  'speak|break|prosody|emphasis|say-as|phoneme|sub|p|s|w|token|lang|voice|audio|desc|mark|lexicon|lookup|meta|' +
  'metadata|par|seq|media|[a-z]+:[a-z][a-z-]*'
const markup = new RegExp(
  `<!--[\\s\\S]{0,2000}?-->|<!\\[CDATA\\[([\\s\\S]{0,2000}?)\\]\\]>|<[?!][a-z][^<>]*>|<(/?)(${names})(\\s[^<>]*|/)?>`,
  'gi',
)
/** A tag that the text ends in the middle of. */
const unfinished = new RegExp(`</?(?:${names})(?:\\s[^<>]*|/)?$`, 'i')
const entity = /&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** What these ask for is said character by character (SSML 1.1's note on say-as, and the vendors' own values). */
const spelled = new Set(['characters', 'spell-out', 'verbatim', 'digits', 'digit', 'telephone'])
/** A blank line is a pause of so many ms to the engines here. */
const blankLineMs = 400
const mostBlankLines = 25
const strengths: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 0,
  weak: 0,
  medium: 400,
  strong: 800,
  'x-strong': 1200,
}

/** The words of a text that may have markup. */
export function plainText({ text, ssml }: { readonly text: string; readonly ssml: boolean }): string {
  return ssml ? stripSsml(text) : text
}

/**
 * The words of SSML without its markup, for engines that speak plain text. A `<break>` becomes blank lines, which
 * engines read as a pause and which add no character that would be heard; `<sub>` gives its alias; `<say-as>` is spelled
 * out where it asks for characters or digits. Takes anything: what is no markup stays as text, entities that XML does
 * not have stay too, and an unfinished tag at the end is dropped.
 */
export function stripSsml(text: string): string {
  if (!/[<&]/.test(text)) return text
  let out = ''
  let at = 0
  let spelling = false
  const say = (piece: string) => {
    const plain = piece.replace(entity, decodeEntity)
    out += spelling ? spellOut(plain) : plain
  }
  for (const match of text.replace(unfinished, '').matchAll(markup)) {
    if (match.index < at) continue
    say(text.slice(at, match.index))
    at = match.index + match[0].length
    const [, raw, slash, name, attributes = ''] = match
    if (raw !== undefined) out += raw
    if (name === undefined) continue
    const element = name.toLowerCase()
    const opens = slash === '' && !attributes.endsWith('/')
    if (element === 'break') out += pause(attributes)
    if (element === 'p' || element === 's') out += ' '
    if (element === 'say-as') {
      spelling = opens && closes(text, at, element) && spelled.has(attribute(attributes, 'interpret-as'))
    }
    if (element === 'sub' && opens && closes(text, at, element) && /\balias\s*=/.test(attributes)) {
      say(attribute(attributes, 'alias'))
      at += text.slice(at).search(/<\/sub/i)
    }
  }
  say(text.slice(at).replace(unfinished, ''))
  return out
    .replace(/[^\S\n]{2,}/g, ' ')
    .replace(/[^\S\n]*\n\s*\n[^\S\n]*/g, (gap) => gap.replace(/[^\S\n]/g, ''))
}

function closes(text: string, from: number, element: string): boolean {
  return new RegExp(`</${element}\\s*>`, 'i').test(text.slice(from))
}

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes)
  return found?.[1] ?? found?.[2] ?? ''
}

/** Blank lines for a break's time or strength; a space when it is too short to be one. */
function pause(attributes: string): string {
  const time = /^\+?(\d*\.?\d+)(ms|s)$/i.exec(attribute(attributes, 'time').trim())
  const ms = time
    ? Number(time[1]) * (time[2].toLowerCase() === 's' ? 1000 : 1)
    : (strengths[attribute(attributes, 'strength').toLowerCase()] ?? strengths['medium'])
  const lines = Math.min(mostBlankLines, Math.round(ms / blankLineMs))
  return lines > 0 ? '\n\n'.repeat(lines) : ' '
}

/** Capitals, so that a lone letter is said by its name. */
function spellOut(text: string): string {
  return [...text]
    .filter((character) => character.trim() !== '')
    .map((character) => (/[a-z]/.test(character) ? character.toUpperCase() : character))
    .join(' ')
}

function decodeEntity(written: string, body: string): string {
  if (!body.startsWith('#')) return entities[body.toLowerCase()] ?? written
  const hex = body[1] === 'x' || body[1] === 'X'
  const code = Number.parseInt(body.slice(hex ? 2 : 1), hex ? 16 : 10)
  const character = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return character ? String.fromCodePoint(code) : ' '
}
