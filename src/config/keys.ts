import { z } from 'zod'
import { configSchema } from './schema.js'

/** The part of JSON Schema that our own schema uses. */
export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly writeOnly?: boolean
}

/** One key that can be set: in the file at its path, in the environment by its variable. */
export interface ConfigKey {
  readonly path: readonly string[]
  readonly variable: string
  readonly schema: JsonSchema
}

const jsonSchema = toJsonSchema()
const keys = keysOf(jsonSchema)

/** The JSON Schema of parley.yaml, for editors. */
export function configJsonSchema(): JsonSchema {
  return jsonSchema
}

/** Every key that is not a group of others, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return keys
}

/** The schema at a path; undefined where nothing may be. */
export function schemaAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = root
  for (const step of path) {
    if (typeof step === 'number') schema = schema?.items
    else schema = schema?.properties?.[String(step)] ?? restOf(schema)
  }
  return schema
}

function restOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** `rtp.timeoutMs` is PARLEY_RTP_TIMEOUT_MS. */
function variableOf(path: readonly string[]): string {
  const words = path.map((name) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase())
  return ['PARLEY', ...words].join('_')
}

function toJsonSchema(): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' })
  return { $schema, title: 'Parley configuration', ...schema } as JsonSchema
}

function keysOf(schema: JsonSchema, path: readonly string[] = []): ConfigKey[] {
  const children = Object.entries(schema.properties ?? {})
  if (children.length === 0) return [{ path, variable: variableOf(path), schema }]
  return children.flatMap(([name, child]) => keysOf(child, [...path, name]))
}
