import type { Clock } from '../../base/clock.js'
import type { Resources } from '../../store/index.js'
import { refuse } from '../errors/index.js'
import { isoMillis } from '../time.js'
import type { ConfiguredApplication } from './applications.js'
import { matchNumber } from './number-match.js'

/** A telephone number and the application that answers it. */
export interface PhoneNumber {
  /** The number's digits; the number itself names it too. */
  readonly id: string
  readonly phone_number: string
  readonly connection_id: string | null
  readonly customer_reference: string | null
  readonly tags: readonly string[]
  readonly created_at: string
  readonly updated_at: string
}

const kind = 'telnyx.number'

/** The numbers: those of the configuration, and those ordered through the API. */
export class PhoneNumbers {
  private readonly configured: ReadonlyMap<string, PhoneNumber>
  private readonly ordered = new Map<string, PhoneNumber>()

  private constructor(
    private readonly records: Pick<Resources, 'put' | 'delete' | 'list'>,
    private readonly clock: Clock,
    applications: readonly ConfiguredApplication[],
  ) {
    const created = isoMillis(clock.now())
    this.configured = new Map(
      applications.flatMap(({ id, numbers }) =>
        numbers.map((number): [string, PhoneNumber] => [number, newNumber(number, id, created)]),
      ),
    )
  }

  /** @throws ParleyError `store_failed` */
  static async load(
    records: Pick<Resources, 'put' | 'delete' | 'list'>,
    clock: Clock,
    applications: readonly ConfiguredApplication[],
  ): Promise<PhoneNumbers> {
    const numbers = new PhoneNumbers(records, clock, applications)
    for (const { value } of await records.list(kind)) {
      const number = value as unknown as PhoneNumber
      numbers.ordered.set(number.phone_number, number)
    }
    return numbers
  }

  list(): readonly PhoneNumber[] {
    return [...[...this.ordered.values()].reverse(), ...this.configured.values()]
  }

  /** By the number or its id. */
  get(id: string): PhoneNumber | undefined {
    return this.list().find((number) => number.id === id || number.phone_number === id)
  }

  /** The number that was dialled: itself, or the longest pattern (`+1555*`, `*`) that it begins with. */
  answering(dialled: string): PhoneNumber | undefined {
    const numbers = this.list()
    const number = matchNumber(
      numbers.map(({ phone_number }) => phone_number),
      dialled,
    )
    return numbers.find(({ phone_number }) => phone_number === number)
  }

  /** @throws ApiError 10012 when it is there already */
  async order(number: string, connectionId: string | null): Promise<PhoneNumber> {
    if (this.get(number)) refuse('10012', `The number ${number} is there already.`, '/phone_numbers')
    return this.keep(newNumber(number, connectionId, isoMillis(this.clock.now())))
  }

  /** @throws ApiError 10005 for an unknown one, 10027 for one of the configuration */
  async update(id: string, changes: Partial<PhoneNumber>): Promise<PhoneNumber> {
    const before = this.changeable(id)
    return this.keep({ ...before, ...changes, updated_at: isoMillis(this.clock.now()) })
  }

  /** @throws ApiError as `update` */
  async delete(id: string): Promise<PhoneNumber> {
    const number = this.changeable(id)
    await this.records.delete(kind, number.id)
    this.ordered.delete(number.phone_number)
    return number
  }

  private changeable(id: string): PhoneNumber {
    const number = this.get(id) ?? refuse('10005')
    if (this.configured.has(number.phone_number)) {
      refuse('10027', 'This number is of the configuration (telnyx.applications): change it there.')
    }
    return number
  }

  private async keep(number: PhoneNumber): Promise<PhoneNumber> {
    await this.records.put(kind, {
      id: number.id,
      value: { ...number },
      createdAt: Date.parse(number.created_at),
    })
    this.ordered.set(number.phone_number, number)
    return number
  }
}

function newNumber(number: string, connectionId: string | null, created: string): PhoneNumber {
  return {
    id: number.replace(/^\+/, ''),
    phone_number: number,
    connection_id: connectionId,
    customer_reference: null,
    tags: [],
    created_at: created,
    updated_at: created,
  }
}
