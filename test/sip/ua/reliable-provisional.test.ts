import { describe, expect, it } from 'vitest'
import { answerFor, Scene } from './scene.js'

const require = { Require: '100rel' }

function ringing(parts: Parameters<Scene['phone']['invite']>[0] = {}) {
  const scene = new Scene()
  const call = scene.phone.invite({ headers: require, ...parts })
  scene.clock.advance(10)
  scene.seen.call.ring()
  return { scene, call, start: scene.clock.now() }
}

describe('100rel', () => {
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
