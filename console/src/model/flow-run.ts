import type { Execution, FlowStep } from '../api/flow-types.js'

/** An execution's way through a graph. */
export interface Way {
  /** Keys of the edges it took. */
  readonly edges: ReadonlySet<string>
  /** How often it left each widget. */
  readonly visits: ReadonlyMap<string, number>
}

export function wayOf(steps: readonly FlowStep[]): Way {
  const visits = new Map<string, number>()
  for (const { transitionedFrom: name } of steps) visits.set(name, (visits.get(name) ?? 0) + 1)
  return { edges: new Set(steps.map(({ edge }) => edge)), visits }
}

/** How many executions are at each widget now. */
export function whereNow(executions: readonly Execution[]): ReadonlyMap<string, number> {
  const here = new Map<string, number>()
  for (const { position } of executions) {
    if (position) here.set(position, (here.get(position) ?? 0) + 1)
  }
  return here
}

/** Executions with news of one; what is not known yet comes first. */
export function withExecution(executions: readonly Execution[], news: Execution): readonly Execution[] {
  if (!executions.some(({ sid }) => sid === news.sid)) return [news, ...executions]
  return executions.map((one) => (one.sid === news.sid ? news : one))
}

/** Steps, each once and in order. */
export function withSteps(steps: readonly FlowStep[], more: readonly FlowStep[]): readonly FlowStep[] {
  const known = new Set(steps.map(({ sid }) => sid))
  const all = [...steps, ...more.filter(({ sid }) => !known.has(sid))]
  return all.sort((one, other) => one.sequence - other.sequence)
}
