import { foreignTypes, widgetKinds } from '../widgets/table.js'
import { type ConditionType, conditionTypes } from './conditions.js'
import { missing, notIn, notNull, wrongType } from './fields.js'
import type { Condition, FlowDefinition, Transition, Widget } from './flow-definition.js'
import type { FlowProblem } from './problem.js'
import { templateProblem } from './templates.js'

/** Widgets of one flow, as on the vendor's service. */
const MOST_WIDGETS = 2000

export interface CheckedFlow {
  /** Undefined where there are problems. */
  readonly flow: FlowDefinition | undefined
  readonly problems: readonly FlowProblem[]
  /** What will fail when it is reached, templates that cannot be read, and what has no effect. */
  readonly warnings: readonly FlowProblem[]
}

/** Reads a definition. Everything wrong is told, each with its place. */
export function checkFlow(definition: unknown): CheckedFlow {
  return new Reader().read(definition)
}

const read = new WeakMap<object, FlowDefinition | undefined>()

/** A definition as it is run; undefined where there are problems. One that was read before is not read again. */
export function flowIn(definition: unknown): FlowDefinition | undefined {
  if (typeof definition !== 'object' || definition === null) return undefined
  if (!read.has(definition)) read.set(definition, checkFlow(definition).flow)
  return read.get(definition)
}

type Group = Readonly<Record<string, unknown>>

class Reader {
  private readonly problems: FlowProblem[] = []
  private readonly warnings: FlowProblem[] = []

  read(definition: unknown): CheckedFlow {
    const flow = this.group(definition, '#') ? this.flow(definition) : undefined
    const { problems, warnings } = this
    return { flow: problems.length === 0 ? flow : undefined, problems, warnings }
  }

  private flow(definition: Group): FlowDefinition {
    const { description, flags, initial_state: initial, states } = definition
    if (description !== undefined && description !== null && typeof description !== 'string') {
      this.problem('#/description', wrongType(description, 'string'))
    }
    const widgets = this.list(states, '#/states') ? this.widgets(states) : new Map<string, Widget>()
    if (this.name(initial, '#/initial_state') && !widgets.has(initial)) {
      this.problem('#/initial_state', `there is no widget "${initial}"`)
    }
    return {
      description: typeof description === 'string' ? description : '',
      initial: String(initial),
      concurrent: this.flag(flags),
      widgets,
    }
  }

  private flag(flags: unknown): boolean | undefined {
    if (flags === undefined || flags === null || !this.group(flags, '#/flags')) return undefined
    const { allow_concurrent_calls: concurrent } = flags
    const path = '#/flags/allow_concurrent_calls'
    if (concurrent === undefined) this.problem(path, missing)
    else if (typeof concurrent !== 'boolean') this.problem(path, wrongType(concurrent, 'boolean'))
    return concurrent as boolean | undefined
  }

  private widgets(states: readonly unknown[]): Map<string, Widget> {
    if (states.length === 0) this.problem('#/states', 'must have a minimum of 1 items')
    if (states.length > MOST_WIDGETS) this.problem('#/states', `must have a maximum of ${MOST_WIDGETS} items`)
    const names = new Set(states.map((state) => (state as Group | null)?.['name']))
    const widgets = new Map<string, Widget>()
    states.forEach((state, i) => {
      const path = `#/states/${i}`
      if (!this.group(state, path)) return
      const widget = this.widget(state, path, names)
      if (widgets.has(widget.name)) this.problem(`${path}/name`, `another widget is called "${widget.name}"`)
      widgets.set(widget.name, widget)
    })
    return widgets
  }

  private widget(state: Group, path: string, names: ReadonlySet<unknown>): Widget {
    const { name, type, properties, transitions } = state
    this.name(name, `${path}/name`)
    const kind = this.kind(type, name, `${path}/type`)
    const read = kind?.read(properties)
    for (const { path: rest, message } of read?.problems ?? []) {
      this.problem(`${path}/properties${rest}`, message)
    }
    for (const { path: rest, message } of read?.warnings ?? []) {
      this.warnings.push({ path: `${path}/properties${rest}`, message })
    }
    if (kind) this.templates(properties, `${path}/properties`)
    return {
      name: String(name),
      type: String(type),
      properties: read?.properties ?? {},
      transitions: this.transitions(transitions, `${path}/transitions`, kind?.events, names),
    }
  }

  private kind(type: unknown, name: unknown, path: string) {
    if (!this.name(type, path)) return undefined
    const kind = widgetKinds.get(type)
    if (kind) return kind
    const message = foreignTypes.has(type)
      ? `the widget "${String(name)}" is of the type ${type}, which is not supported here`
      : notIn([...widgetKinds.keys()])
    this.problem(path, message)
    return undefined
  }

  private transitions(
    transitions: unknown,
    path: string,
    events: readonly string[] | undefined,
    names: ReadonlySet<unknown>,
  ): Transition[] {
    if (!this.list(transitions, path)) return []
    return transitions.flatMap((transition, i): Transition[] => {
      const here = `${path}/${i}`
      if (!this.group(transition, here)) return []
      const { event, conditions } = transition
      const next = this.next(transition['next'], `${here}/next`, names)
      // Exports carry events of other days; without anything after them they do no harm.
      if (this.name(event, `${here}/event`) && events && !events.includes(event) && next !== undefined) {
        for (const known of events) this.problem(`${here}/event`, `must be a constant value ${known}`)
      }
      return [
        { event: String(event), next, conditions: this.conditions(event, conditions, `${here}/conditions`) },
      ]
    })
  }

  private next(next: unknown, path: string, names: ReadonlySet<unknown>): string | undefined {
    if (next === undefined || next === null || next === '') return undefined
    if (typeof next !== 'string') this.problem(path, wrongType(next, 'string'))
    else if (!names.has(next)) this.problem(path, `there is no widget "${next}"`)
    return String(next)
  }

  private conditions(event: unknown, conditions: unknown, path: string): Condition[] {
    if (conditions === undefined || conditions === null) {
      if (event === 'match') this.problem(path, conditions === null ? notNull : missing)
      return []
    }
    if (!this.list(conditions, path)) return []
    if (event === 'match' && conditions.length === 0) this.problem(path, 'must have a minimum of 1 items')
    return conditions.flatMap((condition, i): Condition[] => {
      const here = `${path}/${i}`
      return this.group(condition, here) ? [this.condition(condition, here)] : []
    })
  }

  private condition(condition: Group, path: string): Condition {
    const { friendly_name: friendlyName, arguments: args, type, value } = condition
    this.text(friendlyName, `${path}/friendly_name`)
    this.text(value, `${path}/value`)
    if (this.text(type, `${path}/type`) && !conditionTypes.includes(type as ConditionType)) {
      this.problem(`${path}/type`, notIn(conditionTypes))
    }
    const given = this.list(args, `${path}/arguments`) ? args : []
    for (const [i, argument] of given.entries()) this.text(argument, `${path}/arguments/${i}`)
    this.templates({ arguments: given, value }, path)
    return {
      friendlyName: String(friendlyName),
      arguments: given.map(String),
      type: type as ConditionType,
      value: String(value),
    }
  }

  /** Warns of every text in a value that is no template. */
  private templates(value: unknown, path: string): void {
    if (typeof value === 'string') {
      const problem = templateProblem(value)
      if (problem) this.warnings.push({ path, message: `line ${problem.line}: ${problem.message}` })
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) this.templates(part, `${path}/${escaped(key)}`)
    }
  }

  private name(value: unknown, path: string): value is string {
    if (!this.text(value, path)) return false
    if (value === '') this.problem(path, 'must not be empty')
    return value !== ''
  }

  private text(value: unknown, path: string): value is string {
    if (typeof value === 'string') return true
    // Numbers in conditions are written as they are by some who make flows by program.
    if (typeof value === 'number' && /\/(value|arguments\/\d+)$/.test(path)) return true
    return this.absent(value, path, 'string')
  }

  private list(value: unknown, path: string): value is readonly unknown[] {
    return Array.isArray(value) || this.absent(value, path, 'array')
  }

  private group(value: unknown, path: string): value is Group {
    const is = typeof value === 'object' && value !== null && !Array.isArray(value)
    return is || this.absent(value, path, 'object')
  }

  private absent(value: unknown, path: string, expected: 'array' | 'object' | 'string'): false {
    const message = value === undefined ? missing : value === null ? notNull : wrongType(value, expected)
    this.problem(path, message)
    return false
  }

  private problem(path: string, message: string): void {
    this.problems.push({ path, message })
  }
}

/** RFC 6901 §3. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
