import { describe, expect, it } from 'vitest'
import { createResponse } from '../../../src/sip/build.js'
import { offerOf } from '../sdp/offer-of.js'
import { Scene } from './scene.js'

const allow = { Allow: 'INVITE, ACK, BYE, UPDATE' }

/** A call with these timer headers in its INVITE; the phone's answer is what the 200 said. */
function timed(headers: Record<string, string>, config = {}) {
  const scene = new Scene({ config })
  const call = scene.established({ headers })
  return { scene, call, sessionExpires: call.last.headers.get('Session-Expires') }
}

describe('session timers', () => {
  it.each([
    // Supported, Session-Expires, Min-SE → Session-Expires of the 200, Require
    ['timer', '600', undefined, '600;refresher=uac', ['timer']],
    ['timer', '600;refresher=uas', undefined, '600;refresher=uas', []],
    ['timer', '600;refresher=uac', undefined, '600;refresher=uac', ['timer']],
    ['timer', '7200', undefined, '1800;refresher=uac', ['timer']],
    ['timer', '7200', '3600', '3600;refresher=uac', ['timer']],
    ['timer', undefined, undefined, '1800;refresher=uac', ['timer']],
    ['timer', 'soon', undefined, '1800;refresher=uac', ['timer']],
    [undefined, '600', undefined, '600;refresher=uas', []],
    [undefined, undefined, undefined, undefined, []],
  ])('Supported %s, Session-Expires %s, Min-SE %s: %s', (supported, expires, minSe, answer, require) => {
    const headers = { Supported: supported, 'Session-Expires': expires, 'Min-SE': minSe }
    const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const { call, sessionExpires } = timed(Object.fromEntries(given))
    expect(sessionExpires).toBe(answer)
    expect(call.last.headers.getAll('Require')).toEqual(require)
  })

  it('refuses too short an interval with 422 and Min-SE', () => {
    const scene = new Scene({ config: { sessionTimers: { intervalSeconds: 1800, minSeconds: 120 } } })
    const call = scene.phone.invite({ headers: { Supported: 'timer', 'Session-Expires': '100' } })
    scene.clock.advance(10)
    expect(call.last.status).toBe(422)
    expect(call.last.headers.get('Min-SE')).toBe('120')
    expect(scene.calls).toEqual([])
  })

  it('can be off', () => {
    const { call, scene, sessionExpires } = timed(
      { Supported: 'timer', 'Session-Expires': '90' },
      { sessionTimers: false },
    )
    expect(sessionExpires).toBeUndefined()
    expect(call.last.headers.getAll('Supported')).not.toContain('timer')
    scene.clock.advance(200_000)
    expect(scene.seen.ends).toEqual([])
  })

  it('refreshes by UPDATE at half of the interval, again and again', () => {
    const { scene } = timed({ ...allow, Supported: 'timer', 'Session-Expires': '200;refresher=uas' })
    scene.phone.answer = (request, transaction) =>
      transaction.respond(
        createResponse(request, 200, undefined, {
          headers: { 'Session-Expires': request.headers.get('Session-Expires') ?? '' },
        }),
      )
    scene.clock.advance(450_000)
    const updates = scene.phone.received
    expect(updates.map(({ method }) => method)).toEqual(['UPDATE', 'UPDATE', 'UPDATE', 'UPDATE'])
    expect(updates[0]?.headers.get('Session-Expires')).toBe('200;refresher=uac')
    expect(updates[0]?.body).toHaveLength(0)
    expect(scene.seen.ends).toEqual([])
  })

  it('refreshes by re-INVITE with the same description where the peer has no UPDATE', async () => {
    const { scene } = timed({ 'Session-Expires': '200' })
    scene.phone.answer = (request, transaction) =>
      transaction.respond(createResponse(request, 200, undefined, { body: offerOf() }))
    await scene.clock.run(320_000, 1000)
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['INVITE', 'INVITE', 'INVITE'])
    expect(scene.phone.received[0]?.body.toString()).toContain('o=- 7 1 ')
    expect(scene.seen.ends).toEqual([])
  })

  it('turns to re-INVITE when UPDATE is not taken after all, and to a longer interval on 422', async () => {
    const { scene } = timed({ ...allow, 'Session-Expires': '200' })
    const answers: Record<string, number> = { UPDATE: 405, INVITE: 200, BYE: 200 }
    scene.phone.answer = (request, transaction) =>
      transaction.respond(createResponse(request, answers[request.method]!, undefined, { body: offerOf() }))
    await scene.clock.run(110_000, 1000)
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['UPDATE', 'INVITE'])

    const longer = timed({ ...allow, 'Session-Expires': '200' }).scene
    longer.phone.answer = (request, transaction) => {
      const small = request.headers.get('Session-Expires')?.startsWith('200')
      transaction.respond(
        createResponse(request, small ? 422 : 200, undefined, { headers: { 'Min-SE': '400' } }),
      )
    }
    longer.clock.advance(110_000)
    const intervals = longer.phone.received.map(({ headers }) => headers.get('Session-Expires'))
    expect(intervals).toEqual(['200;refresher=uac', '400;refresher=uac'])
  })

  it('ends the call with a Reason when the peer does not refresh', () => {
    const { scene } = timed({ Supported: 'timer', 'Session-Expires': '90' })
    scene.clock.advance(59_000)
    expect(scene.seen.ends).toEqual([])
    scene.clock.advance(2000)
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'session-expired' }])
    const [bye] = scene.phone.received
    expect(bye?.method).toBe('BYE')
    expect(bye?.headers.get('Reason')).toBe('SIP;cause=408;text="Session timer expired"')
  })

  it('goes on when the peer refreshes, by re-INVITE or UPDATE', () => {
    const { scene, call } = timed({ Supported: 'timer', 'Session-Expires': '90' })
    const refresh = { Supported: 'timer', 'Session-Expires': '90;refresher=uac' }
    for (const method of ['INVITE', 'UPDATE', 'INVITE', 'UPDATE']) {
      scene.clock.advance(45_000)
      call.request(method, refresh, method === 'INVITE' ? offerOf() : '')
    }
    scene.clock.advance(45_000)
    expect(scene.seen.ends).toEqual([])
    scene.clock.advance(20_000)
    expect(scene.seen.ends).toMatchObject([{ reason: 'session-expired' }])
  })

  it('refuses a refresh that is too short', () => {
    const { scene, call } = timed({ Supported: 'timer', 'Session-Expires': '600' })
    const [invite, update] = ['INVITE', 'UPDATE'].map((method) =>
      call.request(method, { Supported: 'timer', 'Session-Expires': '30' }),
    )
    scene.clock.advance(20)
    expect([invite?.[0]?.status, update?.[0]?.status]).toEqual([422, 422])
  })

  it('ends the call when our refresh finds nobody', () => {
    const { scene } = timed({ ...allow, 'Session-Expires': '200' })
    scene.network.loses = () => true
    scene.clock.advance(140_000)
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'transport', detail: 'timeout' }])
  })

  it('tries a refused refresh again until the session expires', () => {
    const { scene } = timed({ ...allow, 'Session-Expires': '200' })
    scene.phone.answer = (request, transaction) =>
      transaction.respond(createResponse(request, request.method === 'BYE' ? 200 : 500))
    scene.clock.advance(170_000)
    const methods = scene.phone.received.map(({ method }) => method)
    expect(methods.filter((method) => method === 'UPDATE')).toHaveLength(7)
    expect(methods.at(-1)).toBe('BYE')
    expect(scene.seen.ends).toMatchObject([{ reason: 'session-expired' }])
  })
})
