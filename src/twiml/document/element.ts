/** An element of a document. */
export interface TwimlElement {
  /** As written. */
  readonly name: string
  /** By name in lower case: SDKs and people differ in it. Of two that differ only in case, the first. */
  readonly attributes: ReadonlyMap<string, string>
  /** Text and elements in order; without comments, CDATA as text. */
  readonly content: ReadonlyArray<string | TwimlElement>
  /** Line of the opening tag, from 1. */
  readonly line: number
}

/** An element that no document has. @param attributes by name in any letter case; undefined ones are left out */
export function elementOf(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content: TwimlElement['content'] = [],
): TwimlElement {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key.toLowerCase(), value] as const],
  )
  return { name, attributes: new Map(given), content, line: 1 }
}

export function childrenOf(element: TwimlElement): TwimlElement[] {
  return element.content.filter((part) => typeof part !== 'string')
}

/** Text directly in the element, white space as in a line of prose. */
export function textOf(element: TwimlElement): string {
  return tidy(element.content.map((part) => (typeof part === 'string' ? part : ' ')).join(''))
}

/** Everything in the element as XML, for speech markup. */
export function markupOf(element: TwimlElement): string {
  return tidy(
    element.content.map((part) => (typeof part === 'string' ? escapeText(part) : xmlOf(part))).join(''),
  )
}

/** The element itself as XML. */
export function xmlOf(element: TwimlElement): string {
  const attributes = [...element.attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
  const tag = `${element.name}${attributes.join('')}`
  return element.content.length === 0 ? `<${tag}/>` : `<${tag}>${markupOf(element)}</${element.name}>`
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;')
}
