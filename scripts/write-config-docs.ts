/** Writes docs/parley.schema.json and the tables of docs/configuration.md from the configuration's own schema. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { configJsonSchema, configTable, phoneTable, relayTable, trunkTable } from '../src/config/index.js'

const schema = 'docs/parley.schema.json'
const page = 'docs/configuration.md'

function between(text: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}: begin -->\n)[\\s\\S]*?(\n<!-- ${name}: end -->)`)
  if (!marked.test(text)) throw new Error(`${page} has no place for ${name}`)
  return text.replace(marked, (_, begin, end) => `${begin}${content}${end}`)
}

writeFileSync(schema, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
execFileSync('npx', ['biome', 'format', '--write', schema], { stdio: 'inherit' })
let text = readFileSync(page, 'utf8')
for (const [name, table] of [
  ['keys', configTable()],
  ['relay', relayTable()],
  ['trunks', trunkTable()],
  ['phones', phoneTable()],
] as const) {
  text = between(text, name, table)
}
writeFileSync(page, text)
