import type { z } from 'zod'
import { wrongType } from '../definition/fields.js'
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
  /** @returns the properties as `run` takes them, and what is wrong with them; paths start at the properties */
  read(properties: unknown): { readonly properties: object; readonly problems: readonly FlowProblem[] }
  run(step: Step, properties: object): Promise<WidgetResult>
}

type Shape = Readonly<Record<string, z.ZodType>>

type Properties<S extends Shape> = { readonly [Name in keyof S]: z.output<S[Name]> }

interface WidgetModel<S extends Shape> {
  readonly type: string
  readonly events: readonly string[]
  readonly failure?: string
  readonly properties: S
  /** Other names of properties: those of the other generation. */
  readonly aliases?: Readonly<Record<string, keyof S & string>>
  run(step: Step, properties: Properties<S>): Promise<WidgetResult> | WidgetResult
}

/** Makes a kind of widgets. Properties it does not know are left alone. */
export function widgetKind<S extends Shape>(model: WidgetModel<S>): WidgetKind {
  const { type, events, failure, aliases = {} } = model
  return {
    type,
    events,
    failure,
    read(given) {
      if (given !== null && given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
        return { properties: {}, problems: [{ path: '', message: wrongType(given, 'object') }] }
      }
      const { named, written } = renamed((given ?? {}) as Readonly<Record<string, unknown>>, aliases)
      const problems: FlowProblem[] = []
      const properties = Object.entries(model.properties).map(([name, schema]) => {
        const parsed = schema.safeParse(named[name])
        for (const { path, message } of parsed.error?.issues ?? []) {
          problems.push({ path: ['', written.get(name) ?? name, ...path.map(String)].join('/'), message })
        }
        return [name, parsed.data]
      })
      return { properties: Object.fromEntries(properties), problems }
    },
    async run(step, properties) {
      return model.run(step, properties as Properties<S>)
    },
  }
}

/** Properties under their first names, and the names they were written under. */
function renamed(given: Readonly<Record<string, unknown>>, aliases: Readonly<Record<string, string>>) {
  const named: Record<string, unknown> = { ...given }
  const written = new Map<string, string>()
  for (const [alias, name] of Object.entries(aliases)) {
    if (!Object.hasOwn(given, alias) || (given[name] !== undefined && given[name] !== null)) continue
    named[name] = given[alias]
    written.set(name, alias)
  }
  return { named, written }
}
