import type { z } from 'zod'
import { expectation } from '../../src/base/expectation.js'
import { elementModels, telnyxDialect } from '../../src/twiml/index.js'
import { withParts } from './marked.js'

/** More values than these are not listed. */
const MOST_VALUES = 12

/** docs/twiml.md with the tables of attributes in its place. */
export function twimlPage(): string {
  const rows = elementModels.flatMap((model) => {
    const { element, fields, texml = [], idle = [] } = model
    const { aliases = {}, defaults = {} } = telnyxDialect.elements[element] ?? {}
    const own = Object.entries(fields).map(([name, field]) => {
      const other = Object.keys(aliases).find((alias) => aliases[alias] === name)
      const standard = shown(field.parse(undefined))
      const differs = defaults[name] === undefined ? '' : `, TeXML: \`${defaults[name]}\``
      const names = `\`${name}\`${texml.includes(name) ? ' (TeXML)' : other ? `, TeXML: \`${other}\`` : ''}`
      return `\`<${element}>\` | ${names} | ${expected(field)} | ${standard}${differs}`
    })
    const without = idle.map((name) => `\`${name}\``).join(', ')
    return without === '' ? own : [...own, `\`<${element}>\` | ${without} | | without effect`]
  })
  const lines = ['element | attribute | value | default', '--- | --- | --- | ---', ...rows]
  return withParts('docs/twiml.md', new Map([['attributes', lines.map((line) => `| ${line} |\n`).join('')]]))
}

/** What a value must be, in the words of the warning that a wrong one gets. */
function expected(field: z.ZodType): string {
  const wrong = field.safeParse('\u0000', { error: expectation, reportInput: true })
  if (wrong.success) return 'text'
  const words = wrong.error.issues[0]?.message ?? ''
  const values = words.split(', ')
  return values.length > MOST_VALUES ? `${values.slice(0, MOST_VALUES).join(', ')} …` : words
}

function shown(value: unknown): string {
  if (value === undefined || value === '') return ''
  if (Array.isArray(value)) return value.map((item) => `\`${item}\``).join(' ')
  return `\`${value}\``
}
