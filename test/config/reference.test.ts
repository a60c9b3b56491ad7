import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  configJsonSchema,
  configTable,
  loadConfig,
  phoneTable,
  relayTable,
  trunkTable,
} from '../../src/config/index.js'
import { configKeys } from '../../src/config/keys.js'

const page = readFileSync('docs/configuration.md', 'utf8')
const validate = new Ajv({ strict: false }).compile(configJsonSchema())
const cure = 'run `npm run docs`'

describe('docs/parley.schema.json', () => {
  it('is current', () => {
    expect(JSON.parse(readFileSync('docs/parley.schema.json', 'utf8')), cure).toEqual(configJsonSchema())
  })

  it('tells editors of what loading would refuse', () => {
    const relay = { url: 'ws://h/' }
    expect(validate({ http: { port: 80 }, routes: [{ to: '*', relay }] })).toBe(true)
    expect(validate({ http: { port: '80' } })).toBe(false)
    expect(validate({ htp: {} })).toBe(false)
    expect(validate({ routes: [{ to: '*', relay: { ...relay, speechTimeout: 10 } }] })).toBe(false)
    expect(validate({ routes: [{ to: '*', relay: { ...relay, voce: 'x' } }] })).toBe(false)
  })
})

describe('docs/configuration.md', () => {
  it('has the current tables', () => {
    expect(page, cure).toContain(configTable())
    expect(page, cure).toContain(relayTable())
    expect(page, cure).toContain(trunkTable())
    expect(page, cure).toContain(phoneTable())
  })

  it('explains every key', () => {
    for (const { path, schema } of configKeys()) {
      expect(schema.description, path.join('.')).toMatch(/\w.*\.$/)
    }
  })

  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!)

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(3)
  })

  it.each(examples)('example %#', (text) => {
    expect(() => loadConfig({ env: {}, cores: 1, cwd: '/srv', readFile: () => text })).not.toThrow()
    expect(validate(parse(text))).toBe(true)
  })
})
