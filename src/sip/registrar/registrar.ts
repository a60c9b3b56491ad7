import { type Clock, systemClock } from '../../base/clock.js'
import { type Log, silentLog } from '../../base/log.js'
import { parseCSeq } from '../cseq.js'
import type { DigestAlgorithm } from '../digest/hash.js'
import { DigestAuthenticator } from '../digest/server.js'
import type { SipRequest } from '../message.js'
import { parseNameAddr } from '../name-addr.js'
import { SipParseError } from '../parse-error.js'
import { sameUri } from '../same-uri.js'
import type { SipPeer } from '../transport.js'
import { userOf } from '../uri.js'
import type { Binding, StoredBinding } from './binding.js'
import { callableAt } from './callable-at.js'
import { PhoneBindings } from './phone-bindings.js'
import { bindingsAnswer, type RegisterAnswer } from './register-answer.js'
import { type WantedContact, wishOf } from './register-request.js'

/** Shorter registrations get 423, in seconds. */
const MIN_EXPIRES = 60
/** Longest registration, and the one given to who does not say, in seconds. */
const MAX_EXPIRES = 3_600
/** Of a phone, at a time. */
const MOST_CONTACTS = 10

/** A phone that may register. */
export interface RegisteringPhone {
  /** User part of its address of record, and name in its digest. */
  readonly name: string
  readonly password: string
}

export interface RegistrarOptions {
  readonly phones: readonly RegisteringPhone[]
  readonly realm: string
  /** Offered in this order; see `DigestOptions`. */
  readonly algorithms?: readonly DigestAlgorithm[]
  readonly clock?: Clock
  readonly log?: Log
}

/** Hears of every change: registered, refreshed, gone. */
export type BindingsListener = (name: string, bindings: readonly Binding[]) => void

/** Knows where the phones of the configuration are (RFC 3261 §10). Each has to prove by digest that it is the one. */
export class Registrar {
  private readonly digest: DigestAuthenticator
  private readonly phones = new Map<string, PhoneBindings>()
  private readonly listeners = new Set<BindingsListener>()
  private readonly clock: Clock
  private readonly log: Log

  constructor(options: RegistrarOptions) {
    this.clock = options.clock ?? systemClock
    this.log = options.log ?? silentLog
    const passwords = new Map(options.phones.map(({ name, password }) => [name, password]))
    this.digest = new DigestAuthenticator({
      realm: options.realm,
      secretOf: (user) => passwords.get(user),
      clock: this.clock,
      ...(options.algorithms && { algorithms: options.algorithms }),
    })
    for (const { name } of options.phones) {
      this.phones.set(name, new PhoneBindings(this.clock, MOST_CONTACTS, () => this.tell(name)))
    }
  }

  /** Whether the configuration has a phone of that name. */
  has(name: string): boolean {
    return this.phones.has(name)
  }

  /** Where a phone can be called, the contact preferred first; none for names that nobody has. */
  lookup(name: string): readonly Binding[] {
    return this.phones.get(name)?.current ?? []
  }

  /** Where a request to the Contact of a phone goes; undefined when no phone has registered it. */
  hopTo(uri: string): SipPeer | undefined {
    for (const phone of this.phones.values()) {
      const binding = phone.current.find(({ contact }) => sameUri(contact, uri))
      if (binding) return binding.hop
    }
    return undefined
  }

  /** Returns what ends it. */
  onChange(listener: BindingsListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Answers a REGISTER (RFC 3261 §10.3). @param peer where it came from */
  register(request: SipRequest, peer: SipPeer): RegisterAnswer {
    const unknown = request.headers.getAll('Require').filter((tag) => tag.toLowerCase() !== 'path')
    if (unknown.length > 0) return { status: 420, headers: { Unsupported: unknown.join(', ') } }
    const verdict = this.digest.verify(request)
    if (verdict.result !== 'accepted') {
      if (verdict.result === 'wrong')
        this.log.warn({ address: peer.address }, 'registration with a wrong password')
      return {
        status: 401,
        headers: { 'WWW-Authenticate': this.digest.challenge(verdict.result === 'stale') },
      }
    }
    const name = userOf(parseNameAddr(request.headers.get('To') ?? '').uri)
    const phone = this.phones.get(name)
    if (!phone) return { status: 404 }
    if (verdict.user !== name) return { status: 403 }
    try {
      const refusal = this.update(phone, request, peer)
      return refusal ?? bindingsAnswer(phone.current, request.headers.getAll('Path'), this.clock.now())
    } catch (error) {
      if (error instanceof SipParseError) return { status: 400, reason: error.message }
      throw error
    }
  }

  /** Stops all timers. */
  close(): void {
    for (const phone of this.phones.values()) phone.close()
    this.listeners.clear()
  }

  /** All that is asked for, or nothing of it and why. */
  private update(phone: PhoneBindings, request: SipRequest, peer: SipPeer): RegisterAnswer | undefined {
    const wish = wishOf(request, MAX_EXPIRES)
    if (wish.kind === 'query') return undefined
    const affected =
      wish.kind === 'clear'
        ? phone.current
        : wish.contacts.flatMap(({ uri, device }) => phone.about(uri, device))
    if (affected.some((binding) => isOlder(request, binding)))
      return { status: 500, reason: 'CSeq Out of Order' }
    if (wish.kind === 'clear') {
      phone.clear()
      return undefined
    }
    const { contacts } = wish
    if (contacts.length > MOST_CONTACTS) return { status: 403, reason: 'Too Many Contacts' }
    if (contacts.some(({ expiresSeconds: s }) => s > 0 && s < MIN_EXPIRES)) {
      return { status: 423, headers: { 'Min-Expires': String(MIN_EXPIRES) } }
    }
    const removed = contacts.filter(({ expiresSeconds }) => expiresSeconds === 0)
    phone.replace(
      removed.map(({ uri, device }) => ({ contact: uri, device })),
      contacts
        .filter(({ expiresSeconds }) => expiresSeconds > 0)
        .map((contact) => this.binding(contact, request, peer)),
    )
    return undefined
  }

  private binding(contact: WantedContact, { headers }: SipRequest, peer: SipPeer): StoredBinding {
    const path = headers.getAll('Path')
    return {
      contact: contact.uri,
      hop: callableAt(contact.uri, path[0], peer),
      path,
      q: contact.q,
      expiresAt: this.clock.now() + Math.min(contact.expiresSeconds, MAX_EXPIRES) * 1000,
      userAgent: (headers.get('User-Agent') ?? '').slice(0, 200),
      callId: headers.get('Call-ID') ?? '',
      cseq: parseCSeq(headers.get('CSeq') ?? '').number,
      device: contact.device,
    }
  }

  private tell(name: string): void {
    const bindings = this.lookup(name)
    for (const listener of this.listeners) listener(name, bindings)
  }
}

/** Whether a REGISTER is older than the one that made a binding (RFC 3261 §10.3, step 7). */
function isOlder({ headers }: SipRequest, { callId, cseq }: StoredBinding): boolean {
  return headers.get('Call-ID') === callId && parseCSeq(headers.get('CSeq') ?? '').number <= cseq
}
