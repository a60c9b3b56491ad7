import { expect, it } from 'vitest'
import { suggest } from '../../src/config/suggest.js'

const known = ['port', 'host', 'adminKey', 'welcomeGreeting']

it.each([
  ['prot', 'port'],
  ['hosts', 'host'],
  ['adminkey', 'adminKey'],
  ['welcomGreetings', 'welcomeGreeting'],
])('%s means %s', (typed, meant) => {
  expect(suggest(typed, known)).toBe(meant)
})

it.each(['somethingElse', ''])('%j means nothing known', (typed) => {
  expect(suggest(typed, known)).toBeUndefined()
})
