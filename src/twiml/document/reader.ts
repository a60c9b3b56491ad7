import type { z } from 'zod'
import { expectation } from '../../base/expectation.js'
import type { TwimlDialect } from '../dialects/dialect.js'
import { childrenOf, type TwimlElement } from './element.js'
import { problem, type Report } from './problem.js'

type Fields = Readonly<Record<string, z.ZodType>>

/** What an element's attributes may be. */
export interface ElementModel<F extends Fields> {
  readonly element: string
  /** By Twilio's name; each takes undefined, so that a wrong value can fall back. */
  readonly fields: F
  /** Twilio's number for a wrong value, where it is not 12200. */
  readonly numbers?: Readonly<Partial<Record<keyof F, number>>>
  /** Attributes that are known and do nothing here, of which the log is told. */
  readonly idle?: readonly string[]
  /** Attributes that only TeXML has. */
  readonly texml?: ReadonlyArray<keyof F>
}

export type Attributes<F extends Fields> = { readonly [K in keyof F]: z.output<F[K]> }

/** Reads elements by their models in one dialect; what is wrong is reported, and its default taken. */
export class Reader {
  constructor(
    readonly dialect: TwimlDialect,
    private readonly report: Report,
  ) {}

  attributes<F extends Fields>(element: TwimlElement, model: ElementModel<F>): Attributes<F> {
    const { aliases = {}, defaults = {} } = this.dialect.elements[model.element] ?? {}
    const values = renamed(element.attributes, aliases)
    const read = Object.entries(model.fields).map(([name, field]) => {
      const foreign = this.dialect.name === 'twilio' && model.texml?.includes(name)
      const given = foreign ? undefined : values.get(name.toLowerCase())
      if (!foreign) values.delete(name.toLowerCase())
      if (given !== undefined) {
        const parsed = field.safeParse(given.trim(), { error: expectation, reportInput: true })
        if (parsed.success) return [name, parsed.data]
        const expected = parsed.error.issues[0]?.message ?? 'another value'
        this.warn(element, `${name} is "${given}" and must be ${expected}`, model.numbers?.[name])
      }
      return [name, field.parse(defaults[name])]
    })
    for (const name of model.idle ?? []) {
      if (values.delete(name.toLowerCase())) this.warn(element, `${name} has no effect`)
    }
    for (const name of values.keys()) {
      if (!name.startsWith('xml')) this.warn(element, `the attribute ${name} is not known`)
    }
    return Object.fromEntries(read) as Attributes<F>
  }

  /** Children of some names; others are reported as skipped. */
  children(element: TwimlElement, known: readonly string[], number?: number): TwimlElement[] {
    return childrenOf(element).filter((child) => {
      if (known.includes(child.name)) return true
      this.skipped(child, `in <${element.name}>`, known, number)
      return false
    })
  }

  /** Reports an element that is not known in its place. */
  skipped(element: TwimlElement, place: string, known: readonly string[], number?: number): void {
    const meant = known.find((name) => name.toLowerCase() === element.name.toLowerCase())
    const hint = meant ? `; names of elements are case-sensitive: <${meant}>` : ''
    this.warn(element, `it is not known ${place} and skipped${hint}`, number)
  }

  warn(element: TwimlElement, what: string, number?: number): void {
    const { name, line } = element
    this.report(problem('warning', 'verb_invalid', `<${name}> in line ${line}: ${what}`, { line, number }))
  }
}

/** Attributes under Twilio's names. */
function renamed(
  attributes: ReadonlyMap<string, string>,
  aliases: Readonly<Record<string, string>>,
): Map<string, string> {
  const values = new Map(attributes)
  for (const [alias, name] of Object.entries(aliases)) {
    const value = values.get(alias.toLowerCase())
    if (value === undefined) continue
    values.delete(alias.toLowerCase())
    if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), value)
  }
  return values
}
