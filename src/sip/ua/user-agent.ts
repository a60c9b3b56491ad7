import type { Timer } from '../../base/clock.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import type { IncomingCallHandler } from '../edge.js'
import type { SipRequest } from '../message.js'
import { tagOf } from '../name-addr.js'
import type { OutgoingCall, OutgoingCallListener, OutgoingCallRequest } from '../outgoing-call.js'
import type { Registrar } from '../registrar/registrar.js'
import type { Registration, RegistrationRequest, RegistrationState } from '../registration.js'
import type { ServerTransaction, TransactionUser } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { parseUri } from '../uri.js'
import type { Admission } from './admission.js'
import { capabilityHeaders } from './capabilities.js'
import { describePeer, type UserAgentContext } from './context.js'
import { keyOfRequest } from './dialog.js'
import type { HopFinder } from './hops/hop-walk.js'
import { UacInvite, type UacInviteHost } from './outgoing/uac-invite.js'
import { type Refusal, refuseRequest } from './refuse-request.js'
import { RegisterClient } from './registering/register-client.js'
import { DialogBook } from './replaces/dialog-book.js'
import { respond } from './reply.js'
import { timerForRequest } from './session-timer.js'
import { UasInvite } from './uas-invite.js'

/** Who takes the requests of a dialog. */
type DialogOwner = Pick<UasInvite, 'dialog' | 'handle' | 'acknowledge' | 'phase'>

/** The user agent core (RFC 3261 §8.2, §12): which request belongs to which call, and who may open one. */
export class UserAgent implements TransactionUser {
  private readonly calls = new Set<UasInvite | UacInvite>()
  private readonly dialogs: DialogBook<DialogOwner>
  private readonly registrations = new Set<RegisterClient>()
  private draining = false
  private closing = false
  private emptied: (() => void) | undefined

  constructor(
    private readonly context: UserAgentContext,
    private readonly admission: Admission,
    private readonly onCall: IncomingCallHandler,
    private readonly finder: HopFinder,
    private readonly registrar?: Pick<Registrar, 'register'>,
  ) {
    this.dialogs = new DialogBook(context.clock)
  }

  /** Calls alive. */
  get size(): number {
    return this.calls.size
  }

  request(request: SipRequest, peer: SipPeer, transaction: ServerTransaction | undefined): void {
    const key = keyOfRequest(request)
    const call = key === undefined ? undefined : this.dialogs.get(key)
    if (!transaction) call?.acknowledge(request)
    else if (call) call.handle(request, peer, transaction)
    else if (tagOf(request.headers.get('To')) !== undefined)
      this.refuse(transaction, this.admission.refuseAddress(peer) ?? { status: 481 })
    else this.outsideDialogs(request, transaction)
  }

  /** @see SipEdge.call */
  call(request: OutgoingCallRequest, listener: OutgoingCallListener): OutgoingCall {
    this.requireOpen([request.target, request.from.uri, ...request.hops])
    const host: UacInviteHost = {
      finder: this.finder,
      add: (dialog) => this.dialogs.add(dialog, call),
      remove: (dialog) => this.dialogs.remove(dialog),
      gone: () => this.forget(call),
    }
    const call: UacInvite = new UacInvite(this.context, request, listener, host)
    this.calls.add(call)
    call.start()
    return call
  }

  /** @see SipEdge.callNamed */
  callNamed(replaces: string): string | undefined {
    return this.dialogs.callNamed(replaces)
  }

  /** @see SipEdge.register */
  register(request: RegistrationRequest, changed: (state: RegistrationState) => void): Registration {
    this.requireOpen([request.registrar, request.addressOfRecord, ...request.hops])
    const gone = (): void => void this.registrations.delete(registration)
    const registration: RegisterClient = new RegisterClient(this.context, request, this.finder, changed, gone)
    this.registrations.add(registration)
    registration.start()
    return registration
  }

  /** New calls get 503 from now on. */
  drain(): void {
    this.draining = true
  }

  /** Ends all calls; resolves when every dialog is finished, or after `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.drain()
    this.closing = true
    for (const call of [...this.calls]) call.close()
    const finished = new Promise<void>((resolve) => {
      this.emptied = resolve
      if (this.calls.size === 0) resolve()
    })
    let limit: Timer | undefined
    const limited = new Promise<void>((resolve) => {
      limit = this.context.clock.after(limitMs, resolve)
    })
    const unregistered = Promise.all([...this.registrations].map((registration) => registration.close()))
    await Promise.race([limited, Promise.all([finished, unregistered])])
    limit?.cancel()
  }

  private requireOpen(uris: readonly string[]): void {
    if (this.closing) throw new ParleyError('node_shutting_down', 'SIP is closed.')
    for (const uri of uris) requireSipUri(uri)
  }

  private outsideDialogs(request: SipRequest, transaction: ServerTransaction): void {
    const timed = this.context.options.sessionTimers !== false
    const refusal = this.refusalOutsideDialogs(request, transaction, timed)
    if (refusal) this.refuse(transaction, refusal)
    else if (request.method === 'REGISTER' && this.registrar) {
      const { status, ...reply } = this.registrar.register(request, transaction.peer)
      respond(this.context, transaction, status, reply)
    } else if (request.method === 'OPTIONS')
      respond(this.context, transaction, 200, {
        headers: capabilityHeaders(timed, this.registrar !== undefined),
      })
    else this.invited(transaction)
  }

  private refusalOutsideDialogs(
    request: SipRequest,
    { peer }: ServerTransaction,
    timed: boolean,
  ): Refusal | undefined {
    const stranger = this.admission.refuseAddress(peer)
    if (stranger) return stranger
    if (request.method === 'REGISTER' && this.registrar) return undefined
    const unfit = refuseRequest(request, timed)
    if (unfit) return unfit
    // Everything else that we know belongs into a dialog.
    if (request.method !== 'INVITE' && request.method !== 'OPTIONS') return { status: 481 }
    if (this.draining || this.calls.size >= this.context.options.maxDialogs) return this.unavailable()
    return request.method === 'INVITE' ? this.admission.refuseCaller(request, peer) : undefined
  }

  private unavailable(): Refusal {
    return { status: 503, headers: { 'Retry-After': String(this.context.options.retryAfterSeconds) } }
  }

  private invited(transaction: ServerTransaction): void {
    const interval = timerForRequest(transaction.request, this.context.options.sessionTimers)
    if (interval && 'status' in interval) {
      this.refuse(transaction, interval)
      return
    }
    const replaced = this.dialogs.replacedBy(transaction.request)
    if (replaced && 'status' in replaced) {
      this.refuse(transaction, replaced)
      return
    }
    const gone = (): void => {
      this.dialogs.remove(call)
      this.forget(call)
    }
    const call: UasInvite = new UasInvite(this.context, transaction, interval, gone, replaced?.call)
    this.calls.add(call)
    this.dialogs.add(call, call)
    call.present(this.onCall)
  }

  private forget(call: UasInvite | UacInvite): void {
    this.calls.delete(call)
    if (this.calls.size === 0) this.emptied?.()
  }

  private refuse(transaction: ServerTransaction, refusal: Refusal): void {
    const { request, peer } = transaction
    this.context.log.debug(
      { method: request.method, peer: describePeer(peer), status: refusal.status },
      'SIP request refused',
    )
    respond(this.context, transaction, refusal.status, refusal)
  }
}

function requireSipUri(text: string): void {
  try {
    parseUri(text)
  } catch (error) {
    throw new ParleyError('sip_message_invalid', messageOf(error), { cause: error })
  }
}
