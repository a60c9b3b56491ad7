import type { MediaDescription } from 'sdp-transform'
import type { NegotiatedMedia } from '../media.js'
import type { CryptoLine } from './crypto-lines.js'
import { notAcceptable, type SdpRefusal } from './refusal.js'
import type { MediaLine } from './session-description.js'
import { offeredSuites, type SrtpKeySource, type SrtpKeys, type SrtpPolicy } from './srtp-suites.js'

type Security = Pick<NegotiatedMedia, 'srtp'>
type CryptoAttributes = Pick<MediaDescription, 'crypto'>

/** How a line's transport is protected. Feedback (AVPF, RFC 4585) only adds RTCP that need not be sent. */
function profileOf({ protocol }: MediaLine): 'plain' | 'secure' | undefined {
  switch (protocol.toUpperCase()) {
    case 'RTP/AVP':
    case 'RTP/AVPF':
      return 'plain'
    case 'RTP/SAVP':
    case 'RTP/SAVPF':
      return 'secure'
    default:
      return undefined
  }
}

/**
 * Whether an offered line is to be encrypted, by the first of its keys that is understood (RFC 4568 §5.1.2), or why it
 * cannot be met. Keys in a plain profile are an offer to encrypt where that can be done (RFC 8643).
 */
export function answerSecurity(
  line: MediaLine,
  policy: SrtpPolicy,
  keys: SrtpKeySource | undefined,
): Security | SdpRefusal {
  const profile = profileOf(line)
  if (!profile) return unsupported(line, policy)
  const crypto = policy === 'off' ? undefined : line.cryptos[0]
  if (crypto && keys) {
    return { srtp: { suite: crypto.suite, localKey: keys(crypto.suite), remoteKey: crypto.key } }
  }
  if (profile === 'plain') return policy === 'required' ? notAcceptable('offer RTP/SAVP') : {}
  if (policy === 'off') return unsupported(line, policy)
  return notAcceptable('no key in common, offer a=crypto with AES_CM_128_HMAC_SHA1_80')
}

/** The `a=crypto` that takes up what the offer brought: with the tag of the one chosen (RFC 4568 §5.1.2). */
export function answerCrypto(line: MediaLine, srtp: SrtpKeys | undefined): CryptoAttributes {
  const chosen = srtp && cryptoOf(line, srtp)
  return chosen ? cryptoAttributes([{ ...chosen, key: srtp.localKey }]) : {}
}

/** Whether a line is protected in the way that was agreed on. */
export function carriesSecurity(line: MediaLine, srtp: SrtpKeys | undefined): boolean {
  return srtp ? cryptoOf(line, srtp) !== undefined : profileOf(line) === 'plain'
}

/** The profile and keys of a line of our own offer. */
export function offerSecurity(
  keys: SrtpKeySource | undefined,
): CryptoAttributes & Pick<MediaDescription, 'protocol'> {
  if (!keys) return { protocol: 'RTP/AVP' }
  return {
    protocol: 'RTP/SAVP',
    ...cryptoAttributes(offeredSuites.map((suite, index) => ({ tag: index + 1, suite, key: keys(suite) }))),
  }
}

/** What the answer to a line of ours settles: its key belongs to ours of the same tag (RFC 4568 §5.1.3). */
export function settleSecurity(offered: MediaLine, answered: MediaLine): Security | SdpRefusal {
  const profile = profileOf(answered)
  if (!profile || profile !== profileOf(offered)) return unsupported(answered, 'off')
  if (profile === 'plain') return {}
  const theirs = answered.cryptos[0]
  const own = offered.cryptos.find(({ tag, suite }) => tag === theirs?.tag && suite === theirs.suite)
  if (!theirs || !own) return notAcceptable('the answer has no a=crypto that goes with one of the offer')
  return { srtp: { suite: own.suite, localKey: own.key, remoteKey: theirs.key } }
}

function cryptoOf(line: MediaLine, { suite, remoteKey }: SrtpKeys) {
  return line.cryptos.find((crypto) => crypto.suite === suite && crypto.key === remoteKey)
}

function cryptoAttributes(lines: readonly CryptoLine[]): CryptoAttributes {
  return { crypto: lines.map(({ tag, suite, key }) => ({ id: tag, suite, config: `inline:${key}` })) }
}

function unsupported({ protocol }: MediaLine, policy: SrtpPolicy): SdpRefusal {
  const wanted = { off: 'RTP/AVP', optional: 'RTP/AVP or RTP/SAVP', required: 'RTP/SAVP' }[policy]
  return notAcceptable(`${protocol.slice(0, 40)} is not supported, offer ${wanted}`)
}
