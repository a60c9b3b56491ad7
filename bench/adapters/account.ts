import { systemClock } from '../../src/base/clock.js'
import type { EngineContext } from '../../src/speech/vendor.js'
import type { VendorSettings } from '../../src/speech/vendor-settings.js'

/** An account with every vendor; a peer looks at none of it. */
export function accountAt(url: string): VendorSettings {
  return { apiKey: '0123456789abcdef0123456789abcdef', apiSecret: 'secret', region: 'eu-west-1', url }
}

export const context: EngineContext = { clock: systemClock, connectTimeoutMs: 5_000 }
