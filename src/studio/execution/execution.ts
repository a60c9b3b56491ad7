import type { Clock } from '../../base/clock.js'
import type { ErrorCode } from '../../base/error-table.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import type { RandomBytes } from '../../calls/index.js'
import { newSid } from '../../twiml/index.js'
import type { FlowDefinition, Transition, Widget } from '../definition/flow-definition.js'
import type { ExecutionRecords } from '../executions/port.js'
import type { WidgetKind, WidgetResult } from '../widgets/widget-kind.js'
import { CallOver, ExecutionOver, WidgetFailure } from './interruptions.js'
import type { FlowCall, FlowWorld } from './ports.js'
import { Step } from './step.js'
import type { SubflowOutcome, SubflowWish } from './subflow.js'
import type { Variables } from './variables.js'

/** Steps of one execution and the flows within it, as on the vendor's service. */
const MOST_STEPS = 1000
/** Times that one widget may run without another between. */
const MOST_REPEATS = 10
/** Characters of all variables, as JSON: every step keeps them, and templates can double them. */
const MOST_VARIABLES = 2_000_000

export interface ExecutionParts {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly records: Pick<ExecutionRecords, 'changed' | 'step'>
  readonly world: FlowWorld
  readonly kinds: ReadonlyMap<string, WidgetKind>
  readonly runSubflow: (parent: Execution, wish: SubflowWish) => Promise<SubflowOutcome>
  /** Another widget has its turn: its `position`. */
  readonly moved: () => void
  /** It has another call now; this one is over. */
  readonly parted: (call: FlowCall) => void
  /** Something is amiss; the call that the execution is on has to do with it. */
  readonly report: (code: ErrorCode, message: string, callSid: string | undefined) => void
}

/** What is run, and from where. */
export interface ExecutionStart {
  readonly sid: string
  readonly flowSid: string
  readonly definition: FlowDefinition
  readonly variables: Variables
  /** Event of the trigger: `incomingCall`, `incomingRequest`, `incomingParent`. */
  readonly event: string
  readonly call: FlowCall | undefined
  /** Step of the flow that this one is a subflow of. */
  readonly parentStepSid: string | null
  /** Widget to go on with after a restart; the flow's first unless told. */
  readonly at?: string | undefined
  /** Steps it had taken by then. */
  readonly steps?: number | undefined
  /** The execution that this one is a subflow of. */
  readonly within?: Execution | undefined
}

/** How an execution came to its end. */
export interface ExecutionEnd {
  readonly kind: 'completed' | 'call-over' | 'stopped' | 'failed'
  /** In words. */
  readonly reason: string
  /** Whether it may go on after a restart. */
  readonly resumable: boolean
  /** Whether its call stays up, in other hands. */
  readonly leavesCall: boolean
}

/** A flow being run: one widget after the other. Knows nothing of calls and servers but what its world tells. */
export class Execution {
  /** Widget whose turn it is. */
  position = ''
  private readonly interrupt = new AbortController()
  private current: FlowCall | undefined
  private sequence: number
  /** Steps of all flows that run within each other: they share what one may take. */
  private readonly taken: { count: number }

  constructor(
    private readonly parts: ExecutionParts,
    readonly start: ExecutionStart,
  ) {
    this.current = start.call
    this.sequence = start.steps ?? 0
    this.taken = start.within?.taken ?? { count: this.sequence }
  }

  get call(): FlowCall | undefined {
    return this.current
  }

  get variables(): Variables {
    return this.start.variables
  }

  /** Ends it before its time. */
  stop(reason: string, resumable = false): void {
    this.interrupt.abort(new ExecutionOver(reason, { resumable }))
  }

  /** It goes on with another call. */
  adopt(call: FlowCall): void {
    const { records, clock, parted } = this.parts
    if (this.current && this.current !== call) parted(this.current)
    this.current = call
    records.changed(this.start.sid, { callSid: call.sid, updatedAt: clock.now() })
  }

  /** Waits for a flow within this one, which ends with it. */
  async whileRunning<T>(inner: Execution, work: () => Promise<T>): Promise<T> {
    const { signal } = this.interrupt
    const stop = () => inner.stop((signal.reason as Error).message)
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await work()
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Runs it to its end; never rejects. */
  async run(): Promise<ExecutionEnd> {
    const plain = { resumable: false, leavesCall: false }
    try {
      await this.walk()
      return { kind: 'completed', reason: 'the flow came to its end', ...plain }
    } catch (thrown) {
      const reason = messageOf(thrown)
      if (thrown instanceof ExecutionOver) {
        const { resumable, leavesCall } = thrown
        return { kind: 'stopped', reason, resumable, leavesCall }
      }
      if (thrown instanceof CallOver) return { kind: 'call-over', reason, ...plain }
      this.report(codeOf(thrown), reason)
      return { kind: 'failed', reason, ...plain }
    }
  }

  private async walk(): Promise<void> {
    const { definition, at } = this.start
    let widget = definition.widgets.get(at ?? definition.initial)
    let repeats = 0
    while (widget) {
      this.interrupt.signal.throwIfAborted()
      if (this.taken.count >= MOST_STEPS) {
        throw new WidgetFailure(`it took more than ${MOST_STEPS} steps`, 'flow_steps_exceeded')
      }
      const next = await this.take(widget)
      repeats = next === widget ? repeats + 1 : 0
      if (repeats >= MOST_REPEATS) {
        const message = `the widget ${widget.name} ran ${MOST_REPEATS} times in a row`
        throw new WidgetFailure(message, 'flow_widget_repeats')
      }
      widget = next
    }
  }

  /** Runs a widget and writes down the transition that leaves it. @returns the widget that follows */
  private async take(widget: Widget): Promise<Widget | undefined> {
    this.position = widget.name
    this.parts.moved()
    const sid = newSid('FT', this.parts.random)
    const result = await this.outcome(widget, sid)
    this.variables.widgets[widget.name] = result.outputs
    if (JSON.stringify(this.variables).length > MOST_VARIABLES) {
      const message = `after the widget ${widget.name} the variables have more than ${MOST_VARIABLES} characters`
      throw new WidgetFailure(message, 'flow_value_invalid')
    }
    const transition = result.transition ?? widget.transitions.find(({ event }) => event === result.event)
    this.record(widget, sid, result.event, transition)
    const next = transition?.next
    return next === undefined ? undefined : this.start.definition.widgets.get(next)
  }

  /** What came of a widget; failures take its event for them. */
  private async outcome(widget: Widget, sid: string): Promise<WidgetResult> {
    const kind = this.parts.kinds.get(widget.type)!
    try {
      return await kind.run(this.step(widget, sid), widget.properties)
    } catch (thrown) {
      if (thrown instanceof ExecutionOver) throw thrown
      if (thrown instanceof CallOver) {
        const outputs = thrown.fields
        if (kind.events.includes('hangup')) return { event: 'hangup', outputs }
        this.variables.widgets[widget.name] = outputs
        this.record(widget, sid, 'hangup', undefined)
        throw thrown
      }
      const message = `the widget ${widget.name}: ${messageOf(thrown)}`
      const code = codeOf(thrown)
      if (kind.failure === undefined) {
        this.record(widget, sid, 'failed', undefined)
        throw new WidgetFailure(message, code)
      }
      this.report(code, message)
      return { event: kind.failure, outputs: {} }
    }
  }

  private step(widget: Widget, sid: string): Step {
    const { start, parts, variables, interrupt } = this
    return new Step({
      ...{ widget, sid, variables, flowSid: start.flowSid, beginning: start.event },
      ...{ world: parts.world, clock: parts.clock, signal: interrupt.signal, call: this.current },
      setCall: (call) => this.adopt(call),
      runSubflow: (wish) => parts.runSubflow(this, wish),
      warn: (code, message) => this.report(code, `the widget ${widget.name}: ${message}`),
    })
  }

  private report(code: ErrorCode, message: string): void {
    this.parts.report(code, message, this.current?.sid)
  }

  private record(widget: Widget, sid: string, event: string, transition: Transition | undefined): void {
    const { records, clock } = this.parts
    const { sid: executionSid, flowSid, parentStepSid } = this.start
    const createdAt = clock.now()
    this.taken.count++
    const context = this.variables as unknown as Readonly<Record<string, unknown>>
    records.step({
      ...{ sid, executionSid, flowSid, parentStepSid, name: event, type: widget.type },
      sequence: ++this.sequence,
      transitionedFrom: widget.name,
      transitionedTo: transition?.next ?? 'Ended',
      ...{ context, createdAt },
    })
    records.changed(executionSid, { context, updatedAt: createdAt })
  }
}

function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof WidgetFailure || thrown instanceof ParleyError ? thrown.code : 'flow_widget_failed'
}
