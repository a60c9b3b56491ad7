const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}
/** What elements leave behind; the others leave nothing. */
const spacing: Readonly<Record<string, string>> = { break: '\n\n', p: ' ', s: ' ', br: ' ' }
const unfinished =
  /<\/?(?:speak|break|prosody|emphasis|say-as|phoneme|sub|voice|audio|lang|mark|[ps])(?:\s[^<>]*)?\/?$/i

/**
 * The words of SSML without its markup, for engines that speak plain text. A `<break>` becomes a blank line, which
 * engines read as a pause and which adds no character that would be heard. Takes anything: what is no markup stays as
 * text, an unfinished tag at the end is dropped.
 */
export function stripSsml(text: string): string {
  if (!/[<&]/.test(text)) return text
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(unfinished, '')
    .replace(/<[/!?]?([a-zA-Z][\w:-]*)[^<>]*>/g, (_, name: string) => spacing[name.toLowerCase()] ?? '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, decodeEntity)
    .replace(/[^\S\n]{2,}/g, ' ')
    .replace(/ ?\n\n\s*/g, '\n\n')
}

function decodeEntity(entity: string, body: string): string {
  if (!body.startsWith('#')) return named[body.toLowerCase()] ?? entity
  const hex = body[1] === 'x' || body[1] === 'X'
  const code = Number.parseInt(body.slice(hex ? 2 : 1), hex ? 16 : 10)
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    ? String.fromCodePoint(code)
    : ' '
}
