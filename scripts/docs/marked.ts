import { readFileSync } from 'node:fs'

/**
 * A page as it stands, with what is between `<!-- name: begin -->` and `<!-- name: end -->` replaced.
 * @param path from the root
 * @param parts content by name; each ends with a line break
 * @throws Error naming a part that the page has no place for
 */
export function withParts(path: string, parts: ReadonlyMap<string, string>): string {
  let text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  for (const [name, content] of parts) {
    const marked = new RegExp(`(<!-- ${name}: begin -->\n)[\\s\\S]*?(<!-- ${name}: end -->)`)
    if (!marked.test(text)) throw new Error(`${path} has no place for ${name}`)
    text = text.replace(marked, (_, begin, end) => begin + content + end)
  }
  return text
}
