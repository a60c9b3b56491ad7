import type { z } from 'zod'
import { missing, notNull, wrongType } from '../definition/fields.js'
import type { Transition } from '../definition/flow-definition.js'
import type { FlowProblem } from '../definition/problem.js'
import type { Step } from '../execution/step.js'

/** What came of a widget. */
export interface WidgetResult {
  readonly event: string
  /** `{{widgets.NAME.*}}` from now on. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** Which of several transitions of that event; the first unless told. */
  readonly transition?: Transition
}

/** A type of widget: how its properties are read, and what it does. */
export interface WidgetKind {
  readonly type: string
  /** Events that may lead on. */
  readonly events: readonly string[]
  /** Taken where a template or a request fails; undefined: the execution ends. */
  readonly failure: string | undefined
  /** Names of its properties, in either generation. */
  readonly names: readonly string[]
  /**
   * @returns the properties as `run` takes them, what is wrong with them, and names that look like those of others; paths
   * start at the properties
   */
  read(properties: unknown): WidgetProperties
  run(step: Step, properties: object): Promise<WidgetResult>
}

export interface WidgetProperties {
  readonly properties: object
  readonly problems: readonly FlowProblem[]
  readonly warnings: readonly FlowProblem[]
}

type Group = Readonly<Record<string, unknown>>

type Shape = Readonly<Record<string, z.ZodType>>

type Properties<S extends Shape> = { readonly [Name in keyof S]: z.output<S[Name]> }

interface WidgetModel<S extends Shape> {
  readonly type: string
  readonly events: readonly string[]
  readonly failure?: string
  readonly properties: S
  /** Other names of properties: those of the other generation. */
  readonly aliases?: Readonly<Record<string, keyof S & string>>
  /** Names of properties that must be there because of what others are. */
  needs?(given: Group): readonly (keyof S & string)[]
  run(step: Step, properties: Properties<S>): Promise<WidgetResult> | WidgetResult
}

/** Makes a kind of widgets. Properties it does not know are left alone. */
export function widgetKind<S extends Shape>(model: WidgetModel<S>): WidgetKind {
  const { type, events, failure, aliases = {} } = model
  const names = [...Object.keys(model.properties), ...Object.keys(aliases)]
  return {
    ...{ type, events, failure, names },
    read(given) {
      if (given !== null && given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
        return { properties: {}, problems: [{ path: '', message: wrongType(given, 'object') }], warnings: [] }
      }
      const { named, written } = renamed((given ?? {}) as Group, aliases)
      const problems: FlowProblem[] = (model.needs?.(named) ?? [])
        .filter((name) => isNothing(named[name]))
        .map((name) => ({ path: `/${name}`, message: named[name] === null ? notNull : missing }))
      const properties = Object.entries(model.properties).map(([name, schema]) => {
        const parsed = schema.safeParse(named[name])
        for (const { path, message } of parsed.error?.issues ?? []) {
          problems.push({ path: ['', written.get(name) ?? name, ...path.map(String)].join('/'), message })
        }
        return [name, parsed.data]
      })
      return { properties: Object.fromEntries(properties), problems, warnings: misspelt(named, names) }
    },
    async run(step, properties) {
      return model.run(step, properties as Properties<S>)
    },
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** Names that differ from a property's in letter case and underscores alone: the property is not set by them. */
function misspelt(given: Group, names: readonly string[]): FlowProblem[] {
  const meant = new Map(names.map((name) => [bare(name), name]))
  return Object.keys(given).flatMap((name) => {
    const known = meant.get(bare(name))
    if (known === undefined || names.includes(name)) return []
    return [{ path: `/${name}`, message: `has no effect: the property is called ${known}` }]
  })
}

function bare(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

/** Properties under their first names, and the names they were written under. */
function renamed(given: Group, aliases: Readonly<Record<string, string>>) {
  const named: Record<string, unknown> = { ...given }
  const written = new Map<string, string>()
  for (const [alias, name] of Object.entries(aliases)) {
    if (!Object.hasOwn(given, alias) || (given[name] !== undefined && given[name] !== null)) continue
    named[name] = given[alias]
    written.set(name, alias)
  }
  return { named, written }
}
