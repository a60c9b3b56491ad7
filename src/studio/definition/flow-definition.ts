import type { ConditionType } from './conditions.js'

/** A flow, read and checked. */
export interface FlowDefinition {
  readonly description: string
  /** Name of the widget it begins with. */
  readonly initial: string
  /** Whether one contact may be in it several times at once; undefined where the flow does not say. */
  readonly concurrent: boolean | undefined
  /** By name, in the order of the definition. */
  readonly widgets: ReadonlyMap<string, Widget>
}

export interface Widget {
  readonly name: string
  readonly type: string
  /** As its kind reads them. */
  readonly properties: object
  readonly transitions: readonly Transition[]
}

/** What follows a widget. */
export interface Transition {
  readonly event: string
  /** Name of the next widget; undefined where the branch ends. */
  readonly next: string | undefined
  /** All of them must hold; only with `match`. */
  readonly conditions: readonly Condition[]
}

export interface Condition {
  readonly friendlyName: string
  /** Templates. */
  readonly arguments: readonly string[]
  readonly type: ConditionType
  /** A template. */
  readonly value: string
}
