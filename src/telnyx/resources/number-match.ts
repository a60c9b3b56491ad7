/** The number that was dialled, or else the longest pattern (`+1555*`, `*`) that it begins with. */
export function matchNumber(numbers: readonly string[], dialled: string): string | undefined {
  const exact = numbers.find((number) => sameNumber(number, dialled))
  if (exact !== undefined) return exact
  const patterns = numbers.filter((number) => number.endsWith('*') && dialled.startsWith(number.slice(0, -1)))
  return patterns.sort((one, other) => other.length - one.length)[0]
}

/** Trunks deliver numbers with and without the plus. */
function sameNumber(number: string, dialled: string): boolean {
  return (
    number === dialled || (/^\+?\d{7,}$/.test(number) && number.replace('+', '') === dialled.replace('+', ''))
  )
}
