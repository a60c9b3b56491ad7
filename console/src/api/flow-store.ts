import { withExecution, withSteps } from '../model/flow-run.js'
import { ApiError, ask, query } from './client.js'
import type { Execution, ExecutionDetail, ExecutionPage, FlowDetail, FlowStep } from './flow-types.js'
import { follow, type LiveState } from './live.js'

export interface FlowSnapshot {
  /** The revision that is shown: that of the chosen execution, else the one that calls run through. */
  readonly detail: FlowDetail | undefined
  /** Newest first. */
  readonly executions: readonly Execution[]
  readonly more: boolean
  /** Of the chosen execution, in order; undefined while they are on their way. */
  readonly steps: readonly FlowStep[] | undefined
  readonly live: LiveState
  readonly error: ApiError | undefined
}

/** Executions read at a time. */
const pageSize = 30

/** One flow, its executions, and the steps of one of them, kept current for as long as somebody looks at it. */
export class FlowStore {
  private snapshot: FlowSnapshot = {
    ...{ detail: undefined, executions: [], more: false, steps: undefined },
    ...{ live: 'connecting', error: undefined },
  }
  private readonly listeners = new Set<() => void>()
  private stop: (() => void) | undefined
  private generation = 0

  /** @param chosen SID of the execution whose steps are wanted; '' for none */
  constructor(
    private readonly sid: string,
    private readonly chosen: string,
  ) {}

  readonly get = (): FlowSnapshot => this.snapshot

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    if (this.listeners.size === 1) void this.load()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) this.close()
    }
  }

  /** Reads the executions before the last. */
  readonly more = async (): Promise<void> => {
    const { executions } = this.snapshot
    await this.guarded(async (current) => {
      const page = await this.page(executions.length)
      if (!current()) return
      const known = new Set(this.snapshot.executions.map(({ sid }) => sid))
      const older = page.executions.filter(({ sid }) => !known.has(sid))
      this.set({ executions: [...this.snapshot.executions, ...older], more: page.more })
    })
  }

  private close(): void {
    this.generation++
    this.stop?.()
    this.stop = undefined
  }

  private async load(): Promise<void> {
    this.close()
    await this.guarded(async (current) => {
      const { executions, more, cursor } = await this.page(0)
      const chosen = this.chosen && (await this.execution())
      const revision = chosen ? chosen.execution.flowRevision : undefined
      const detail = await ask<FlowDetail>(`${this.path()}${query({ revision })}`)
      if (!current()) return
      const known = !chosen || executions.some(({ sid }) => sid === this.chosen)
      this.set({
        ...{ detail, more, error: undefined },
        executions: known ? executions : [...executions, chosen.execution],
        steps: chosen ? chosen.steps : undefined,
      })
      this.follow(cursor)
    })
  }

  /** What came between the cursor and what was read is told again, and changes nothing. */
  private follow(cursor: string): void {
    this.stop = follow(
      `${this.path()}/live`,
      cursor,
      {
        execution: (news: Execution) =>
          this.set({ executions: withExecution(this.snapshot.executions, news) }),
        step: (step: FlowStep) => {
          const { steps } = this.snapshot
          if (steps && step.executionSid === this.chosen) this.set({ steps: withSteps(steps, [step]) })
        },
        reset: () => void this.load(),
      },
      (live) => this.set({ live }),
    )
  }

  private page(offset: number): Promise<ExecutionPage> {
    return ask(`${this.path()}/executions${query({ limit: pageSize, offset })}`)
  }

  private execution(): Promise<ExecutionDetail> {
    return ask(`/api/executions/${encodeURIComponent(this.chosen)}`)
  }

  private async guarded(task: (current: () => boolean) => Promise<void>): Promise<void> {
    const { generation } = this
    const current = () => generation === this.generation
    try {
      await task(current)
    } catch (thrown) {
      if (current() && thrown instanceof ApiError) this.set({ error: thrown })
    }
  }

  private set(changes: Partial<FlowSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changes }
    for (const listener of this.listeners) listener()
  }

  private path(): string {
    return `/api/flows/${encodeURIComponent(this.sid)}`
  }
}
