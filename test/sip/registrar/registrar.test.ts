import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createRequest, type HeaderFields } from '../../../src/sip/build.js'
import { answerChallenge } from '../../../src/sip/digest/client.js'
import type { SipRequest } from '../../../src/sip/message.js'
import type { RegisterAnswer } from '../../../src/sip/registrar/register-answer.js'
import { Registrar, type RegistrarOptions } from '../../../src/sip/registrar/registrar.js'
import type { SipPeer } from '../../../src/sip/transport.js'

const nat: SipPeer = {
  transport: 'udp',
  address: '203.0.113.5',
  port: 40_001,
  connection: 'udp:0.0.0.0:5060',
}
const contact = '<sip:desk@10.0.0.7:5060>'

interface Parts {
  readonly contact?: string | string[]
  readonly headers?: HeaderFields
  readonly to?: string
  readonly user?: string
  readonly password?: string
  readonly callId?: string
  readonly cseq?: number
  readonly peer?: SipPeer
}

let clock: SimulatedClock
let registrar: Registrar
let cseq: number

function open(options: Partial<RegistrarOptions> = {}): void {
  clock = new SimulatedClock(1_700_000_000_000)
  cseq = 0
  registrar = new Registrar({
    phones: [
      { name: 'desk', password: 'secret' },
      { name: 'hall', password: 'other' },
    ],
    realm: 'parley',
    algorithms: ['MD5'],
    clock,
    ...options,
  })
}
beforeEach(() => open())

function registerRequest(parts: Parts, authorization?: string): SipRequest {
  return createRequest('REGISTER', 'sip:parley.example', {
    from: '<sip:desk@parley.example>;tag=1',
    to: `<sip:${parts.to ?? 'desk'}@parley.example>`,
    callId: parts.callId ?? 'phone-1',
    cseq: parts.cseq ?? ++cseq,
    headers: {
      ...(parts.contact !== undefined && { Contact: parts.contact }),
      ...parts.headers,
      ...(authorization !== undefined && { Authorization: authorization }),
    },
  })
}

/** Registers as a phone does: asks, is challenged, answers. */
function register(parts: Parts = {}): RegisterAnswer {
  const peer = parts.peer ?? nat
  const challenged = registrar.register(registerRequest(parts), peer)
  if (challenged.status !== 401) return challenged
  const authorization = answerChallenge({
    challenges: challenged.headers!['WWW-Authenticate'] as string[],
    method: 'REGISTER',
    uri: 'sip:parley.example',
    username: parts.user ?? 'desk',
    password: parts.password ?? 'secret',
    cnonce: 'abc',
    count: 1,
  })
  return registrar.register(registerRequest(parts, authorization), peer)
}

const contactsOf = (name = 'desk') => registrar.lookup(name).map((binding) => binding.contact)

describe('who may register', () => {
  it.each([
    ['a wrong password', { password: 'wrong' }, 401],
    ['a name that nobody has', { user: 'nobody', to: 'nobody' }, 401],
    ["another phone's address", { to: 'hall' }, 403],
    ['an address that is no phone', { to: 'kitchen' }, 404],
  ])('not somebody with %s', (_, parts, status) => {
    expect(register({ contact, ...parts }).status).toBe(status)
    expect(registrar.lookup('desk')).toEqual([])
    expect(registrar.lookup('hall')).toEqual([])
  })

  it('an answer to a challenge registers once', () => {
    const { headers } = registrar.register(registerRequest({ contact }), nat)
    const answer = answerChallenge({
      challenges: headers!['WWW-Authenticate'] as string[],
      method: 'REGISTER',
      uri: 'sip:parley.example',
      username: 'desk',
      password: 'secret',
      cnonce: 'abc',
      count: 1,
    })
    expect(registrar.register(registerRequest({ contact }, answer), nat).status).toBe(200)
    const replayed = registrar.register(registerRequest({ contact: '<sip:thief@192.0.2.66>' }, answer), nat)
    expect(replayed.status).toBe(401)
    expect(contactsOf()).toEqual(['sip:desk@10.0.0.7:5060'])
  })
})

describe('a registration', () => {
  it('lasts as long as was asked for, and is told with the seconds left', () => {
    expect(register({ contact, headers: { Expires: '120' } }).headers).toMatchObject({
      Contact: ['<sip:desk@10.0.0.7:5060>;expires=120'],
    })
    expect(registrar.lookup('desk')).toMatchObject([
      { contact: 'sip:desk@10.0.0.7:5060', q: 1, path: [], expiresAt: 1_700_000_120_000 },
    ])
    clock.advance(100_000)
    expect(register().headers).toMatchObject({ Contact: ['<sip:desk@10.0.0.7:5060>;expires=20'] })
    clock.advance(19_999)
    expect(contactsOf()).toHaveLength(1)
    clock.advance(1)
    expect(contactsOf()).toEqual([])
    expect(register().headers).not.toHaveProperty('Contact')
  })

  it('is of an hour at most, and when the phone does not say', () => {
    const expiresOf = (parts: Parts) => (register(parts).headers!['Contact'] as string[])[0]
    expect(expiresOf({ contact })).toMatch(/expires=3600/)
    expect(expiresOf({ contact, headers: { Expires: '86400' } })).toMatch(/expires=3600/)
    expect(expiresOf({ contact: `${contact};expires=300`, headers: { Expires: '60' } })).toMatch(
      /expires=300/,
    )
    expect(expiresOf({ contact: `${contact};expires=soon` })).toMatch(/expires=3600/)
  })

  it('too short a one gets 423 with the least there is', () => {
    expect(register({ contact: `${contact};expires=59` })).toMatchObject({
      status: 423,
      headers: { 'Min-Expires': '60' },
    })
    expect(contactsOf()).toEqual([])
  })

  it('is refreshed, not doubled, however the address is spelled', () => {
    register({ contact, headers: { Expires: '100' } })
    register({ contact: '<SIP:desk@10.0.0.7:5060;new=1>', headers: { Expires: '200' } })
    expect(registrar.lookup('desk')).toMatchObject([{ expiresAt: 1_700_000_200_000 }])
  })

  it('ends with expires=0, one contact or all', () => {
    register({ contact: [contact, '<sip:desk@10.0.0.8>', '<sip:desk@10.0.0.9>'] })
    register({ contact: '<sip:desk@10.0.0.8>;expires=0' })
    expect(contactsOf()).toEqual(['sip:desk@10.0.0.7:5060', 'sip:desk@10.0.0.9'])
    expect(register({ contact: '*', headers: { Expires: '0' } }).headers).not.toHaveProperty('Contact')
    expect(contactsOf()).toEqual([])
  })

  it('of several contacts is ordered by q, then the latest first', () => {
    register({ contact: ['<sip:a@10.0.0.1>;q=0.2', '<sip:b@10.0.0.2>;q=0.9', '<sip:c@10.0.0.3>;q=7'] })
    register({ contact: '<sip:d@10.0.0.4>' })
    expect(contactsOf()).toEqual(['sip:d@10.0.0.4', 'sip:c@10.0.0.3', 'sip:b@10.0.0.2', 'sip:a@10.0.0.1'])
    expect(register().headers!['Contact']).toContain('<sip:a@10.0.0.1>;expires=3600;q=0.2')
  })

  it('of a phone that restarted takes the place of the one before (RFC 5626)', () => {
    const device = '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"'
    register({ contact: `<sip:desk@10.0.0.7:41000>;${device}` })
    register({ contact: `<sip:desk@10.0.0.7:52000>;${device}`, callId: 'phone-2', cseq: 1 })
    expect(contactsOf()).toEqual(['sip:desk@10.0.0.7:52000'])
    register({ contact: '<sip:desk@10.0.0.7:60000>' })
    expect(contactsOf()).toHaveLength(2)
  })

  it('is not changed by a REGISTER that is older than it (RFC 3261 §10.3)', () => {
    register({ contact, cseq: 10 })
    expect(register({ contact: `${contact};expires=0`, cseq: 9 })).toMatchObject({ status: 500 })
    expect(register({ contact: '*', headers: { Expires: '0' }, cseq: 10 })).toMatchObject({ status: 500 })
    expect(contactsOf()).toHaveLength(1)
    expect(register({ contact: `${contact};expires=0`, cseq: 1, callId: 'phone-2' }).status).toBe(200)
    expect(contactsOf()).toEqual([])
  })

  it.each([
    ['a star beside a contact', ['*', contact], { Expires: '0' }],
    ['a star that does not expire', '*', { Expires: '60' }],
    ['a star without Expires', '*', {}],
    ['a contact that cannot be called', '<mailto:desk@example.com>', {}],
    ['a Path that is none', contact, { Path: 'nonsense <' }],
  ])('with %s gets 400, and changes nothing', (_, wrong, headers) => {
    register({ contact: '<sip:desk@10.0.0.1>' })
    expect(register({ contact: wrong, headers }).status).toBe(400)
    expect(contactsOf()).toEqual(['sip:desk@10.0.0.1'])
  })

  it('that requires an extension we have not gets 420', () => {
    expect(register({ contact, headers: { Require: 'outbound, path' } })).toMatchObject({
      status: 420,
      headers: { Unsupported: 'outbound' },
    })
  })

  it('has no more contacts than ten: those not refreshed for longest go', () => {
    for (let i = 0; i < 14; i++) register({ contact: `<sip:desk@10.0.0.${i}>` })
    expect(contactsOf()).toHaveLength(10)
    expect(contactsOf()[0]).toBe('sip:desk@10.0.0.13')
    const many = Array.from({ length: 11 }, (_, i) => `<sip:desk@10.0.1.${i}>`)
    expect(register({ contact: many }).status).toBe(403)
  })
})

describe('whatever a phone that knows its password sends', () => {
  const contacts = fc.constantFrom(
    contact,
    '*',
    '<sip:a@10.0.0.1>;expires=0',
    '<sip:a@10.0.0.1>;expires=4294967296;q=0.5',
    '<sip:a@10.0.0.1>;expires=;q=x;+sip.instance=""',
    '<sips:[::1]:5061>;+sip.instance="<urn:x>";reg-id=1',
    '<sip:a@[::1;transport=tcp>',
    '<tel:+1555>',
    'sip:bare@10.0.0.2;expires=70',
    '<sip:%zz@10.0.0.1>',
    '"unclosed <sip:a@b>',
  )
  const headers = fc.record(
    {
      Expires: fc.constantFrom('0', '1', '60', '4294967295', 'x', ''),
      Path: fc.constantFrom('<sip:edge.example;lr>', '<sip:192.0.2.9>', '<http://x>', ''),
      Require: fc.constantFrom('path', 'gruu', ''),
    },
    { requiredKeys: [] },
  )

  it('is answered, and leaves no more than ten bindings, none of them expired', () => {
    const statuses = new Set<number>()
    fc.assert(
      fc.property(
        fc.array(contacts, { maxLength: 4 }),
        headers,
        fc.nat(5),
        fc.nat(100_000),
        (values, given, number, ms) => {
          statuses.add(register({ contact: values, headers: given, cseq: number }).status)
          clock.advance(ms)
          const bindings = registrar.lookup('desk')
          expect(bindings.length).toBeLessThanOrEqual(10)
          for (const { expiresAt } of bindings) {
            expect(expiresAt).toBeGreaterThan(clock.now())
            expect(expiresAt).toBeLessThanOrEqual(clock.now() + 3_600_000)
          }
        },
      ),
      { seed: 7, numRuns: 2_000 },
    )
    expect([...statuses].sort()).toEqual([200, 400, 420, 423, 500])
  })
})

describe('where a phone is called', () => {
  it('by UDP where it registered from, whatever its contact says', () => {
    register({ contact })
    expect(registrar.lookup('desk')[0]!.hop).toEqual(nat)
    expect(registrar.hopTo('sip:desk@10.0.0.7:5060')).toEqual(nat)
    expect(registrar.hopTo('sip:desk@10.0.0.8:5060')).toBeUndefined()
    clock.advance(3_600_000)
    expect(registrar.hopTo('sip:desk@10.0.0.7:5060')).toBeUndefined()
  })

  it('by TCP on its connection, and at its contact once that is gone', () => {
    const peer: SipPeer = { transport: 'tcp', address: '10.0.0.7', port: 51_000, connection: 'tcp#1' }
    register({ contact: '<sip:desk@10.0.0.7:5066;transport=tcp>', peer })
    expect(registrar.lookup('desk')[0]!.hop).toEqual({ ...peer, port: 5066 })
  })

  it('through the proxies that its registration came by (RFC 3327)', () => {
    const path = ['<sip:edge@198.51.100.1:5070;lr>', '<sip:inner.example;lr>']
    const peer: SipPeer = { transport: 'udp', address: '198.51.100.1', port: 5060 }
    const { headers } = register({ contact, headers: { Path: path, Supported: 'path' }, peer })
    expect(headers).toMatchObject({ Path: path })
    expect(registrar.lookup('desk')[0]).toMatchObject({ path, hop: { address: '198.51.100.1', port: 5070 } })
  })
})

describe('onChange', () => {
  it('tells of everything that becomes of a phone', () => {
    const told: string[] = []
    const stop = registrar.onChange((name, bindings) =>
      told.push(`${name}: ${bindings.map((binding) => binding.contact).join(' ')}`),
    )
    register({ contact: [`${contact};expires=60`, '<sip:desk@10.0.0.8>;expires=90'] })
    register()
    clock.advance(60_000)
    clock.advance(30_000)
    register({ contact })
    stop()
    register({ contact: `${contact};expires=0` })
    expect(told).toEqual([
      'desk: sip:desk@10.0.0.7:5060 sip:desk@10.0.0.8',
      'desk: sip:desk@10.0.0.8',
      'desk: ',
      'desk: sip:desk@10.0.0.7:5060',
    ])
  })

  it('is silent after close, and no timer is left', () => {
    register({ contact })
    registrar.close()
    clock.advance(10_000_000)
    expect(registrar.lookup('desk')).toEqual([])
  })
})
