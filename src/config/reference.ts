import { configJsonSchema, configKeys, type JsonSchema, schemaAt } from './keys.js'

/** The table of every key, in Markdown: docs/configuration.md carries it, and a test compares. */
export function configTable(): string {
  const rows = configKeys().map(({ path, variable, schema }) => [
    `\`${path.join('.')}\``,
    `\`${variable}\``,
    valuesOf(schema),
    defaultOf(schema),
    schema.description ?? '',
  ])
  return table(['key', 'environment', 'value', 'default', 'meaning'], rows)
}

/** The table of a route's `relay` settings, in Markdown. */
export function relayTable(): string {
  return entryTable(['routes', 0, 'relay'])
}

/** The table of a trunk's settings, in Markdown. */
export function trunkTable(): string {
  return entryTable(['trunks', 0])
}

/** The table of a phone's settings, in Markdown. */
export function phoneTable(): string {
  return entryTable(['phones', 0])
}

function entryTable(path: readonly PropertyKey[]): string {
  const entry = schemaAt(configJsonSchema(), path)
  const rows = Object.entries(entry?.properties ?? {}).map(([name, schema]) => [
    `\`${name}\``,
    valuesOf(schema),
    defaultOf(schema),
    schema.description ?? '',
  ])
  return table(['setting', 'value', 'default', 'meaning'], rows)
}

function valuesOf(schema: JsonSchema): string {
  const { type, enum: values, anyOf, minimum, maximum } = schema
  if (anyOf) return [...new Set(anyOf.filter((one) => !isTextForm(one, anyOf)).map(valuesOf))].join(', ')
  if (values) return values.map((value) => `\`${value}\``).join(', ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  switch (type) {
    case 'integer':
    case 'number':
      return minimum === undefined ? 'number' : `${minimum} to ${maximum}`
    case 'boolean':
      return '`true`, `false`'
    case 'array':
      return schema.items?.properties ? 'list' : `list of ${valuesOf(schema.items ?? {})}`
    case 'object':
      return 'names with values'
    default:
      return 'text'
  }
}

/** Whether `schema` is only another spelling, as text, of what the others say. */
function isTextForm(schema: JsonSchema, all: readonly JsonSchema[]): boolean {
  if (schema.type !== 'string' || schema === all[0]) return false
  return schema.enum ? schema.enum.every((value) => value === 'true' || value === 'false') : true
}

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined || value === '') return ''
  return typeof value === 'string' ? `\`${value}\`` : `\`${JSON.stringify(value)}\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
