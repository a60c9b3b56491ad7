import type { Clock } from '../../base/clock.js'
import type { RandomBytes } from '../../calls/index.js'
import type { Resources } from '../../store/index.js'
import { newSid } from '../../twiml/index.js'
import { checkFlow } from '../definition/check-flow.js'
import type { ConfiguredFlow, FlowBook, FlowContent, FlowRevision } from './flow.js'

const kind = 'studio.revision'

export interface FlowsOptions {
  readonly records: Pick<Resources, 'put' | 'delete' | 'list'>
  readonly clock: Clock
  readonly random: RandomBytes
  readonly configured: readonly ConfiguredFlow[]
}

/** All flows of the node with all their revisions, in memory and in the records. */
export class Flows implements FlowBook {
  /** By SID; revisions in their order. */
  private readonly flows = new Map<string, FlowRevision[]>()
  private readonly configured = new Map<string, FlowRevision>()

  private constructor(private readonly options: FlowsOptions) {
    const now = options.clock.now()
    for (const { sid, friendlyName, definition } of options.configured) {
      const content = { friendlyName, definition, status: 'published', commitMessage: null } as const
      this.configured.set(sid, {
        ...content,
        sid,
        revision: 1,
        ...checked(definition),
        createdAt: now,
        updatedAt: null,
      })
    }
  }

  /** @throws ParleyError `store_failed` */
  static async load(options: FlowsOptions): Promise<Flows> {
    const flows = new Flows(options)
    for (const { value } of await options.records.list(kind)) {
      flows.remember(value as unknown as FlowRevision)
    }
    return flows
  }

  /** The latest revision of each: newest flow first, those of the configuration last. */
  list(): readonly FlowRevision[] {
    const made = [...this.flows.values()].map((revisions) => revisions.at(-1)!)
    return [...made.reverse(), ...this.configured.values()]
  }

  isConfigured(sid: string): boolean {
    return this.configured.has(sid)
  }

  latest(sid: string): FlowRevision | undefined {
    return this.revisions(sid).at(-1)
  }

  published(sid: string): FlowRevision | undefined {
    return this.revisions(sid).findLast(({ status }) => status === 'published')
  }

  revision(sid: string, revision: number): FlowRevision | undefined {
    return this.revisions(sid).find((one) => one.revision === revision)
  }

  /** In their order. */
  revisions(sid: string): readonly FlowRevision[] {
    const configured = this.configured.get(sid)
    return configured ? [configured] : (this.flows.get(sid) ?? [])
  }

  /** @throws ParleyError `store_failed` */
  create(content: FlowContent): Promise<FlowRevision> {
    const { clock, random } = this.options
    const sid = newSid('FW', random)
    const createdAt = clock.now()
    return this.keep({
      ...{ ...content, sid, revision: 1, createdAt, updatedAt: null },
      ...checked(content.definition),
    })
  }

  /** Another revision of a flow. @throws ParleyError `store_failed` */
  update(latest: FlowRevision, content: FlowContent): Promise<FlowRevision> {
    const { sid, revision, createdAt } = latest
    const updatedAt = this.options.clock.now()
    return this.keep({
      ...{ ...content, sid, revision: revision + 1, createdAt, updatedAt },
      ...checked(content.definition),
    })
  }

  /** @throws ParleyError `store_failed` */
  async delete(sid: string): Promise<void> {
    for (const { revision } of this.revisions(sid)) {
      await this.options.records.delete(kind, idOf(sid, revision))
    }
    this.flows.delete(sid)
  }

  private async keep(revision: FlowRevision): Promise<FlowRevision> {
    const { sid, revision: number, createdAt, updatedAt } = revision
    this.remember(revision)
    await this.options.records.put(kind, {
      id: idOf(sid, number),
      value: { ...revision },
      createdAt: updatedAt ?? createdAt,
    })
    return revision
  }

  private remember(revision: FlowRevision): void {
    const others = (this.flows.get(revision.sid) ?? []).filter((one) => one.revision !== revision.revision)
    const all = [...others, revision].sort((one, other) => one.revision - other.revision)
    this.flows.set(revision.sid, all)
  }
}

function checked(definition: unknown): Pick<FlowRevision, 'errors' | 'warnings'> {
  const { problems: errors, warnings } = checkFlow(definition)
  return { errors, warnings }
}

function idOf(sid: string, revision: number): string {
  return `${sid}/${String(revision).padStart(6, '0')}`
}
