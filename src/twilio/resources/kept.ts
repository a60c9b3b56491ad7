import type { Resources } from '../../store/index.js'

export type ResourceRecords = Pick<Resources, 'put' | 'delete' | 'list'>

interface Named {
  readonly sid: string
  /** ms since the Unix epoch. */
  readonly createdAt: number
}

/** Things of one kind by SID, in memory and in the records; some of them may be the configuration's. */
export class KeptThings<Thing extends Named> {
  private readonly things = new Map<string, Thing>()

  private constructor(
    private readonly kind: string,
    private readonly records: ResourceRecords,
    private readonly configured: ReadonlyMap<string, Thing>,
  ) {}

  /** @throws ParleyError `store_failed` */
  static async load<Thing extends Named>(
    kind: string,
    records: ResourceRecords,
    configured: readonly Thing[] = [],
  ): Promise<KeptThings<Thing>> {
    const kept = new KeptThings<Thing>(kind, records, new Map(configured.map((thing) => [thing.sid, thing])))
    for (const { id, value } of await records.list(kind)) kept.things.set(id, value as unknown as Thing)
    return kept
  }

  /** Newest first, those of the configuration last. */
  list(): readonly Thing[] {
    return [...[...this.things.values()].reverse(), ...this.configured.values()]
  }

  get(sid: string): Thing | undefined {
    return this.things.get(sid) ?? this.configured.get(sid)
  }

  isConfigured(sid: string): boolean {
    return this.configured.has(sid)
  }

  /** Makes or replaces, at once; resolves when it is in the records. @throws ParleyError `store_failed` */
  async put(thing: Thing): Promise<Thing> {
    const { sid: id, createdAt } = thing
    this.things.set(id, thing)
    await this.records.put(this.kind, { id, value: { ...thing } as Record<string, unknown>, createdAt })
    return thing
  }

  /** @throws ParleyError `store_failed` */
  async delete(sid: string): Promise<void> {
    await this.records.delete(this.kind, sid)
    this.things.delete(sid)
  }
}
