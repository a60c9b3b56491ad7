import type { Clock } from '../../base/clock.js'
import { createSrtpKeys, type ResolveHop, type SrtpPolicy } from '../../sip/index.js'
import type { CallOptions } from '../call/call.js'
import { type Accounts, factsOfOutgoing } from '../call/facts.js'
import type { DialRequest } from '../call-service.js'
import { newCallIdentity, type RandomBytes } from '../identity.js'
import { CalleeLine, type CalleeLineOptions } from '../line/callee-line.js'
import type { CallOut } from '../line/forks.js'
import type { MediaAddress } from '../line/line.js'
import { WebCalleeLine } from '../line/web-callee-line.js'
import type { ClientBook, WebCallsOptions } from '../web.js'
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
  /** The browsers that can be called; a node without calls none. */
  readonly clients?: ClientBook | undefined
  readonly web?: WebCallsOptions | undefined
}

const ANSWER_TIMEOUT_MS = 30_000
const TIME_LIMIT_MS = 14_400_000

/** Makes of a request what a call that goes out consists of. */
export class Dialler {
  constructor(private readonly options: DiallerOptions) {}

  /** @throws ParleyError `call_target_invalid`, `call_route_missing` */
  prepare(request: DialRequest): Omit<CallOptions, 'recording'> {
    const { clients, web } = this.options
    const name = request.to.trim().replace(/^client:/i, '')
    return clients?.has(name) && web ? this.toBrowser(request, name, clients, web) : this.bySip(request, name)
  }

  /** @param to what is called, without `client:` */
  private bySip(request: DialRequest, to: string): Omit<CallOptions, 'recording'> {
    const { random, directory, clock, callOut, resolve, mediaAddress, srtp } = this.options
    const target = resolveTarget({ ...request, to }, directory)
    const { answerTimeoutMs = ANSWER_TIMEOUT_MS } = request
    const displayName = nameShown(request)
    const line: CalleeLineOptions = {
      clock,
      target,
      displayName,
      answerTimeoutMs,
      callOut,
      resolve,
      mediaAddress,
      negotiation: ({ codecs, encryption }) => ({
        preference: codecs,
        srtp: encryption === 'srtp' ? 'required' : srtp,
        srtpKeys: createSrtpKeys(random),
      }),
      follows: (target) => redirections(target, directory.allowDirect),
    }
    return {
      ...this.common(request, target),
      trunk: target.trunk,
      line: (host) => new CalleeLine(line, host),
    }
  }

  /** A name that browsers are registered by comes before the same name of a phone. */
  private toBrowser(
    request: DialRequest,
    name: string,
    clients: ClientBook,
    web: WebCallsOptions,
  ): Omit<CallOptions, 'recording'> {
    const { clock, random } = this.options
    const { answerTimeoutMs = ANSWER_TIMEOUT_MS, headers = [] } = request
    const callerName = nameShown(request)
    const line = { ...web, clock, random, clients, name, callerName, headers, answerTimeoutMs }
    return {
      ...this.common(request, { callType: 'CLIENT', dialled: name }),
      line: (host) => new WebCalleeLine(line, host),
    }
  }

  private common(request: DialRequest, target: Parameters<typeof factsOfOutgoing>[1]) {
    const { random, accounts } = this.options
    const { related } = request
    const identity = newCallIdentity(random, related?.identity)
    return {
      identity,
      facts: factsOfOutgoing(request, target, identity, accounts),
      dialled: target.dialled,
      headers: [],
      route: request.route,
      near: related?.identity.callLegId,
      limitMs: request.timeLimitMs ?? TIME_LIMIT_MS,
    }
  }
}

/** The name that the callee's phone shows. */
function nameShown({ anonymous, fromDisplayName = '' }: DialRequest): string {
  return anonymous ? 'Anonymous' : fromDisplayName
}
