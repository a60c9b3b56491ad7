import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml'
import { messageOf } from '../base/errors.js'

/** A YAML text as data, with the lines its parts came from. */
export interface YamlText {
  readonly value: unknown
  readonly mistakes: readonly { readonly line: number; readonly message: string }[]
  /** Line of what is at `path`, or of the nearest thing around it. Counted from 1. */
  lineOf(path: readonly PropertyKey[]): number
}

/** Reads YAML 1.2. A key without a value counts as absent, so that a group may have all its keys commented out. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  keepTelephoneNumbers(document)
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document, path)).line
  const mistakes = document.errors.map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    message: message === 'Alias cannot be an empty string' ? 'a * of its own needs quotes' : message,
  }))
  if (mistakes.length === 0) {
    for (const { source, range } of danglingAliases(document)) {
      const message = `there is no anchor &${source}; where * is meant as text, it needs quotes`
      mistakes.push({ line: lines.linePos(range?.[0] ?? 0).line, message })
    }
  }
  if (mistakes.length > 0) return { value: undefined, mistakes, lineOf }
  try {
    return { value: withoutEmptyKeys(document.toJS()), mistakes, lineOf }
  } catch (thrown) {
    // Aliases that multiply beyond reason, merges of what cannot be merged; the stack's end is a RangeError.
    const message =
      thrown instanceof RangeError ? 'nested too deeply, or an anchor in itself' : messageOf(thrown)
    return { value: undefined, mistakes: [{ line: 1, message }], lineOf }
  }
}

function danglingAliases(document: Document): Alias[] {
  const dangling: Alias[] = []
  visit(document, {
    Alias(_, node) {
      if (!node.resolve(document)) dangling.push(node)
    },
  })
  return dangling
}

/** YAML reads +4930123 and 0301 as numbers and so loses their beginning: whoever writes that means text. */
function keepTelephoneNumbers(document: Document): void {
  visit(document, {
    Scalar(_, node: Scalar) {
      if (typeof node.value === 'number' && /^(\+\d|0\d)/.test(node.source ?? '')) node.value = node.source
    },
  })
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(scalarOf(item.key)) === String(step))
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else break
  }
  return offset
}

function scalarOf(node: unknown): unknown {
  return isScalar(node) ? node.value : node
}

function withoutEmptyKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, child]) => child !== null)
  return Object.fromEntries(entries.map(([key, child]) => [key, withoutEmptyKeys(child)]))
}
