import type { Clock } from '../../base/clock.js'
import type { Resources } from '../../store/index.js'
import { refuse } from '../errors/index.js'
import { isoMillis } from '../time.js'
import { type Application, applicationDefaults } from './application.js'
import { newNumericId } from './ids.js'

/** An application of the configuration. */
export interface ConfiguredApplication extends Partial<Omit<Application, 'created_at' | 'updated_at'>> {
  readonly id: string
  readonly webhook_event_url: string
  readonly numbers: readonly string[]
}

const kind = 'telnyx.application'

/** The applications: those of the configuration, which it alone changes, and those made through the API. */
export class Applications {
  private readonly configured: ReadonlyMap<string, Application>
  private readonly made = new Map<string, Application>()

  private constructor(
    private readonly records: Pick<Resources, 'put' | 'delete' | 'list'>,
    private readonly clock: Clock,
    configured: readonly ConfiguredApplication[],
  ) {
    const started = isoMillis(clock.now())
    this.configured = new Map(
      configured.map(({ numbers: _numbers, ...given }) => [
        given.id,
        {
          application_name: given.id,
          ...applicationDefaults,
          ...given,
          created_at: started,
          updated_at: started,
        },
      ]),
    )
  }

  /** @throws ParleyError `store_failed` */
  static async load(
    records: Pick<Resources, 'put' | 'delete' | 'list'>,
    clock: Clock,
    configured: readonly ConfiguredApplication[],
  ): Promise<Applications> {
    const applications = new Applications(records, clock, configured)
    for (const { id, value } of await records.list(kind)) {
      applications.made.set(id, value as unknown as Application)
    }
    return applications
  }

  /** Newest first, those of the configuration last. */
  list(): readonly Application[] {
    return [...[...this.made.values()].reverse(), ...this.configured.values()]
  }

  get(id: string): Application | undefined {
    return this.configured.get(id) ?? this.made.get(id)
  }

  async create(
    given: Partial<Application> & Pick<Application, 'application_name' | 'webhook_event_url'>,
  ): Promise<Application> {
    const now = isoMillis(this.clock.now())
    const application = {
      ...applicationDefaults,
      ...given,
      id: newNumericId(),
      created_at: now,
      updated_at: now,
    }
    return this.keep(application)
  }

  /** @throws ApiError 10005 for an unknown one, 10027 for one of the configuration */
  async update(id: string, changes: Partial<Application>): Promise<Application> {
    const before = this.changeable(id)
    return this.keep({ ...before, ...changes, id, updated_at: isoMillis(this.clock.now()) })
  }

  /** @throws ApiError as `update` */
  async delete(id: string): Promise<Application> {
    const application = this.changeable(id)
    await this.records.delete(kind, id)
    this.made.delete(id)
    return application
  }

  private changeable(id: string): Application {
    if (this.configured.has(id)) {
      refuse('10027', 'This application is of the configuration (telnyx.applications): change it there.')
    }
    return this.made.get(id) ?? refuse('10005')
  }

  private async keep(application: Application): Promise<Application> {
    const createdAt = Date.parse(application.created_at)
    await this.records.put(kind, { id: application.id, value: { ...application }, createdAt })
    this.made.set(application.id, application)
    return application
  }
}
