import type { FailoverTimes } from './failover/times.js'
import type { EnginePreference } from './preference.js'
import type { VendorSettings } from './vendor-settings.js'

/** What the speech engines are chosen and reached by. Plain data: it is given to each shard. */
export interface SpeechOptions {
  readonly stt: EnginePreference
  readonly tts: EnginePreference
  /** Settings of cloud vendors, by account. */
  readonly vendors?: Readonly<Record<string, VendorSettings>> | undefined
  /** Where speech is kept that is said again and again. */
  readonly cache?: { readonly dir: string; readonly maxBytes: number } | undefined
  readonly failover?: Partial<FailoverTimes> | undefined
}
