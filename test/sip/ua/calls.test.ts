import { describe, expect, it } from 'vitest'
import { offerOf } from '../sdp/offer-of.js'
import { answerFor, Scene } from './scene.js'

describe('a call', () => {
  it('rings, is answered, and the caller hangs up', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    const { seen } = scene
    seen.call.ring()
    scene.clock.advance(1000)
    seen.call.accept(answerFor(seen.call))
    scene.clock.advance(10)
    expect(call.statuses).toEqual([180, 200])
    expect(seen.answers).toEqual([undefined])

    const bye = call.request('BYE', { Reason: 'Q.850;cause=16' })
    scene.clock.advance(10)
    expect(bye.map(({ status }) => status)).toEqual([200])
    expect(seen.ends).toEqual([{ by: 'peer', reason: 'bye', detail: 'Q.850;cause=16' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('tells who calls whom', () => {
    const scene = new Scene()
    scene.phone.invite({
      uri: 'sip:+15550199@192.0.2.100;user=phone',
      headers: {
        Diversion: ['<sip:+15550111@pbx.example>;reason=no-answer', '<sip:+15550222@pbx.example>'],
        'X-Account': '42',
      },
    })
    scene.clock.advance(10)
    const { call } = scene.seen
    expect(call).toMatchObject({
      callId: 'call-1@192.0.2.1',
      dialled: '+15550199',
      from: { displayName: 'Alice', user: '+15550100', uri: 'sip:+15550100@192.0.2.1' },
      to: { displayName: '', user: '1000' },
      divertedFrom: '+15550111',
      peer: { transport: 'udp', address: '192.0.2.1', port: 5060 },
    })
    expect(call.offer).toContain('m=audio 4000')
    expect(call.headers).toContainEqual(['X-Account', '42'])
  })

  it('is hung up by us, with a BYE to the Contact along the route set', () => {
    const scene = new Scene()
    const phone = scene.addPhone('192.0.2.9', 9)
    const call = phone.invite({
      headers: { 'Record-Route': ['<sip:192.0.2.9:5060;lr>', '<sip:192.0.2.8;lr>'] },
    })
    scene.clock.advance(10)
    scene.seen.call.accept(answerFor(scene.seen.call))
    scene.clock.advance(20)
    expect(call.last.headers.getAll('Record-Route')).toEqual([
      '<sip:192.0.2.9:5060;lr>',
      '<sip:192.0.2.8;lr>',
    ])
    scene.seen.call.hangup()
    scene.clock.advance(20)
    const [bye] = phone.received
    expect(bye).toMatchObject({ method: 'BYE', uri: 'sip:alice@192.0.2.9:5060' })
    expect(bye?.headers.getAll('Route')).toEqual(['<sip:192.0.2.9:5060;lr>', '<sip:192.0.2.8;lr>'])
    expect(scene.seen.ends).toEqual([{ by: 'relay', reason: 'bye', detail: 'BYE' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is refused, with Retry-After', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.reject(486, 'Busy\r\nX: injected', 7.2)
    scene.clock.advance(10)
    expect(call.last).toMatchObject({ status: 486, reason: 'Busy X: injected' })
    expect(call.last.headers.get('Retry-After')).toBe('8')
    expect(scene.seen.ends).toMatchObject([
      { by: 'relay', reason: 'refused', status: 486, detail: '486 Busy X: injected' },
    ])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('carries what the application adds, but nothing that would lead it astray', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    const headers = [
      ['X-Account', '42'],
      ['X-Account', '43'],
      ['To', '<sip:other@example.com>'],
      ['i', 'other'],
      ['Bad name', 'x'],
    ] as const
    scene.seen.call.accept(answerFor(scene.seen.call), headers)
    scene.clock.advance(10)
    expect(call.last.headers.getAll('X-Account')).toEqual(['42', '43'])
    expect(call.last.headers.get('Call-ID')).toBe('call-1@192.0.2.1')
    expect(call.last.headers.get('Bad name')).toBeUndefined()
    scene.seen.call.hangup([['X-Reason', 'done']])
    scene.clock.advance(20)
    expect(scene.phone.received[0]?.headers.get('X-Reason')).toBe('done')

    const refused = scene.phone.invite()
    scene.clock.advance(10)
    scene.calls[1]!.call.reject(403, undefined, undefined, [['X-Why', 'no account']])
    scene.clock.advance(10)
    expect(refused.last.headers.get('X-Why')).toBe('no account')
  })

  it('sounds before the answer: 183 with the answer, said again with the 200', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    const { seen } = scene
    seen.call.progress(answerFor(seen.call))
    scene.clock.advance(61_000)
    seen.call.accept(answerFor(seen.call))
    scene.clock.advance(10)
    expect(call.statuses).toEqual([183, 183, 200])
    const [first, again, ok] = call.responses.map(({ body }) => String(body))
    expect(first).toContain('m=audio 17000')
    expect([again, ok]).toEqual([first, first])
  })

  it('without an offer only rings before the answer', () => {
    const scene = new Scene()
    const call = scene.phone.invite({ offer: null })
    scene.clock.advance(10)
    scene.seen.call.progress('v=0')
    scene.clock.advance(10)
    expect(call.statuses).toEqual([180])
    expect(call.last.body).toHaveLength(0)
  })

  it('is refused from within the handler', () => {
    const scene = new Scene({ onCall: (call) => call.reject(404) })
    const call = scene.phone.invite()
    scene.clock.advance(10)
    expect(call.statuses).toEqual([404])
    expect(scene.seen.ends).toHaveLength(1)
  })

  it('is cancelled before the answer', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(10)
    call.cancel()
    scene.clock.advance(20)
    expect(call.statuses).toEqual([180, 487])
    expect(scene.seen.ends).toMatchObject([{ by: 'peer', reason: 'canceled' }])
    scene.seen.call.accept('too late')
    scene.seen.call.ring()
    scene.seen.call.hangup()
    scene.clock.advance(100)
    expect(call.statuses).toEqual([180, 487])
    expect(scene.seen.ends).toHaveLength(1)
  })

  it('is ended by a BYE before the answer', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(10)
    const bye = call.request('BYE')
    scene.clock.advance(10)
    expect(bye[0]?.status).toBe(200)
    expect(call.statuses).toEqual([180, 487])
    expect(scene.seen.ends).toMatchObject([{ by: 'peer', reason: 'bye' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('expires as the caller said', () => {
    const scene = new Scene()
    const call = scene.phone.invite({ headers: { Expires: '30' } })
    scene.clock.advance(31_000)
    expect(call.statuses).toEqual([100, 487])
    expect(scene.seen.ends).toMatchObject([{ by: 'peer', reason: 'canceled' }])
  })

  it('rings again each minute, so that no proxy gives up', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(150_000)
    expect(call.statuses).toEqual([180, 180, 180])
  })

  it('brings no offer: ours goes out with the 200, the answer comes with the ACK', () => {
    const scene = new Scene()
    const answer = offerOf({ formats: '9', attributes: [] })
    const call = scene.established({ offer: null, ackSdp: answer })
    expect(scene.seen.call.offer).toBeUndefined()
    expect(call.last.body.toString()).toContain('m=audio 17000 RTP/AVP 96 9 0 8 101 102')
    expect(scene.seen.answers).toEqual([answer])
  })

  it('finds the offer in a multipart body', () => {
    const scene = new Scene()
    const body = `--x1\r\nContent-Type: application/pidf+xml\r\n\r\n<a/>\r\n--x1\r\nContent-Type: application/sdp\r\n\r\n${offerOf()}--x1--\r\n`
    scene.phone.invite({ offer: body, headers: { 'Content-Type': 'multipart/mixed;boundary="x1"' } })
    scene.clock.advance(10)
    expect(scene.seen.call.offer?.trim()).toBe(offerOf().trim())
  })
})

describe('the 200', () => {
  it('is repeated from T1 up to T2 until the ACK, then the call ends with a BYE', () => {
    const scene = new Scene()
    scene.phone.invite({ silent: true })
    scene.clock.advance(10)
    scene.seen.call.accept(answerFor(scene.seen.call))
    const start = scene.clock.now()
    scene.clock.advance(40_000)
    const times = scene.network.timesOf('200 INVITE').map((at) => at - start)
    expect(times).toEqual([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
    expect(scene.network.timesOf('BYE').map((at) => at - start)).toEqual([32_000])
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'no-ack' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is repeated on a reliable transport too: a hop further on may not be', () => {
    const scene = new Scene({ transport: 'tcp' })
    scene.phone.invite({ silent: true })
    scene.clock.advance(10)
    scene.seen.call.accept(answerFor(scene.seen.call))
    scene.clock.advance(1600)
    expect(scene.network.timesOf('200 INVITE')).toHaveLength(3)
  })

  it('is not followed by our BYE before the ACK', () => {
    const scene = new Scene()
    const call = scene.phone.invite({ silent: true })
    scene.clock.advance(10)
    scene.seen.call.accept(answerFor(scene.seen.call))
    scene.seen.call.hangup()
    scene.clock.advance(1000)
    expect(scene.seen.ends).toMatchObject([{ by: 'relay', reason: 'bye' }])
    expect(scene.network.timesOf('BYE')).toEqual([])
    call.ack()
    scene.clock.advance(20)
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['BYE'])
    expect(scene.seen.answers).toEqual([])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('ends with the BYE of a caller that never acknowledged', () => {
    const scene = new Scene()
    const call = scene.phone.invite({ silent: true })
    scene.clock.advance(10)
    scene.seen.call.accept(answerFor(scene.seen.call))
    scene.clock.advance(20)
    call.request('BYE')
    scene.clock.advance(60_000)
    expect(scene.network.timesOf('200 INVITE')).toHaveLength(1)
    expect(scene.seen.ends).toMatchObject([{ by: 'peer', reason: 'bye' }])
  })
})

describe('a faulty listener', () => {
  it('costs its own call only', () => {
    const scene = new Scene({
      onCall: (call) => {
        if (call.dialled === 'bad') throw new Error('handler')
      },
    })
    const bad = scene.phone.invite({ uri: 'sip:bad@192.0.2.100' })
    scene.clock.advance(10)
    expect(bad.statuses).toEqual([500])
    const good = scene.established()
    scene.calls.at(-1)!.offered = () => {
      throw new Error('listener')
    }
    const reinvite = good.request('INVITE', {}, offerOf())
    scene.clock.advance(20)
    expect(reinvite.map(({ status }) => status)).toEqual([500])
    expect(scene.edge.dialogs).toBe(1)
  })
})

describe('close', () => {
  it('ends every call and waits for the phones', async () => {
    const scene = new Scene()
    scene.established()
    const ringing = scene.phone.invite()
    scene.clock.advance(20)
    const closed = scene.edge.close()
    await scene.clock.run(100)
    await closed
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['BYE'])
    expect(ringing.statuses).toEqual([480])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('does not wait for a dead phone longer than its limit', async () => {
    const scene = new Scene({ config: { closeTimeoutMs: 1000 } })
    scene.established()
    scene.network.loses = () => true
    const closed = scene.edge.close()
    await scene.clock.run(1100)
    await closed
    expect(scene.seen.ends).toHaveLength(1)
  })
})
