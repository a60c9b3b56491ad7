import type { TwimlDialect } from '../dialects/dialect.js'
import { childrenOf, elementOf, type TwimlElement } from '../document/element.js'
import { parseDocument } from '../document/parse-document.js'
import { DocumentError, problem, type Report } from '../document/problem.js'
import { Reader } from '../document/reader.js'
import type { FetchedDocument } from '../fetching/request.js'
import type { Verb, VerbKind } from './verb.js'

export interface Compiler {
  readonly kinds: ReadonlyMap<string, VerbKind>
  readonly dialect: TwimlDialect
  /** Verbs that count here. */
  readonly verbs: readonly string[]
  readonly report: Report
}

/**
 * The verbs of a document.
 *
 * @throws DocumentError when it is no document
 */
export function compileText(text: string, compiler: Compiler): Verb[] {
  return compile(childrenOf(parseDocument(text)), compiler)
}

/**
 * The verbs of what was fetched: a document, audio to play, or text to read out.
 *
 * @throws DocumentError `document_content_type_invalid` for anything else
 */
export function compileFetched(document: FetchedDocument, compiler: Compiler): Verb[] {
  const { url, status, contentType, text } = document
  const looksLikeXml = /^\s*</.test(text)
  if (/^audio\//.test(contentType)) return compile([elementOf('Play', {}, [url])], compiler)
  if (text.trim() === '') {
    if (status !== 204) compiler.report(problem('warning', 'document_empty', `${url}: the answer is empty`))
    return []
  }
  if (looksLikeXml && isText(contentType)) return compileText(text, compiler)
  if (contentType === 'text/plain') return compile([elementOf('Say', {}, [text])], compiler)
  if (isText(contentType)) return compileText(text, compiler)
  throw new DocumentError(
    problem('error', 'document_content_type_invalid', `${url}: the content type is ${contentType}`),
  )
}

function compile(elements: readonly TwimlElement[], compiler: Compiler): Verb[] {
  const { dialect, report, kinds } = compiler
  const reader = new Reader(dialect, report)
  const known = compiler.verbs.filter((name) => dialect.verbs.includes(name))
  return elements.flatMap((element) => {
    const kind = known.includes(element.name) ? kinds.get(element.name) : undefined
    if (!kind) reader.skipped(element, 'here', known)
    const verb = kind?.compile(element, reader)
    return verb ? [{ name: element.name, line: element.line, execute: verb.execute.bind(verb) }] : []
  })
}

/** Types that may hold a document; none at all may. */
function isText(contentType: string): boolean {
  return contentType === '' || /^text\/|[/+]xml$|^application\/octet-stream$/.test(contentType)
}
