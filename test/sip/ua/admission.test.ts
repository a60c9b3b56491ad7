import { describe, expect, it } from 'vitest'
import { answerChallenge } from '../../../src/sip/digest/client.js'
import type { SipRequest } from '../../../src/sip/message.js'
import type { SipPeer } from '../../../src/sip/transport.js'
import { createSipEdge } from '../../../src/sip/ua/create-sip-edge.js'
import { offerOf } from '../sdp/offer-of.js'
import { Scene } from './scene.js'

const auth = { realm: 'parley', users: { alice: 'secret' } }

function credentials(challenges: readonly string[], password: string): string {
  return answerChallenge({
    challenges,
    method: 'INVITE',
    uri: 'sip:1000@192.0.2.100',
    username: 'alice',
    password,
    cnonce: 'c1',
    count: 1,
  })!
}

describe('callers', () => {
  it('are challenged, and let in with the password', () => {
    const scene = new Scene({ config: { auth } })
    const call = scene.phone.invite()
    scene.clock.advance(10)
    expect(call.statuses).toEqual([401])
    const challenges = call.last.headers.getAll('WWW-Authenticate')
    expect(challenges[0]).toContain('realm="parley"')

    const right = scene.phone.invite({ headers: { Authorization: credentials(challenges, 'secret') } })
    scene.clock.advance(10)
    expect(scene.calls).toHaveLength(1)
    expect(right.statuses).toEqual([])
    const wrong = scene.phone.invite({ headers: { Authorization: credentials(challenges, 'guess') } })
    scene.clock.advance(10)
    expect(wrong.statuses).toEqual([401])
    expect(scene.calls).toHaveLength(1)
  })

  it('are let in without one where they are trusted', () => {
    const scene = new Scene({ config: { auth, allow: [], trusts: (address) => address === '192.0.2.1' } })
    scene.phone.invite()
    scene.clock.advance(10)
    expect(scene.calls).toHaveLength(1)
  })

  it('are offered the algorithms configured, in that order', () => {
    const offered = (algorithms?: readonly ('MD5' | 'SHA-256')[]) => {
      const scene = new Scene({ config: { auth: { ...auth, ...(algorithms && { algorithms }) } } })
      const call = scene.phone.invite()
      scene.clock.advance(10)
      return call.last.headers.getAll('WWW-Authenticate').map((one) => /algorithm=([\w-]+)/.exec(one)![1])
    }
    expect(offered()).toEqual(['SHA-256', 'MD5'])
    expect(offered(['MD5'])).toEqual(['MD5'])
    expect(offered(['MD5', 'SHA-256'])).toEqual(['MD5', 'SHA-256'])
  })

  it('are told that only their nonce is stale', () => {
    const scene = new Scene({ config: { auth } })
    const call = scene.phone.invite()
    scene.clock.advance(400_000)
    const challenges = call.last.headers.getAll('WWW-Authenticate')
    const late = scene.phone.invite({ headers: { Authorization: credentials(challenges, 'secret') } })
    scene.clock.advance(10)
    expect(late.last.headers.get('WWW-Authenticate')).toContain('stale=true')
  })

  it('need no password from this machine, unless told otherwise', () => {
    const trusted = new Scene({ config: { auth, allow: ['198.51.100.0/24'] }, phoneAddress: '127.0.0.1' })
    trusted.phone.invite()
    trusted.clock.advance(10)
    expect(trusted.calls).toHaveLength(1)
    const strict = new Scene({ config: { auth, trustLoopback: false }, phoneAddress: '127.0.0.1' })
    const call = strict.phone.invite()
    strict.clock.advance(10)
    expect(call.statuses).toEqual([401])
  })

  it('must come from an address on the list', () => {
    const scene = new Scene({ config: { allow: ['198.51.100.0/24', '192.0.2.7'] } })
    const stranger = scene.phone.invite()
    const inside = scene.phone.request('BYE', {}, { to: '<sip:1000@192.0.2.100>;tag=x' })
    const friend = scene.addPhone('192.0.2.7', 3).invite()
    scene.clock.advance(10)
    expect(stranger.statuses).toEqual([403])
    expect(inside.map(({ status }) => status)).toEqual([403])
    expect(friend.statuses).toEqual([])
    expect(scene.calls).toHaveLength(1)
  })

  it('find a mistake in the list at start', () => {
    const make = (config: object) => () =>
      createSipEdge({ config: { listen: [], ...config }, onCall: () => ({}) as never })
    expect(make({ allow: ['10.0.0.0/33'] })).toThrow(/sip\.allow.*10\.0\.0\.0\/33/)
    expect(make({ localNetworks: ['lan'] })).toThrow(/sip\.localNetworks.*lan/)
  })
})

describe('REGISTER', () => {
  const asked: string[] = []
  const registrar = {
    hopTo: () => undefined,
    register: (request: SipRequest, peer: SipPeer) => {
      asked.push(`${request.method} ${peer.address}`)
      return { status: 200, headers: { Contact: ['<sip:a@192.0.2.1>;expires=60', '<sip:b@192.0.2.1>'] } }
    },
  }

  it('goes to the registrar, from an address that is let in', () => {
    const scene = new Scene({ registrar, config: { allow: ['192.0.2.1'] } })
    const stranger = scene.addPhone('192.0.2.7', 3).request('REGISTER')
    const [phone] = [scene.phone.request('REGISTER')]
    scene.clock.advance(10)
    expect(stranger.map(({ status }) => status)).toEqual([403])
    expect(phone.map(({ status }) => status)).toEqual([200])
    expect(phone[0]!.headers.getAll('Contact')).toHaveLength(2)
    expect(asked).toEqual(['REGISTER 192.0.2.1'])
  })

  it('is told of in OPTIONS', () => {
    const scene = new Scene({ registrar })
    const responses = scene.phone.request('OPTIONS')
    scene.clock.advance(10)
    expect(responses[0]!.headers.getAll('Allow')).toContain('REGISTER')
    expect(responses[0]!.headers.getAll('Supported')).toContain('path')
  })
})

describe('requests outside of dialogs', () => {
  const scene = new Scene()

  it.each([
    ['OPTIONS', {}, 200],
    ['REGISTER', {}, 405],
    ['SUBSCRIBE', {}, 405],
    ['MESSAGE', {}, 405],
    ['FROBNICATE', {}, 501],
    ['BYE', {}, 481],
    ['INFO', {}, 481],
    ['OPTIONS', { Require: 'gruu' }, 420],
  ])('%s %j: %d', (method, headers, status) => {
    const responses = scene.phone.request(method, headers)
    scene.clock.advance(10)
    expect(responses.map((response) => response.status)).toEqual([status])
  })

  it('tells in OPTIONS what it can do', () => {
    const responses = scene.phone.request('OPTIONS')
    scene.clock.advance(10)
    const { headers } = responses[0]!
    expect(headers.getAll('Allow')).toEqual([
      'INVITE',
      'ACK',
      'CANCEL',
      'BYE',
      'OPTIONS',
      'PRACK',
      'UPDATE',
      'INFO',
      'REFER',
      'NOTIFY',
    ])
    expect(headers.getAll('Supported')).toEqual(['100rel', 'norefersub', 'replaces', 'timer'])
    expect(headers.getAll('Accept')[0]).toBe('application/sdp')
    expect(headers.get('Server')).toBe('Parley')
  })

  it.each([
    [{ uri: 'http://192.0.2.100' }, 416],
    [{ headers: { 'Content-Type': 'text/plain' } }, 415],
    [{ headers: { 'Content-Encoding': 'gzip' } }, 415],
    [{ headers: { Require: '100rel, path' } }, 420],
    [{ headers: { Contact: '' } }, 400],
  ])('refuses INVITE %j with %d', (parts, status) => {
    const call = scene.phone.invite(parts)
    scene.clock.advance(10)
    expect(call.last.status).toBe(status)
    expect(scene.calls).toEqual([])
  })

  it('takes tel: numbers and optional bodies', () => {
    const other = new Scene()
    other.phone.invite({ uri: 'tel:+15550123' })
    other.phone.invite({
      offer: 'text',
      headers: { 'Content-Type': 'text/plain', 'Content-Disposition': 'render;handling=optional' },
    })
    other.clock.advance(10)
    expect(other.calls.map(({ call }) => call.dialled)).toEqual(['+15550123', '1000'])
    expect(other.calls[1]?.call.offer).toBeUndefined()
  })
})

describe('load', () => {
  it('beyond the limit gets 503 with Retry-After; calls in progress go on', () => {
    const scene = new Scene({ config: { maxDialogs: 1, retryAfterSeconds: 7 } })
    const first = scene.established()
    const second = scene.phone.invite()
    scene.clock.advance(10)
    expect(second.last.status).toBe(503)
    expect(second.last.headers.get('Retry-After')).toBe('7')
    first.request('BYE')
    scene.clock.advance(20)
    scene.phone.invite()
    scene.clock.advance(10)
    expect(scene.calls).toHaveLength(2)
  })

  it('is refused while draining; calls in progress can still change', () => {
    const scene = new Scene()
    const call = scene.established()
    scene.edge.drain()
    const options = scene.phone.request('OPTIONS')
    const invite = scene.phone.invite()
    const hold = call.request('INVITE', {}, offerOf({ attributes: ['sendonly'] }))
    scene.clock.advance(20)
    expect([options[0]?.status, invite.last.status, hold[0]?.status]).toEqual([503, 503, 200])
    expect(options[0]?.headers.get('Retry-After')).toBe('10')
  })
})
