/** A Call Control application: who answers numbers, and is told of calls. Names as on the wire. */
export interface Application {
  /** The `connection_id` of calls. */
  readonly id: string
  readonly application_name: string
  readonly webhook_event_url: string
  readonly webhook_event_failover_url: string | null
  readonly webhook_api_version: '1' | '2'
  /** Time a receiver has to answer; null for the default. */
  readonly webhook_timeout_secs: number | null
  readonly active: boolean
  readonly anchorsite_override: string
  readonly dtmf_type: 'RFC 2833' | 'Inband' | 'SIP INFO'
  /** Whether a call that comes in and hears no command is hung up, and when. */
  readonly first_command_timeout: boolean
  readonly first_command_timeout_secs: number
  readonly inbound: Readonly<Record<string, unknown>>
  readonly outbound: Readonly<Record<string, unknown>>
  readonly tags: readonly string[]
  readonly created_at: string
  readonly updated_at: string
}

/** Most calls of an application at a time, in a direction; undefined for no bound of its own. */
export function channelLimit(
  { inbound, outbound }: Application,
  direction: 'inbound' | 'outbound',
): number | undefined {
  const limit = (direction === 'inbound' ? inbound : outbound)['channel_limit']
  return typeof limit === 'number' ? limit : undefined
}

/** What an application is made of when nothing else is said. */
export const applicationDefaults = {
  webhook_event_failover_url: null,
  webhook_api_version: '2' as const,
  webhook_timeout_secs: null,
  active: true,
  anchorsite_override: 'Latency',
  dtmf_type: 'RFC 2833' as const,
  first_command_timeout: false,
  first_command_timeout_secs: 30,
  inbound: {},
  outbound: {},
  tags: [] as readonly string[],
}
