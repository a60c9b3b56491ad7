import type { Clock } from '../../base/clock.js'
import type { ErrorCode } from '../../base/error-table.js'
import type { Transition, Widget } from '../definition/flow-definition.js'
import { render, TemplateError } from '../definition/templates.js'
import { CallOver, ExecutionOver, WidgetFailure } from './interruptions.js'
import type { Fields, FlowCall, FlowWorld } from './ports.js'
import type { SubflowOutcome, SubflowWish } from './subflow.js'
import type { Variables } from './variables.js'

/** What one widget works with, while it is its turn. */
export interface StepParts {
  readonly widget: Widget
  /** `FT…`, of the transition that will leave it. */
  readonly sid: string
  /** Event that began the execution. */
  readonly beginning: string
  readonly flowSid: string
  readonly variables: Variables
  readonly world: FlowWorld
  readonly clock: Clock
  /** Aborts when the execution is ended from outside. */
  readonly signal: AbortSignal
  readonly call: FlowCall | undefined
  /** The execution has another call from now on. */
  readonly setCall: (call: FlowCall) => void
  readonly runSubflow: (wish: SubflowWish) => Promise<SubflowOutcome>
  /** Something is amiss that costs nothing else. */
  readonly warn: (code: ErrorCode, message: string) => void
}

/** A widget's turn. */
export class Step {
  constructor(readonly parts: StepParts) {}

  get name(): string {
    return this.parts.widget.name
  }

  get world(): FlowWorld {
    return this.parts.world
  }

  get transitions(): readonly Transition[] {
    return this.parts.widget.transitions
  }

  /** Whether something follows an event. */
  leadsOn(event: string): boolean {
    return this.transitions.some((transition) => transition.event === event && transition.next !== undefined)
  }

  /** A template with the variables as they are. @throws WidgetFailure naming the line */
  text(template: string, property: string): string {
    try {
      return render(template, this.parts.variables)
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown
      throw new WidgetFailure(`${property}, line ${thrown.line}: ${thrown.message}`, 'flow_template_failed')
    }
  }

  /** As `text`: a whole number within bounds; undefined, and reported, where it is none. */
  whole(template: string, property: string, min: number, max: number): number | undefined {
    const text = this.text(template, property).trim()
    if (text === '') return undefined
    const number = Number(text)
    if (Number.isInteger(number)) return Math.min(max, Math.max(min, number))
    this.parts.warn('flow_value_invalid', `${property} is "${text}" and must be a whole number`)
    return undefined
  }

  /** As `text`: whether it is `true`; undefined where nothing is said. */
  flag(template: string, property: string): boolean | undefined {
    const text = this.text(template, property).trim().toLowerCase()
    return text === '' ? undefined : text === 'true'
  }

  /** The call. @throws CallOver when there is none any more, WidgetFailure where there never was */
  call(): FlowCall {
    const { call } = this.parts
    if (!call) throw new WidgetFailure('there is no call that it could run on', 'flow_call_missing')
    if (call.over) throw new CallOver({})
    return call
  }

  /**
   * Has the call do what a document says. @returns what its action was told; undefined where it was not asked for
   * @throws CallOver with what the action was told, WidgetFailure, ExecutionOver
   */
  async perform(document: string, signal: AbortSignal = this.parts.signal): Promise<Fields | undefined> {
    const performed = await this.call().perform(document, signal)
    switch (performed.kind) {
      case 'done':
        return performed.fields
      case 'over':
        throw new CallOver(performed.fields)
      case 'failed':
        throw new WidgetFailure('its document could not be had')
      case 'replaced':
        throw new ExecutionOver('the call was given other instructions', { leavesCall: true })
      case 'stopped':
        this.parts.signal.throwIfAborted()
        return undefined
    }
  }
}
