import { type SrtpSuite, srtpSuites } from '../../sip/index.js'
import { CounterMode } from './counter-mode.js'
import { GaloisCounterMode } from './galois-counter-mode.js'
import type { SrtpTransform } from './transform.js'

/** @param key master key and salt in base64, of the length that `suite` has */
export function createTransform(suite: SrtpSuite, key: string): SrtpTransform {
  const bytes = Buffer.from(key, 'base64')
  const { keyBytes } = srtpSuites[suite]
  const [masterKey, masterSalt] = [bytes.subarray(0, keyBytes), bytes.subarray(keyBytes)]
  switch (suite) {
    case 'AES_CM_128_HMAC_SHA1_80':
    case 'AES_256_CM_HMAC_SHA1_80':
      return new CounterMode(masterKey, masterSalt, 10)
    case 'AES_CM_128_HMAC_SHA1_32':
    case 'AES_256_CM_HMAC_SHA1_32':
      return new CounterMode(masterKey, masterSalt, 4)
    case 'AEAD_AES_128_GCM':
    case 'AEAD_AES_256_GCM':
      return GaloisCounterMode.fromMaster(masterKey, masterSalt)
  }
}
