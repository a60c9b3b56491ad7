import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configJsonSchema, loadConfig } from '../../src/config/index.js'
import { dialects, telnyxRelayFrames, twilioRelayFrames } from '../../src/protocol/index.js'

interface Example {
  /** `docs/protocol.md:12` */
  readonly where: string
  readonly language: string
  readonly text: string
}

const root = new URL('../../', import.meta.url)
const pages = [
  'README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].filter((name) => existsSync(new URL(name, root)))

const examples = pages.flatMap((page) => examplesOf(page, readFileSync(new URL(page, root), 'utf8')))

/** The fenced blocks of a page. A fence may be indented, in a list. */
function examplesOf(page: string, markdown: string): Example[] {
  const found: Example[] = []
  for (const match of markdown.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^\1```/gm)) {
    const line = markdown.slice(0, match.index).split('\n').length
    const text = match[3]!.replaceAll(new RegExp(`^${match[1]}`, 'gm'), '')
    found.push({ where: `${page}:${line}`, language: match[2]!, text })
  }
  return found
}

const inLanguage = (language: string): Example[] => examples.filter((one) => one.language === language)

/** A block holds one value, or one on each line. */
function jsonValues({ text }: Example): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    if (lines.length < 2) throw error
    return lines.map((line) => JSON.parse(line))
  }
}

/** Whether either dialect has this frame, in either direction, with no field that it does not know. */
function isFrame(value: { type: string }): boolean {
  const relayFrames = [twilioRelayFrames, telnyxRelayFrames].map((frames) => Object.entries(frames))
  const fromRelay = relayFrames.flat().some(([, schema]) => {
    const parsed = schema.safeParse(value)
    return parsed.success && JSON.stringify(parsed.data) === JSON.stringify(value)
  })
  return fromRelay || Object.values(dialects).some((one) => one.decode(JSON.stringify(value), false).ok)
}

describe('examples in the documentation', () => {
  it('are found', () => {
    expect(pages).toContain('docs/configuration.md')
    expect(inLanguage('yaml').length).toBeGreaterThan(3)
  })

  it.each(inLanguage('json'))('JSON at $where', (example) => {
    expect(() => jsonValues(example)).not.toThrow()
  })

  it.each(inLanguage('yaml'))('configuration at $where', ({ text }) => {
    expect(() => loadConfig({ env: {}, cores: 1, cwd: '/srv', readFile: () => text })).not.toThrow()
    expect(new Ajv({ strict: false }).validate(configJsonSchema(), parse(text))).toBe(true)
  })

  const frames = inLanguage('json')
    .filter(({ where }) => where.startsWith('docs/protocol.md'))
    .flatMap((example) => jsonValues(example).map((value) => ({ where: example.where, value })))
    .filter((one): one is { where: string; value: { type: string } } =>
      Object.hasOwn(Object(one.value), 'type'),
    )

  it.each(frames)('frame at $where: $value.type', ({ value }) => {
    expect(isFrame(value)).toBe(true)
  })

  it('would be refused with a mistake in them', () => {
    expect(() => jsonValues({ where: '', language: 'json', text: '{"a":1,}' })).toThrow()
    expect(isFrame({ type: 'setup' })).toBe(false)
    expect(isFrame({ type: 'text' })).toBe(false)
    expect(isFrame(JSON.parse('{"type":"dtmf","digit":"1","digt":"2"}'))).toBe(false)
    expect(isFrame(JSON.parse('{"type":"dtmf","digit":"1"}'))).toBe(true)
  })

  it('are found in lists, too', () => {
    const page = 'Text\n\n- item\n  ```json\n  {"a": 1}\n  ```\n'
    expect(examplesOf('page.md', page)).toEqual([
      { where: 'page.md:4', language: 'json', text: '{"a": 1}\n' },
    ])
  })
})
