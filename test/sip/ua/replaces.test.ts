import { describe, expect, it } from 'vitest'
import { tagOf } from '../../../src/sip/name-addr.js'
import { parseReplaces, replacesOfUri } from '../../../src/sip/ua/replaces/replaces-header.js'
import { callee, MadeCall, settle } from './callee.js'
import type { PhoneCall } from './phone.js'
import { answerFor, Scene } from './scene.js'

describe('the value of Replaces', () => {
  it('names a dialog from the view of whoever gets it', () => {
    const value = '98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff'
    expect(parseReplaces(value)).toEqual({
      key: '98732@sip.example.com\nff87ff\nr33th4x0r',
      earlyOnly: false,
    })
    expect(parseReplaces('a;to-tag=b;from-tag=0;early-only')).toEqual({ key: 'a\nb\n', earlyOnly: true })
  })

  it.each([
    '',
    'a',
    'a;to-tag=b',
    'a;from-tag=b',
    ';to-tag=a;from-tag=b',
    'a;to-tag=;from-tag=b',
    'a;to-tag=b;to-tag=c;from-tag=d',
    'a b;to-tag=c;from-tag=d',
  ])('"%s" is none', (value) => {
    expect(parseReplaces(value)).toBeUndefined()
  })

  it('stands among the headers of a URI', () => {
    expect(replacesOfUri('X-A=1&replaces=a%40h%3Bto-tag%3Db%3Bfrom-tag%3Dc')).toBe('a@h;to-tag=b;from-tag=c')
    expect(replacesOfUri('X-A=1')).toBeUndefined()
    expect(replacesOfUri('Replaces=%zz')).toBeUndefined()
  })
})

/** How a phone's call is named to others. */
function named({ last: { headers } }: PhoneCall): string {
  return `${headers.get('Call-ID')};to-tag=${tagOf(headers.get('To'))};from-tag=${tagOf(headers.get('From'))}`
}

describe('an INVITE with Replaces', () => {
  it('tells whose place it takes; its owner hangs that call up', () => {
    const scene = new Scene()
    const first = scene.established()
    const other = scene.addPhone('192.0.2.2', 5)
    const second = other.invite({ headers: { Replaces: named(first), Require: 'replaces' } })
    scene.clock.advance(20)
    const [old, young] = scene.calls
    expect(young!.call.replaces).toBe(old!.call.id)
    young!.call.accept(answerFor(young!.call))
    old!.call.hangup()
    scene.clock.advance(20)
    expect(second.last.status).toBe(200)
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['BYE'])
    expect(scene.edge.callNamed(named(second))).toBe(young!.call.id)
  })

  it('takes the place of a call that rings at a phone, also where only such may be replaced', async () => {
    const scene = new Scene({ resolve: async () => [{ transport: 'udp', address: '192.0.2.1', port: 5060 }] })
    const rung = callee(scene.phone, (ringing) => ringing.respond(180))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    const tags = `to-tag=${tagOf(rung[0]!.invite.headers.get('From'))};from-tag=${rung[0]!.tag}`
    const other = scene.addPhone('192.0.2.2', 5)
    other.invite({ headers: { Replaces: `${made.call.callId};${tags};early-only` } })
    await settle(scene)
    expect(scene.seen.call.replaces).toBe(made.call.id)
  })

  it.each([
    ['names nothing', () => 'x@y;to-tag=a;from-tag=b', 481],
    ['cannot be read', () => 'x@y', 400],
    ['would replace only a call that is not answered', (call: PhoneCall) => `${named(call)};early-only`, 486],
  ])('that %s is refused', (_, replaces, status) => {
    const scene = new Scene()
    const call = scene.established()
    const refused = scene.addPhone('192.0.2.2', 5).invite({ headers: { Replaces: replaces(call) } })
    scene.clock.advance(20)
    expect(refused.last.status).toBe(status)
    expect(scene.calls).toHaveLength(1)
  })

  it('is refused twice over: two of them', () => {
    const scene = new Scene()
    const call = scene.established()
    const refused = scene.phone.invite({ headers: { Replaces: [named(call), named(call)] } })
    scene.clock.advance(20)
    expect(refused.last.status).toBe(400)
  })

  it('is declined for a call that is over, and not known after a while', () => {
    const scene = new Scene()
    const call = scene.established()
    const other = scene.addPhone('192.0.2.2', 5)
    const replaces = named(call)
    call.request('BYE')
    scene.clock.advance(1000)
    const declined = other.invite({ headers: { Replaces: replaces } })
    scene.clock.advance(20)
    expect(declined.last.status).toBe(603)
    scene.clock.advance(40_000)
    const unknown = other.invite({ headers: { Replaces: replaces } })
    scene.clock.advance(20)
    expect(unknown.last.status).toBe(481)
  })

  it('has no say in a call that we have not answered', () => {
    const scene = new Scene()
    const waiting = scene.phone.invite()
    scene.clock.advance(20)
    scene.seen.call.ring()
    scene.clock.advance(20)
    const refused = scene.addPhone('192.0.2.2', 5).invite({ headers: { Replaces: named(waiting) } })
    scene.clock.advance(20)
    expect(refused.last.status).toBe(481)
  })
})
