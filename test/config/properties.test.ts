import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError, loadConfig } from '../../src/config/index.js'
import { configKeys } from '../../src/config/keys.js'

const json = fc.jsonValue({ maxDepth: 2 })
const keys = configKeys()
const relayNames = [
  'url',
  'dialect',
  'languages',
  'hints',
  'events',
  'parameters',
  'speechTimeout',
  'language',
]

/** A file near enough to a configuration to reach every check. */
const nearConfig = fc.oneof(
  fc.dictionary(
    fc.constantFrom(...new Set(keys.map(({ path }) => path[0]!))),
    fc.oneof(
      fc.dictionary(fc.constantFrom(...keys.map(({ path }) => path.at(-1)!)), json),
      fc.array(
        fc.record(
          { to: json, relay: fc.dictionary(fc.constantFrom(...relayNames), json) },
          { requiredKeys: [] },
        ),
      ),
      json,
    ),
  ),
  json,
)
const text = fc.oneof(
  nearConfig.map((value) => stringify(value)),
  fc.string({ unit: 'binary' }),
)
const env = fc.dictionary(
  fc.oneof(fc.constantFrom(...keys.map(({ variable }) => variable)), fc.constant('PARLEY_X')),
  fc.oneof(fc.string(), fc.json()),
  { maxKeys: 4 },
)

it('whatever is written, it loads, or every mistake has a place and a cure', () => {
  fc.assert(
    fc.property(text, env, (file, variables) => {
      try {
        const { config } = loadConfig({ env: variables, cores: 1, cwd: '/srv', readFile: () => file })
        expect(structuredClone(config)).toEqual(config)
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        expect(error.problems.length).toBeGreaterThan(0)
        for (const { where, problem } of error.problems) {
          expect(where.name).toMatch(/^(parley\.yaml|environment|PARLEY_[A-Z_]+)$/)
          expect(problem).not.toMatch(/another value|undefined|\[object/)
        }
      }
    }),
    { numRuns: 250, seed: 30 },
  )
})
