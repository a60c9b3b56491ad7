/** SSML elements (W3C SSML 1.1 §3), and the vendors' prefixed ones. Other angle brackets are text: "a < b", "<3". */
const NAME =
  'speak|break|prosody|emphasis|say-as|phoneme|sub|p|s|w|token|lang|voice|audio|desc|mark|lexicon|lookup|meta|' +
  'metadata|par|seq|media|[a-z]+:[a-z][a-z-]*'
const TAG = new RegExp(`<(/?)(${NAME})(?:\\s[^<>]*?)?\\s*(/?)>`, 'iy')
const ANY_TAG = new RegExp(TAG.source, 'i')
/** The beginning of what may become a tag. */
const TAG_BEGUN = new RegExp(`^</?([a-z][a-z:-]{0,20}|(?:${NAME})(\\s[^<>]*)?/?)?$`, 'i')
/** Longer than this it is no tag any more. */
const LONGEST_TAG = 500
/** Never have content, even where somebody forgot the slash. */
const EMPTY_ELEMENTS = new Set(['break', 'mark', 'lexicon', 'meta'])
/** Their end is the end of a sentence. */
const SENTENCE_ELEMENTS = new Set(['speak', 'p', 's'])

/** A tag found in text. */
export interface Tag {
  /** Index behind its `>`. */
  readonly end: number
  /** 1 opens an element, -1 closes one, 0 is an empty element. */
  readonly nesting: 1 | 0 | -1
  readonly endsSentence: boolean
}

/** The SSML tag that starts at `at`, where a `<` stands; `begun` when the text ends before it can be told. */
export function tagAt(text: string, at: number): Tag | 'begun' | undefined {
  TAG.lastIndex = at
  const match = TAG.exec(text)
  if (!match) {
    const begun = text.length - at <= LONGEST_TAG && TAG_BEGUN.test(text.slice(at))
    return begun ? 'begun' : undefined
  }
  const end = at + match[0].length
  const name = match[2]!.toLowerCase()
  const closes = match[1] !== ''
  if (EMPTY_ELEMENTS.has(name) || match[3] !== '') return { end, nesting: 0, endsSentence: false }
  return { end, nesting: closes ? -1 : 1, endsSentence: closes && SENTENCE_ELEMENTS.has(name) }
}

/** Whether there is any SSML tag in the text. */
export function hasMarkup(text: string): boolean {
  return ANY_TAG.test(text)
}

/** Whether every element opened is closed, so that an engine will take the text as SSML. */
export function isBalanced(text: string): boolean {
  let depth = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const tag = tagAt(text, at)
    if (tag === undefined || tag === 'begun') {
      at++
      continue
    }
    depth += tag.nesting
    if (depth < 0) return false
    at = tag.end
  }
  return depth === 0
}
