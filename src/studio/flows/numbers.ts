import type { ConfiguredFlow } from './flow.js'

/** Whose call it is: the flow with the number dialled itself, or with the longest pattern that it begins with. */
export function flowOfNumber(dialled: string, flows: readonly ConfiguredFlow[]): ConfiguredFlow | undefined {
  const all = flows.flatMap((flow) => flow.numbers.map((number) => ({ flow, number })))
  const exact = all.find(({ number }) => sameNumber(number, dialled))
  if (exact) return exact.flow
  const [pattern] = all
    .filter(({ number }) => number.endsWith('*') && dialled.startsWith(number.slice(0, -1)))
    .sort((one, other) => other.number.length - one.number.length)
  return pattern?.flow
}

/** Trunks deliver numbers with and without the plus. */
function sameNumber(number: string, dialled: string): boolean {
  if (number === dialled) return true
  return /^\+?\d{7,}$/.test(number) && number.replace('+', '') === dialled.replace('+', '')
}
