import { SaxesParser } from 'saxes'
import type { TwimlElement } from './element.js'
import { DocumentError, problem } from './problem.js'

/** Bytes of a document over which it is refused, as on Twilio. */
export const MOST_DOCUMENT_BYTES = 64 * 1024

/** Elements may be nested so deep: speech markup has the deepest. */
const MOST_DEPTH = 50

/** What parsers stumble over long after it stood there: most often in the query of a URL. */
const bareAmpersand = /&(?!(?:#\d+|#x[\da-f]+|[a-z][\w.-]*);)/i

interface Open {
  readonly name: string
  readonly attributes: Map<string, string>
  readonly content: Array<string | TwimlElement>
  readonly line: number
}

/**
 * Reads a document: well-formed XML 1.0, with or without a declaration, white space allowed in front of it.
 *
 * @returns the `<Response>` element
 * @throws DocumentError `document_malformed` with the line, `document_root_invalid`, `document_too_large`
 */
export function parseDocument(text: string): TwimlElement {
  if (Buffer.byteLength(text) > MOST_DOCUMENT_BYTES) {
    throw new DocumentError(problem('error', 'document_too_large', 'The document is larger than 64 KB'))
  }
  const body = text.replace(/^\s+/, '')
  const root = parseXml(body, countLines(text.slice(0, text.length - body.length)))
  if (root.name === 'Response') return root
  const message = `The outermost element is <${root.name}> and must be <Response>`
  throw new DocumentError(problem('error', 'document_root_invalid', message, { line: root.line }))
}

/** @param linesBefore what was cut off in front of `text` */
function parseXml(text: string, linesBefore: number): TwimlElement {
  const parser = new SaxesParser<{ xmlns: false; position: true }>({ xmlns: false, position: true })
  const open: Open[] = []
  let root: TwimlElement | undefined
  let openingLine = 1

  const fail = (what: string, line: number): never => {
    throw new DocumentError(problem('error', 'document_malformed', `Line ${line}: ${what}`, { line }))
  }
  const line = () => parser.line + linesBefore
  const lineOf = (index: number) => countLines(text.slice(0, index)) + linesBefore + 1
  const add = (part: string) => open.at(-1)?.content.push(part)

  parser.on('error', ({ message }) => {
    const ampersand = bareAmpersand.exec(text)
    if (ampersand) fail('an & that begins no entity must be written &amp;', lineOf(ampersand.index))
    fail(message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''), line())
  })
  parser.on('opentagstart', () => {
    // A line break that ends the name has been read by now.
    openingLine = line() - (parser.column === 0 ? 1 : 0)
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length === MOST_DEPTH) fail(`elements are nested more than ${MOST_DEPTH} deep`, openingLine)
    open.push({ name, attributes: byLowerCase(attributes), content: [], line: openingLine })
  })
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', () => {
    const element = open.pop()!
    const parent = open.at(-1)
    if (parent) parent.content.push(element)
    else root = element
  })
  parser.write(text).close()
  return root ?? fail('there is no element', 1)
}

function byLowerCase(attributes: Readonly<Record<string, string>>): Map<string, string> {
  const map = new Map<string, string>()
  for (const [name, value] of Object.entries(attributes)) {
    const key = name.toLowerCase()
    if (!map.has(key)) map.set(key, value)
  }
  return map
}

function countLines(text: string): number {
  return text.split('\n').length - 1
}
