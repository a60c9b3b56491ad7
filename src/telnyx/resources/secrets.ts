import type { Clock } from '../../base/clock.js'
import type { Resources } from '../../store/index.js'
import { refuse } from '../errors/index.js'
import type { SealingKey } from '../keys/index.js'
import { isoMillis } from '../time.js'

/** A secret as it is shown: without what is secret. */
export interface IntegrationSecret {
  readonly id: string
  readonly record_type: 'integration_secret'
  readonly identifier: string
  readonly created_at: string
  readonly updated_at: string
}

export type SecretValue =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }

interface Kept {
  readonly shown: IntegrationSecret
  readonly type: SecretValue['type']
  readonly sealed: string
}

const kind = 'telnyx.secret'

/** Keys of vendors that commands name by an identifier (`api_key_ref`). */
export class IntegrationSecrets {
  private readonly kept = new Map<string, Kept>()

  private constructor(
    private readonly records: Pick<Resources, 'put' | 'delete' | 'list'>,
    private readonly clock: Clock,
    private readonly uuid: () => string,
    private readonly key: SealingKey,
  ) {}

  /** @throws ParleyError `store_failed` */
  static async load(
    records: Pick<Resources, 'put' | 'delete' | 'list'>,
    clock: Clock,
    uuid: () => string,
    key: SealingKey,
  ): Promise<IntegrationSecrets> {
    const secrets = new IntegrationSecrets(records, clock, uuid, key)
    for (const { id, value } of await records.list(kind)) secrets.kept.set(id, value as unknown as Kept)
    return secrets
  }

  /** Newest first. */
  list(type?: string): readonly IntegrationSecret[] {
    const all = [...this.kept.values()].reverse()
    return all.filter((secret) => type === undefined || secret.type === type).map(({ shown }) => shown)
  }

  /** @throws ApiError 10012 when the identifier is taken */
  async create(identifier: string, value: SecretValue): Promise<IntegrationSecret> {
    if (this.find(identifier)) {
      refuse('10012', `There is a secret with the identifier ${identifier} already.`, '/identifier')
    }
    const now = this.clock.now()
    const shown: IntegrationSecret = {
      id: this.uuid(),
      record_type: 'integration_secret',
      identifier,
      created_at: isoMillis(now),
      updated_at: isoMillis(now),
    }
    const secret: Kept = { shown, type: value.type, sealed: this.key.seal(JSON.stringify(value)) }
    await this.records.put(kind, { id: shown.id, value: { ...secret }, createdAt: now })
    this.kept.set(shown.id, secret)
    return shown
  }

  /** @throws ApiError 10005 for an unknown one */
  async delete(id: string): Promise<void> {
    if (!this.kept.has(id)) refuse('10005')
    await this.records.delete(kind, id)
    this.kept.delete(id)
  }

  /** Puts the token that `api_key_ref` names beside it, as `apiKey`; a name that is not known stays alone. */
  readonly resolve = (settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    const { api_key_ref: reference } = settings
    const sealed = typeof reference === 'string' ? this.find(reference)?.sealed : undefined
    const opened = sealed && this.key.open(sealed)
    const value = opened && (JSON.parse(opened) as SecretValue)
    return value && value.type === 'bearer' ? { ...settings, apiKey: value.token } : settings
  }

  private find(identifier: string): Kept | undefined {
    return [...this.kept.values()].find(({ shown }) => shown.identifier === identifier)
  }
}
