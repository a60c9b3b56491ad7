import { parseDocument } from '../../twiml/index.js'

/** A piece of a document, well formed. */
export type Markup = string & { readonly markup: unique symbol }

type Attribute = string | number | boolean | undefined

/** A verb or a noun; attributes that are undefined or '' are left out. */
export function verb(
  name: string,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...content: readonly Markup[]
): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('')
  return `<${name}${written}>${content.join('')}</${name}>` as Markup
}

/** Text as it is. */
export function plain(text: string): Markup {
  return escaped(text) as Markup
}

/** Text to say: with speech markup where it is well formed, else as it is. */
export function speech(text: string): Markup {
  const bare = text.replace(/^\s*<speak[^>]*>|<\/speak>\s*$/g, '')
  if (!bare.includes('<')) return plain(decoded(bare))
  try {
    parseDocument(`<Response><Say>${bare}</Say></Response>`)
    return bare as Markup
  } catch {
    return plain(text)
  }
}

/** The document of these verbs, one after another. */
export function document(...verbs: readonly Markup[]): string {
  return `<Response>${verbs.join('')}</Response>`
}

/** Characters that XML 1.0 has no way to write are dropped. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** What people write who know that this ends up in XML. */
function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
