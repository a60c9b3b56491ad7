import type { FailoverTimes } from './failover/times.js'
import type { EnginePreference } from './preference.js'
import type { VendorSettings } from './vendor-settings.js'

/** Where models on this machine are, and how they are run. */
export interface ModelOptions {
  readonly dir: string
  /** Threads that one model computes with. Default 1. */
  readonly threads?: number
  /** ms of silence that end a turn, where the model decides. Default 700. */
  readonly endOfTurnMs?: number
}

/** What the speech engines are chosen and reached by. Plain data: it is given to each shard. */
export interface SpeechOptions {
  readonly stt: EnginePreference
  readonly tts: EnginePreference
  /** Settings of cloud vendors, by account. */
  readonly vendors?: Readonly<Record<string, VendorSettings>> | undefined
  /** Where speech is kept that is said again and again. */
  readonly cache?: { readonly dir: string; readonly maxBytes: number } | undefined
  /** Models on this machine. */
  readonly models?: ModelOptions | undefined
  readonly failover?: Partial<FailoverTimes> | undefined
}
