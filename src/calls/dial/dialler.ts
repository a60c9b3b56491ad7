import type { Clock } from '../../base/clock.js'
import { createSrtpKeys, type ResolveHop, type SrtpPolicy } from '../../sip/index.js'
import type { CallOptions } from '../call/call.js'
import { type Accounts, factsOfOutgoing } from '../call/facts.js'
import type { DialRequest } from '../call-service.js'
import { newCallIdentity, type RandomBytes } from '../identity.js'
import { CalleeLine, type CalleeLineOptions } from '../line/callee-line.js'
import type { CallOut } from '../line/forks.js'
import type { MediaAddress } from '../line/line.js'
import { redirections } from './redirections.js'
import { type DialDirectory, resolveTarget } from './resolve-target.js'

export interface DiallerOptions {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly accounts: Accounts
  readonly directory: DialDirectory
  readonly callOut: CallOut
  readonly resolve: ResolveHop
  readonly mediaAddress: MediaAddress
  /** Whether the audio of calls may, or must, be encrypted; default `off`. */
  readonly srtp?: SrtpPolicy | undefined
}

const ANSWER_TIMEOUT_MS = 30_000
const TIME_LIMIT_MS = 14_400_000

/** Makes of a request what a call that goes out consists of. */
export class Dialler {
  constructor(private readonly options: DiallerOptions) {}

  /** @throws ParleyError `call_target_invalid`, `call_route_missing` */
  prepare(request: DialRequest): Omit<CallOptions, 'recording'> {
    const { random, accounts, directory, clock, callOut, resolve, mediaAddress, srtp } = this.options
    const target = resolveTarget(request, directory)
    const { related, fromDisplayName: displayName = '', answerTimeoutMs = ANSWER_TIMEOUT_MS } = request
    const identity = newCallIdentity(random, related?.identity)
    const negotiation = {
      preference: target.codecs,
      srtp: target.encryption === 'srtp' ? ('required' as const) : srtp,
      srtpKeys: createSrtpKeys(random),
    }
    const line: CalleeLineOptions = {
      clock,
      target,
      displayName,
      answerTimeoutMs,
      callOut,
      resolve,
      mediaAddress,
      negotiation,
      follows: redirections(target, directory.allowDirect),
    }
    return {
      identity,
      facts: factsOfOutgoing(request, target, identity, accounts),
      dialled: target.dialled,
      trunk: target.trunk,
      headers: [],
      route: request.route,
      near: related?.identity.callLegId,
      limitMs: request.timeLimitMs ?? TIME_LIMIT_MS,
      line: (host) => new CalleeLine(line, host),
    }
  }
}
