import type { Clock } from '../../base/clock.js'
import type { ErrorCode } from '../../base/error-table.js'
import { ParleyError } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { CallControl, RandomBytes } from '../../calls/index.js'
import type { FlowExecution, FlowStep } from '../../store/index.js'
import { newSid, type Problem, problem } from '../../twiml/index.js'
import type { FlowCalls } from '../calls/flow-calls.js'
import { flowIn } from '../definition/check-flow.js'
import type { FlowDefinition } from '../definition/flow-definition.js'
import { Execution, type ExecutionEnd } from '../execution/execution.js'
import type { FlowCall, FlowWorld } from '../execution/ports.js'
import type { SubflowOutcome, SubflowWish } from '../execution/subflow.js'
import { type Beginning, type Variables, variablesOf } from '../execution/variables.js'
import { document, plain, verb } from '../execution/verbs.js'
import type { FlowBook, FlowRevision } from '../flows/flow.js'
import { widgetKinds } from '../widgets/table.js'
import { contactSid } from './contact-sid.js'
import { leftOpen } from './left-open.js'
import type { ExecutionRecords, ExecutionRequest, ExecutionService, ExecutionWatcher } from './port.js'

/** Flows within flows within flows. */
const MOST_NESTED = 8

/** Said to a caller whose flow breaks off. */
const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.'

export interface ExecutionsParts {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly log: Log
  readonly records: ExecutionRecords
  readonly flows: FlowBook
  readonly calls: FlowCalls
  readonly world: FlowWorld
  readonly watcher?: ExecutionWatcher | undefined
  /** Tells whoever wrote the flow that something is amiss in it; `callSid` where it is on a call. Must not throw. */
  readonly report: (problem: Problem, callSid: string | undefined) => void
}

/** What costs a widget no more than a branch of its own is a warning, as on the vendor's service. */
const errors: ReadonlySet<ErrorCode> = new Set([
  'flow_call_failed',
  'flow_enqueue_failed',
  'flow_enqueue_timeout',
  'flow_function_failed',
  'flow_request_failed',
  'flow_subflow_failed',
])

interface Running {
  readonly execution: Execution
  /** As it is in the records. */
  record: FlowExecution
  readonly depth: number
  /** Resolves when all that belongs to it is over. */
  over: Promise<void>
}

/** Where an execution begins. */
interface Entrance {
  readonly revision: FlowRevision
  readonly event: string
  readonly initiatedBy: string
  readonly beginning: Beginning
  readonly call: FlowCall | undefined
  readonly parentStepSid: string | null
  readonly within?: Execution | undefined
  readonly depth: number
}

/** All executions of the node's flows: who begins them, who ends them, and what becomes of their calls. */
export class Executions implements ExecutionService {
  private readonly running = new Map<string, Running>()

  constructor(private readonly parts: ExecutionsParts) {}

  /**
   * A call comes to a flow.
   *
   * @throws ParleyError as `start`
   */
  receive(call: CallControl, flowSid: string): void {
    const { revision, flow } = this.runnable(flowSid)
    const { from, to } = call.facts
    if (flow.concurrent === false) this.refuseBusy(flowSid, from)
    const taken = this.parts.calls.take(call, flowSid)
    const fields = taken.fields()
    const outbound = call.direction === 'outbound'
    const beginning = {
      trigger: { call: fields },
      contact: outbound ? to : from,
      channel: outbound ? from : to,
      data: {},
    }
    const entrance = { revision, beginning, event: 'incomingCall', initiatedBy: from, call: taken }
    const running = this.begin(flow, { ...entrance, parentStepSid: null, depth: 0 })
    running.over = this.follow(running)
  }

  /** @see ExecutionService */
  start({ flowSid, to, from, parameters }: ExecutionRequest): FlowExecution {
    const { revision, flow } = this.runnable(flowSid)
    if (flow.concurrent !== true) this.refuseBusy(flowSid, to)
    const beginning = {
      trigger: { request: { from, to, parameters } },
      ...{ contact: to, channel: from, data: parameters },
    }
    const entrance = { revision, beginning, event: 'incomingRequest', initiatedBy: 'api' }
    const running = this.begin(flow, { ...entrance, call: undefined, parentStepSid: null, depth: 0 })
    const { record } = running
    running.over = this.follow(running)
    return record
  }

  /**
   * What an earlier process left open: executions without a call go on where they were, those whose call is gone with
   * the process end.
   */
  resume(record: FlowExecution, steps: readonly FlowStep[]): void {
    const { sid, flowSid, flowRevision, callSid, context } = record
    const { flows, records, clock, random } = this.parts
    const revision = flows.revision(flowSid, flowRevision)
    const left = leftOpen(record, steps, revision && flowIn(revision.definition))
    const now = clock.now()
    const ended = (endReason: string) => records.changed(sid, { status: 'ended', endReason, updatedAt: now })
    switch (left.kind) {
      case 'over':
        return ended(left.reason)
      case 'call-gone': {
        const reason = 'its call is gone: the node was restarted'
        if (left.step) records.step({ ...left.step, sid: newSid('FT', random), createdAt: now })
        this.reportOf(sid, flowSid)('flow_call_lost', reason, callSid ?? undefined)
        return ended(reason)
      }
      case 'goes-on': {
        const { flow: definition, at } = left
        const variables = context as unknown as Variables
        const start = { sid, flowSid, definition, variables, event: 'incomingRequest', call: undefined }
        const execution = this.execution({ ...start, parentStepSid: null, at, steps: steps.length })
        const running: Running = { execution, record, depth: 0, over: Promise.resolve() }
        this.running.set(sid, running)
        running.over = this.follow(running)
      }
    }
  }

  active(sid: string): FlowExecution | undefined {
    return this.running.get(sid)?.record
  }

  position(sid: string): string | undefined {
    return this.running.get(sid)?.execution.position
  }

  async end(sid: string, reason: string): Promise<void> {
    const running = this.running.get(sid)
    running?.execution.stop(reason)
    await running?.over
  }

  /** Stops all of them; those without a call can go on when the node comes back. */
  async close(): Promise<void> {
    const all = [...this.running.values()]
    for (const { execution } of all) {
      execution.stop(
        'the node was stopped',
        execution.call === undefined && execution.start.event !== 'incomingParent',
      )
    }
    await Promise.all(all.map(({ over }) => over))
  }

  /** @throws ParleyError `flow_not_found`, `flow_not_published` */
  private runnable(flowSid: string): { revision: FlowRevision; flow: FlowDefinition } {
    const { flows } = this.parts
    if (!flows.latest(flowSid)) throw new ParleyError('flow_not_found', `There is no flow ${flowSid}.`)
    const revision = flows.published(flowSid)
    const flow = revision && flowIn(revision.definition)
    if (!flow) throw new ParleyError('flow_not_published', `The flow ${flowSid} is not published.`)
    return { revision, flow }
  }

  /** @throws ParleyError `flow_contact_busy` */
  private refuseBusy(flowSid: string, contact: string): void {
    for (const { record, depth } of this.running.values()) {
      if (depth > 0 || record.flowSid !== flowSid || record.contactChannelAddress !== contact) continue
      throw new ParleyError(
        'flow_contact_busy',
        `Execution ${record.sid} is already active for this contact.`,
      )
    }
  }

  private begin(definition: FlowDefinition, entrance: Entrance): Running {
    const { random, clock, records } = this.parts
    const { revision, event, initiatedBy, beginning, call, parentStepSid, within, depth } = entrance
    const sid = newSid('FN', random)
    const flowSid = revision.sid
    const variables = variablesOf(sid, flowSid, beginning)
    const now = clock.now()
    const record: FlowExecution = {
      ...{ sid, flowSid, flowRevision: revision.revision, status: 'active', initiatedBy },
      ...{ contactSid: contactSid(beginning.contact), contactChannelAddress: beginning.contact },
      ...{ callSid: call?.sid ?? null, context: variables as unknown as FlowExecution['context'] },
      ...{ endReason: null, createdAt: now, updatedAt: now },
    }
    records.began(record)
    const execution = this.execution({
      sid,
      flowSid,
      definition,
      variables,
      event,
      call,
      parentStepSid,
      within,
    })
    const running: Running = { execution, record, depth, over: Promise.resolve() }
    this.running.set(sid, running)
    return running
  }

  private execution(start: ConstructorParameters<typeof Execution>[1]): Execution {
    const { clock, random, world } = this.parts
    const { sid, flowSid } = start
    return new Execution(
      {
        ...{ clock, random, world, kinds: widgetKinds },
        records: {
          changed: (_, changes) => this.change(sid, changes),
          step: (step) => {
            this.parts.records.step(step)
            this.parts.watcher?.stepped(step)
          },
        },
        moved: () => this.show(sid),
        parted: (call) => this.parts.calls.release(call),
        runSubflow: (parent, wish) => this.runSubflow(parent, wish),
        report: this.reportOf(sid, flowSid),
      },
      start,
    )
  }

  private reportOf(sid: string, flowSid: string) {
    return (code: ErrorCode, message: string, callSid: string | undefined): void => {
      const what = `Execution ${sid} of flow ${flowSid}: ${message}`
      this.parts.report(problem(errors.has(code) ? 'error' : 'warning', code, what), callSid)
    }
  }

  private change(sid: string, changes: Parameters<ExecutionRecords['changed']>[1]): void {
    const running = this.running.get(sid)
    if (running) running.record = { ...running.record, ...changes }
    this.parts.records.changed(sid, changes)
    if (changes.callSid !== undefined || changes.status) this.show(sid)
  }

  /** Tells who looks on how an execution stands. */
  private show(sid: string): void {
    const running = this.running.get(sid)
    if (!running) return
    const { record, execution } = running
    this.parts.watcher?.changed(record, record.status === 'active' ? execution.position : undefined)
  }

  /** Runs an execution that stands for itself, and parts with its call. */
  private async follow(running: Running): Promise<void> {
    const end = await this.finish(running)
    const { call } = running.execution
    if (!call) return
    if (end.kind === 'failed' && !call.over) {
      await call.perform(document(verb('Say', {}, plain(APOLOGY))), new AbortController().signal)
    }
    this.parts.calls.release(call)
    if (!end.leavesCall) call.hangup(end.reason)
  }

  /** Runs an execution to its end, and writes that down. */
  private async finish({ execution }: Running): Promise<ExecutionEnd> {
    const { sid, flowSid } = execution.start
    const end = await execution.run()
    if (!end.resumable) {
      this.change(sid, { status: 'ended', endReason: end.reason, updatedAt: this.parts.clock.now() })
    }
    this.running.delete(sid)
    this.parts.log.debug({ flow: flowSid, execution: sid, end: end.kind }, end.reason)
    return end
  }

  private async runSubflow(parent: Execution, wish: SubflowWish): Promise<SubflowOutcome> {
    const { flows } = this.parts
    const { sid: parentSid, flowSid, event } = parent.start
    const depth = (this.running.get(parentSid)?.depth ?? 0) + 1
    if (depth > MOST_NESTED)
      return { kind: 'failed', reason: `flows are nested more than ${MOST_NESTED} deep` }
    const revision = wish.draft ? flows.latest(wish.flowSid) : flows.published(wish.flowSid)
    const flow = revision && flowIn(revision.definition)
    if (!flow) return { kind: 'failed', reason: `the flow ${wish.flowSid} is not there, or cannot run` }
    const { contact, flow: outer } = parent.variables
    const { parameters, stepSid } = wish
    const parentFacts = {
      ...{ parameters, step_sid: stepSid, execution_sid: parentSid, flow_sid: flowSid },
      trigger_type: event,
    }
    const running = this.begin(flow, {
      ...{ revision, depth, event: 'incomingParent', initiatedBy: parentSid, parentStepSid: stepSid },
      beginning: {
        trigger: { parent: parentFacts },
        ...{ contact: contact.channel.address, channel: outer.channel.address, data: {} },
      },
      call: parent.call,
      within: parent,
    })
    const { execution } = running
    const end = await parent.whileRunning(execution, () => this.finish(running))
    if (execution.call && execution.call !== parent.call) parent.adopt(execution.call)
    switch (end.kind) {
      case 'completed':
        return { kind: 'completed', variables: execution.variables.flow.variables }
      case 'failed':
        return { kind: 'failed', reason: end.reason }
      default:
        return {
          kind: 'over',
          reason: end.reason,
          callOver: end.kind === 'call-over',
          leavesCall: end.leavesCall,
        }
    }
  }
}
