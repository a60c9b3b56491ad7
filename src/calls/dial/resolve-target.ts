import { messageOf, ParleyError } from '../../base/errors.js'
import { formatUri, parseUri, type SipUri } from '../../sip/index.js'
import type { DialRequest } from '../call-service.js'
import { knownCodecs } from '../line/known-codecs.js'
import { isAllowedHost } from './allowed-hosts.js'
import { formatNumber, numberOf } from './numbers.js'
import type { DialTarget, TargetBranch } from './target.js'
import { type Trunk, trunksFor } from './trunks.js'
import { headersOfUri } from './uri-headers.js'
import { uriOf } from './uri-of.js'

/** Where the phones of the configuration are. */
export interface PhoneBook {
  /** Contacts that a phone has registered; undefined where there is no phone of this name. */
  lookup(name: string): readonly TargetBranch[] | undefined
}

/** Whom this node can call. */
export interface DialDirectory {
  readonly trunks: readonly Trunk[]
  readonly phones: PhoneBook
  /** Hosts that calls may go to directly; @see isAllowedHost */
  readonly allowDirect: readonly string[]
}

/**
 * What a request to call comes to: a sip: or sips: URI goes out directly, a phone by what it registered, a number
 * through a trunk.
 * @throws ParleyError `call_target_invalid`, `call_route_missing`
 */
export function resolveTarget(request: DialRequest, directory: DialDirectory): DialTarget {
  const to = request.to.trim()
  if (/^sips?:/i.test(to)) return direct(to, request, directory)
  const contacts = directory.phones.lookup(to)
  if (contacts) return { ...plain(request), dialled: to, branches: contacts }
  const number = numberOf(to)
  if (number === undefined)
    throw invalid(`"${to}" is no number, no SIP URI and no phone of the configuration.`)
  const target = trunksFor(number, directory.trunks).reduceRight<DialTarget | undefined>(
    (otherwise, trunk) => ({ ...through(trunk, number, request), otherwise }),
    undefined,
  )
  if (!target) throw new ParleyError('call_route_missing', `No trunk takes the number ${number}.`)
  return target
}

function direct(to: string, request: DialRequest, { allowDirect }: DialDirectory): DialTarget {
  const uri = parsed(to)
  if (!isAllowedHost(uri.host, allowDirect)) {
    throw invalid(`Calls to ${uri.host} are not allowed: \`sip.allowDirect\` does not have it.`)
  }
  const asked = plain(request)
  return {
    ...asked,
    dialled: uri.user ?? '',
    branches: [{ uri: formatUri({ ...withTransport(uri, request.transport), headers: '' }), hops: [] }],
    headers: [...headersOfUri(uri.headers), ...asked.headers],
  }
}

function through(trunk: Trunk, number: string, request: DialRequest): DialTarget {
  const { domain, transport } = trunk
  const hops = trunk.addresses.map((address) => `sip:${address};transport=${transport}`)
  const asked = plain(request)
  return {
    dialled: number,
    callType: 'PSTN',
    trunk: trunk.name,
    branches: [{ uri: uriOf(formatNumber(number, trunk), domain), hops }],
    from: trunk.callerId ?? request.from,
    fromDomain: domain,
    credentials: request.credentials ?? trunk.credentials,
    headers: [...trunk.headers, ...(request.anonymous ? [privacy] : []), ...asked.headers],
    codecs: asked.codecs ?? trunk.codecs,
    encryption: request.encryption ?? trunk.encryption,
  }
}

/** Nobody, as RFC 3323 §4.1.1.3 writes it. */
const anonymous = 'sip:anonymous@anonymous.invalid'
const privacy = ['Privacy', 'id'] as const

/** What a call without a trunk is: as it was asked for. */
function plain(request: DialRequest): Omit<DialTarget, 'dialled' | 'branches'> {
  return {
    callType: 'SIP',
    from: request.anonymous ? anonymous : request.from,
    fromDomain: undefined,
    credentials: request.credentials,
    headers: request.headers ?? [],
    codecs: knownCodecs(request.codecs),
    encryption: request.encryption ?? 'none',
  }
}

function parsed(text: string): SipUri {
  try {
    return parseUri(text)
  } catch (thrown) {
    throw invalid(messageOf(thrown))
  }
}

function withTransport(uri: SipUri, transport: DialRequest['transport']): SipUri {
  if (transport === undefined || uri.params.has('transport')) return uri
  return { ...uri, params: new Map([...uri.params, ['transport', transport]]) }
}

function invalid(detail: string): ParleyError {
  return new ParleyError('call_target_invalid', detail)
}
