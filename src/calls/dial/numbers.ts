/** Telephone numbers as they are dialled: digits, perhaps with a `+`; `*` and `#` of services within a network. */
const number = /^\+?[\d*#]+$/

/** What people write between digits. */
const separators = /[\s().\-/\u00a0]/g

/** The number without what only helps the eye; undefined where it is none. `tel:` URIs lose their parameters too. */
export function numberOf(text: string): string | undefined {
  const bare = text.replace(/^tel:/i, '').replace(/;.*$/, '').replace(separators, '')
  return number.test(bare) ? bare : undefined
}

/** How a trunk wants numbers. */
export interface NumberFormat {
  /** Beginning that is taken away, where a number has it. */
  readonly strip: string
  /** Beginning that is then put in front of every number. */
  readonly prepend: string
}

/** The number as a trunk wants it: without `strip` where it begins so, behind `prepend`. */
export function formatNumber(dialled: string, { strip, prepend }: NumberFormat): string {
  const rest = dialled.startsWith(strip) ? dialled.slice(strip.length) : dialled
  return prepend + rest
}
