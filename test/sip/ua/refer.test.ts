import { describe, expect, it } from 'vitest'
import { createResponse } from '../../../src/sip/build.js'
import type { IncomingRefer, ReferOutcome } from '../../../src/sip/call.js'
import type { PhoneCall } from './phone.js'
import { Scene } from './scene.js'

/** A call that is up, whose edge takes REFERs into `refers`. */
function established(taken = true) {
  const refers: IncomingRefer[] = []
  const scene = new Scene(taken ? { referred: (refer) => void refers.push(refer) } : {})
  const call = scene.established()
  return { scene, call, refers }
}

function notify(call: PhoneCall, status: number, state: string) {
  const headers = {
    Event: 'refer',
    'Subscription-State': state,
    'Content-Type': 'message/sipfrag;version=2.0',
  }
  return call.request('NOTIFY', headers, `SIP/2.0 ${status} Whatever\r\n`)
}

describe('a REFER of ours', () => {
  it('is over when the peer tells how the call went', async () => {
    const { scene, call } = established()
    scene.phone.answer = (request, transaction) =>
      transaction.respond(createResponse(request, request.method === 'REFER' ? 202 : 200))
    const outcome = scene.seen.call.refer('sip:carol@192.0.2.7', [['Referred-By', '<sip:us@192.0.2.100>']])
    scene.clock.advance(20)
    const refer = scene.phone.received.at(-1)!
    expect(refer.method).toBe('REFER')
    expect(refer.headers.get('Refer-To')).toBe('<sip:carol@192.0.2.7>')
    expect(refer.headers.get('Referred-By')).toBe('<sip:us@192.0.2.100>')
    const responses = [
      notify(call, 100, 'active;expires=60'),
      notify(call, 200, 'terminated;reason=noresource'),
    ]
    scene.clock.advance(20)
    expect(responses.map(([response]) => response?.status)).toEqual([200, 200])
    expect(await outcome).toEqual({ status: 202, notified: 200 })
    const [late] = [notify(call, 200, 'terminated')]
    scene.clock.advance(20)
    expect(late[0]?.status).toBe(481)
  })

  it.each([
    [
      'refused',
      (scene: Scene) => {
        scene.phone.answer = (request, transaction) => transaction.respond(createResponse(request, 603))
      },
      { status: 603, notified: undefined },
    ],
    [
      'answered by nobody',
      (scene: Scene) => {
        scene.network.loses = () => true
      },
      { status: 408, notified: undefined },
    ],
  ])('is over when it is %s', async (_, prepare, expected: ReferOutcome) => {
    const { scene } = established()
    prepare(scene)
    const outcome = scene.seen.call.refer('sip:carol@192.0.2.7')
    scene.clock.advance(40_000)
    expect(await outcome).toEqual(expected)
  })

  it('is over with the call, and tells what was known', async () => {
    const { scene, call } = established()
    scene.phone.answer = (request, transaction) =>
      transaction.respond(createResponse(request, request.method === 'REFER' ? 202 : 200))
    const outcome = scene.seen.call.refer('sip:carol@192.0.2.7')
    const second = scene.seen.call.refer('sip:dave@192.0.2.7')
    scene.clock.advance(20)
    notify(call, 180, 'active')
    scene.clock.advance(20)
    call.request('BYE')
    scene.clock.advance(20)
    expect(await outcome).toEqual({ status: 202, notified: 180 })
    expect(await second).toEqual({ status: 491, notified: undefined })
    expect(await scene.seen.call.refer('sip:x@192.0.2.7')).toMatchObject({ status: 481 })
  })
})

describe('a REFER of the peer', () => {
  it('is taken, and the peer hears how the call goes on', () => {
    const { scene, call, refers } = established()
    const headers = {
      'Refer-To': '<sip:carol@192.0.2.7?Replaces=1%40x>',
      'Referred-By': '<sip:alice@192.0.2.1>',
    }
    const responses = call.request('REFER', headers)
    scene.clock.advance(20)
    expect(refers[0]).toMatchObject({
      target: 'sip:carol@192.0.2.7?Replaces=1%40x',
      referredBy: '<sip:alice@192.0.2.1>',
    })
    const { progress } = refers[0]!.accept()
    scene.clock.advance(20)
    progress(180)
    progress(200)
    scene.clock.advance(20)
    expect(responses.map(({ status }) => status)).toEqual([202])
    const notifies = scene.phone.received.filter(({ method }) => method === 'NOTIFY')
    expect(notifies.map(({ body }) => body.toString().trim())).toEqual([
      'SIP/2.0 100 Trying',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 200 OK',
    ])
    expect(notifies.map((one) => one.headers.get('Subscription-State'))).toEqual([
      'active;expires=180',
      'active;expires=180',
      'terminated;reason=noresource',
    ])
    expect(new Set(notifies.map((one) => one.headers.get('Event'))).size).toBe(1)
  })

  it('hears nothing where it wants no subscription (RFC 4488)', () => {
    const { scene, call, refers } = established()
    const responses = call.request('REFER', { 'Refer-To': '<sip:carol@192.0.2.7>', 'Refer-Sub': 'false' })
    scene.clock.advance(20)
    refers[0]!.accept().progress(200)
    scene.clock.advance(20)
    expect(responses[0]?.status).toBe(202)
    expect(responses[0]?.headers.get('Refer-Sub')).toBe('false')
    expect(scene.phone.received.filter(({ method }) => method === 'NOTIFY')).toEqual([])
  })

  it('is refused where nobody takes it, and where it says not whom to call', () => {
    const { scene, call, refers } = established()
    const refused = call.request('REFER', { 'Refer-To': '<sip:carol@192.0.2.7>' })
    scene.clock.advance(20)
    refers[0]!.reject(603)
    refers[0]!.reject(500)
    const without = call.request('REFER')
    const broken = call.request('REFER', { 'Refer-To': '<carol' })
    scene.clock.advance(20)
    expect([refused, without, broken].map(([response]) => response?.status)).toEqual([603, 400, 400])

    const other = established(false)
    const untaken = other.call.request('REFER', { 'Refer-To': '<sip:carol@192.0.2.7>' })
    other.scene.clock.advance(20)
    expect(untaken[0]?.status).toBe(603)
  })
})
