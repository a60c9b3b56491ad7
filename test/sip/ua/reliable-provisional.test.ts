import { describe, expect, it } from 'vitest'
import { offerOf } from '../sdp/offer-of.js'
import { answerFor, local, Scene } from './scene.js'

const require = { Require: '100rel' }

function ringing(parts: Parameters<Scene['phone']['invite']>[0] = {}) {
  const scene = new Scene()
  const call = scene.phone.invite({ headers: require, ...parts })
  scene.clock.advance(10)
  scene.seen.call.ring()
  return { scene, call, start: scene.clock.now() }
}

/** A call with early media, and how to acknowledge it. */
function early() {
  const scene = new Scene()
  const call = scene.phone.invite({ headers: require })
  scene.clock.advance(10)
  scene.seen.call.progress(answerFor(scene.seen.call))
  scene.clock.advance(10)
  const prack = (sdp = '') => {
    const responses = call.request(
      'PRACK',
      { RAck: `${call.responses[0]?.headers.get('RSeq')} 1 INVITE` },
      sdp,
    )
    scene.clock.advance(20)
    return responses[0]
  }
  return { scene, call, prack }
}

describe('reliable early media', () => {
  it('holds the 200 back until its PRACK', () => {
    const { scene, call, prack } = early()
    scene.seen.call.accept(answerFor(scene.seen.call), [['X-A', '1']])
    scene.clock.advance(3000)
    expect(call.statuses).toEqual([183, 183, 183])
    expect(prack()?.status).toBe(200)
    expect(call.last.status).toBe(200)
    expect(call.last.headers.get('X-A')).toBe('1')
    expect(String(call.last.body)).toBe(String(call.responses[0]?.body))
    const sent = scene.network.sentBy(local.address).slice(-2)
    expect(sent).toEqual(['200 PRACK', '200 INVITE'])
  })

  it('can be cancelled while the 200 is held back', () => {
    const { scene, call, prack } = early()
    scene.seen.call.accept(answerFor(scene.seen.call))
    call.cancel()
    scene.clock.advance(20)
    expect(call.last.status).toBe(487)
    prack()
    scene.clock.advance(1000)
    expect(call.last.status).toBe(487)
    expect(scene.seen.ends).toMatchObject([{ by: 'peer', reason: 'canceled', status: 487 }])
  })

  it('takes the next offer in the PRACK, and in an UPDATE; the 200 says what holds', () => {
    const { scene, call, prack } = early()
    const pracked = prack(offerOf({ attributes: ['sendonly'] }))
    expect(pracked?.status).toBe(200)
    expect(String(pracked?.body)).toContain('a=recvonly')
    const update = call.request('UPDATE', {}, offerOf({ attributes: ['inactive'] }))
    scene.clock.advance(20)
    expect(String(update[0]?.body)).toContain('a=inactive')
    const invite = call.request('INVITE', {}, offerOf())
    scene.clock.advance(20)
    expect(invite[0]?.status).toBe(500)
    scene.seen.call.accept(answerFor(scene.seen.call))
    scene.clock.advance(20)
    expect(String(call.last.body)).toBe(String(update[0]?.body))
    expect(scene.seen.offers).toHaveLength(2)
  })

  it('refuses an offer in the PRACK that cannot be met, which still acknowledges', () => {
    const { scene, call, prack } = early()
    expect(prack(offerOf({ protocol: 'RTP/SAVP' }))?.status).toBe(488)
    scene.clock.advance(5000)
    expect(call.statuses).toEqual([183])
  })
})

describe('100rel', () => {
  it('takes no offer in the PRACK before there was an answer', () => {
    const { scene, call } = ringing()
    scene.clock.advance(10)
    const rack = `${call.responses[0]?.headers.get('RSeq')} 1 INVITE`
    const prack = call.request('PRACK', { RAck: rack }, offerOf())
    scene.clock.advance(20)
    expect(prack[0]?.status).toBe(500)
    expect(scene.seen.offers).toEqual([])
  })

  it('repeats the 180 with doubling intervals until the PRACK', () => {
    const { scene, call, start } = ringing()
    scene.clock.advance(4000)
    expect(scene.network.timesOf('180 INVITE').map((at) => at - start)).toEqual([0, 500, 1500, 3500])
    const rseq = call.responses[0]?.headers.get('RSeq')
    expect(call.responses[0]?.headers.getAll('Require')).toEqual(['100rel'])
    const prack = call.request('PRACK', { RAck: `${rseq} 1 INVITE` })
    scene.clock.advance(30_000)
    expect(prack.map(({ status }) => status)).toEqual([200])
    expect(scene.network.timesOf('180 INVITE')).toHaveLength(4)
    const again = call.request('PRACK', { RAck: `${rseq} 1 INVITE` })
    scene.clock.advance(10)
    expect(again[0]?.status).toBe(481)
  })

  it.each([['1 1 INVITE'], ['x'], ['0 INVITE'], ['']])('does not know RAck %j', (rack) => {
    const { scene, call } = ringing()
    scene.clock.advance(10)
    const prack = call.request('PRACK', { RAck: rack })
    scene.clock.advance(10)
    expect(prack[0]?.status).toBe(481)
  })

  it('refuses the call when no PRACK comes', () => {
    const { scene, call, start } = ringing()
    scene.clock.advance(32_100)
    expect(scene.network.timesOf('180 INVITE').map((at) => at - start)).toEqual([
      0, 500, 1500, 3500, 7500, 15500, 31500,
    ])
    expect(call.last.status).toBe(504)
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'transport' }])
  })

  it('stops with the 200, and still takes the PRACK', () => {
    const { scene, call } = ringing()
    scene.clock.advance(10)
    scene.seen.call.accept(answerFor(scene.seen.call))
    const prack = call.request('PRACK', { RAck: `${call.responses[0]?.headers.get('RSeq')} 1 INVITE` })
    scene.clock.advance(5000)
    expect(scene.network.timesOf('180 INVITE')).toHaveLength(1)
    expect(prack[0]?.status).toBe(200)
    expect(call.last.status).toBe(200)
  })

  it('numbers a second 180 and holds it until the first is acknowledged', () => {
    const { scene, call } = ringing()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(10)
    const first = Number(call.responses[0]?.headers.get('RSeq'))
    expect(call.responses).toHaveLength(1)
    call.request('PRACK', { RAck: `${first} 1 INVITE` })
    scene.clock.advance(20)
    expect(Number(call.last.headers.get('RSeq'))).toBe(first + 1)
  })

  it('rings silently where the INVITE brought no offer: the 200 carries ours', () => {
    const { scene, call } = ringing({ offer: null })
    scene.clock.advance(1000)
    scene.seen.call.accept(answerFor(scene.seen.call))
    scene.clock.advance(20)
    expect(call.statuses).toEqual([100, 200])
  })

  it('is not used with a peer that only supports it', () => {
    const { scene, call } = ringing({ headers: { Supported: '100rel' } })
    scene.clock.advance(5000)
    expect(call.statuses).toEqual([180])
    expect(call.last.headers.get('RSeq')).toBeUndefined()
    expect(scene.network.timesOf('180 INVITE')).toHaveLength(1)
  })
})
