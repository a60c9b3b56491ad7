import type { DeliveryPolicy, WebhookTarget } from '../../webhooks/index.js'

type Method = 'POST' | 'GET'

/** Where commands said that a call's webhooks go. */
export interface WebhookOverrides {
  readonly webhook_url?: string | undefined
  readonly webhook_url_method?: Method | undefined
  readonly webhook_urls?: Readonly<Record<string, string>> | undefined
  readonly webhook_urls_method?: Method | undefined
  readonly webhook_retries_policies?:
    | Readonly<Record<string, { readonly retries_ms: readonly number[] }>>
    | undefined
}

/** Where an application's webhooks go. */
export interface WebhookAddresses {
  readonly webhook_event_url: string
  readonly webhook_event_failover_url: string | null
  readonly webhook_timeout_secs: number | null
}

/** How things are delivered where neither application nor command says otherwise: delays double, two minutes in all. */
export const defaultPolicy: DeliveryPolicy = {
  timeoutMs: 2000,
  retriesMs: [1000, 2000, 4000, 8000, 16_000, 30_000, 60_000],
}

/** Takes what a command says; what it does not mention stays. */
export function withOverrides(before: WebhookOverrides, said: WebhookOverrides): WebhookOverrides {
  return {
    webhook_url: said.webhook_url ?? before.webhook_url,
    webhook_url_method: said.webhook_url_method ?? before.webhook_url_method,
    webhook_urls: said.webhook_urls ?? before.webhook_urls,
    webhook_urls_method: said.webhook_urls_method ?? before.webhook_urls_method,
    webhook_retries_policies: said.webhook_retries_policies ?? before.webhook_retries_policies,
  }
}

/** The URLs of one event in the order they are tried; none where the application has no URL. */
export function targetsOf(
  event: string,
  addresses: WebhookAddresses,
  overrides: WebhookOverrides,
): readonly WebhookTarget[] {
  const failover = addresses.webhook_event_failover_url
  const first: WebhookTarget = overrides.webhook_urls?.[event]
    ? { url: overrides.webhook_urls[event], method: overrides.webhook_urls_method ?? 'POST' }
    : overrides.webhook_url
      ? { url: overrides.webhook_url, method: overrides.webhook_url_method ?? 'POST' }
      : { url: addresses.webhook_event_url, method: 'POST' }
  return [first, ...(failover ? [{ url: failover, method: 'POST' as const }] : [])].filter(
    ({ url }) => url !== '',
  )
}

export function policyOf(
  event: string,
  addresses: WebhookAddresses,
  overrides: WebhookOverrides,
): DeliveryPolicy {
  const seconds = addresses.webhook_timeout_secs
  return {
    timeoutMs: seconds ? seconds * 1000 : defaultPolicy.timeoutMs,
    retriesMs: overrides.webhook_retries_policies?.[event]?.retries_ms ?? defaultPolicy.retriesMs,
  }
}
