import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const pages = ['', 'docs/', 'demo/', 'bench/'].flatMap((folder) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name),
)

interface Link {
  /** `docs/sip.md:12` */
  readonly where: string
  readonly page: string
  readonly target: string
}

/** Links of a page to others of this repository. Code is no prose: what looks like a link in it is none. */
function linksOf(page: string, markdown: string): Link[] {
  const prose = markdown
    .replace(/^( *)```[\s\S]*?^\1```/gm, (block) => block.replaceAll(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))
  return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map((match) => ({
      where: `${page}:${prose.slice(0, match.index).split('\n').length}`,
      page,
      target: match[1]!,
    }))
    .filter(({ target }) => !/^[a-z]+:/.test(target))
}

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ +(.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What is wrong with a link; undefined when nothing is. */
function fault({ page, target }: Link): string | undefined {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? new URL(page, root) : new URL(path, new URL(page, root))
  if (!existsSync(file)) return `there is no ${path}`
  if (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor)) return undefined
  return `there is no heading #${anchor}`
}

describe('links of the documentation', () => {
  const links = pages.flatMap((page) => linksOf(page, readFileSync(new URL(page, root), 'utf8')))

  it('are found', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/protocol.md']))
    expect(links.length).toBeGreaterThan(10)
  })

  it.each(links)('$where → $target', (link) => {
    expect(fault(link)).toBeUndefined()
  })

  it('would be found broken', () => {
    const [link, other, ...more] = linksOf(
      'README.md',
      'A [page](docs/nowhere.md), a\n[heading](docs/errors.md#no-such-one), `[code](x)`, [far](https://example.com)',
    )
    expect(more).toEqual([])
    expect(fault(link!)).toBe('there is no docs/nowhere.md')
    expect(other!.where).toBe('README.md:2')
    expect(fault(other!)).toBe('there is no heading #no-such-one')
    expect(anchorsOf('## Who may call\n\n### `a.b`, and c')).toEqual(['who-may-call', 'ab-and-c'])
  })
})
