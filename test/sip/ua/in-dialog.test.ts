import { describe, expect, it } from 'vitest'
import { createResponse } from '../../../src/sip/build.js'
import type { SipHeaders } from '../../../src/sip/message.js'
import { offerOf } from '../sdp/offer-of.js'
import { local, Scene } from './scene.js'

const statuses = (responses: ReadonlyArray<{ status: number }>) => responses.map(({ status }) => status)
const version = (sdp: string) => /^o=\S+ \S+ (\d+)/m.exec(sdp)?.[1]

describe('re-INVITE', () => {
  it('holds and resumes, each answer with the next version', () => {
    const scene = new Scene()
    const call = scene.established()
    const hold = call.request('INVITE', {}, offerOf({ attributes: ['sendonly'] }))
    scene.clock.advance(20)
    expect(hold[0]?.body.toString()).toContain('a=recvonly')
    const resume = call.request('INVITE', {}, offerOf({ attributes: ['sendrecv'] }))
    scene.clock.advance(20)
    expect(resume[0]?.body.toString()).toContain('a=sendrecv')
    expect([hold, resume].map(([ok]) => version(String(ok?.body)))).toEqual(['2', '3'])
    expect(scene.seen.offers).toHaveLength(2)
    scene.clock.advance(60_000)
    expect(scene.network.timesOf('200 INVITE')).toHaveLength(3)
  })

  it('keeps the version while nothing changes', () => {
    const scene = new Scene()
    const call = scene.established()
    const again = call.request('INVITE', {}, offerOf())
    scene.clock.advance(20)
    expect(version(String(again[0]?.body))).toBe('1')
  })

  it('moves the remote target: our BYE goes to the new Contact', () => {
    const scene = new Scene()
    const call = scene.established()
    const second = scene.addPhone('192.0.2.2', 5)
    call.request('INVITE', { Contact: '<sip:alice@192.0.2.2:5060>' }, offerOf())
    scene.clock.advance(20)
    scene.seen.call.hangup()
    scene.clock.advance(20)
    expect(second.received.map(({ uri }) => uri)).toEqual(['sip:alice@192.0.2.2:5060'])
  })

  it('is refused with 488 and changes nothing when the offer cannot be met', () => {
    const scene = new Scene()
    const call = scene.established()
    const refused = call.request(
      'INVITE',
      { Contact: '<sip:alice@192.0.2.77>' },
      offerOf({ protocol: 'RTP/SAVP' }),
    )
    scene.clock.advance(20)
    expect(refused[0]).toMatchObject({ status: 488, reason: expect.stringContaining('RTP/SAVP') })
    expect(refused[0]?.headers.get('Warning')).toBe(`399 parley "${refused[0]?.reason}"`)
    scene.seen.call.hangup()
    scene.clock.advance(20)
    expect(scene.phone.received.map(({ uri }) => uri)).toEqual(['sip:alice@192.0.2.1:5060'])
  })

  it('without an offer gets ours, with every hold ended; the answer is heard', () => {
    const scene = new Scene()
    const call = scene.established()
    call.request('INVITE', {}, offerOf({ attributes: ['sendonly'] }))
    scene.clock.advance(20)
    const answer = offerOf({ port: 4444 })
    const late = call.request('INVITE', {}, '', answer)
    scene.clock.advance(20)
    const ours = String(late[0]?.body)
    expect(ours).toContain('a=sendrecv')
    expect(version(ours)).toBe('3')
    expect(scene.seen.offers.at(-1)).toBe(answer)
  })

  it('ends the call when its 200 is never acknowledged', () => {
    const scene = new Scene()
    const call = scene.established()
    scene.network.loses = (message) => message.kind === 'request' && message.method === 'ACK'
    call.request('INVITE', {}, offerOf())
    scene.clock.advance(32_100)
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'no-ack' }])
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['BYE'])
  })

  it('is answered although the ACK of the first 200 was lost (RFC 5407 §3.1.4)', () => {
    const scene = new Scene()
    scene.network.loses = (message) => message.kind === 'request' && message.method === 'ACK'
    const call = scene.established()
    const hold = call.request('INVITE', {}, offerOf({ attributes: ['sendonly'] }))
    scene.clock.advance(20)
    expect(statuses(hold)).toEqual([200])
  })

  it('gets 491 while our own offer in the 200 waits for its answer', () => {
    const scene = new Scene()
    scene.network.loses = (message) => message.kind === 'request' && message.method === 'ACK'
    const call = scene.established({ offer: null })
    const glare = call.request('INVITE', {}, offerOf())
    scene.clock.advance(20)
    expect(statuses(glare)).toEqual([491])
  })

  it('before the first answer gets 500 with Retry-After', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(10)
    const overlapping = [call.request('INVITE', {}, offerOf()), call.request('UPDATE', {}, offerOf())]
    scene.clock.advance(20)
    for (const [response] of overlapping) {
      expect(response?.status).toBe(500)
      expect(Number(response?.headers.get('Retry-After'))).toBeLessThanOrEqual(10)
    }
  })
})

describe('UPDATE', () => {
  it('offers as a re-INVITE does, without ACK', () => {
    const scene = new Scene()
    const call = scene.established()
    const update = call.request('UPDATE', {}, offerOf({ attributes: ['inactive'] }))
    scene.clock.advance(20)
    expect(update[0]?.body.toString()).toContain('a=inactive')
    const refused = call.request('UPDATE', {}, 'no sdp')
    scene.clock.advance(20)
    expect(statuses(refused)).toEqual([400])
  })

  it('without an offer refreshes the target, also before the answer', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(10)
    const update = call.request('UPDATE')
    scene.clock.advance(20)
    expect(statuses(update)).toEqual([200])
    expect(update[0]?.headers.get('Contact')).toBe('<sip:1000@192.0.2.100:5060>')
    expect(scene.seen.offers).toEqual([])
  })
})

describe('our own re-INVITE', () => {
  const ours = offerOf({ port: 18000, connection: 'IN IP4 192.0.2.100' })

  function offering(answers: (attempt: number) => { status: number; sdp?: string }) {
    const scene = new Scene()
    scene.established()
    let attempts = 0
    scene.phone.answer = (request, transaction) => {
      const { status, sdp = '' } = request.method === 'INVITE' ? answers(++attempts) : { status: 200 }
      const headers = { Contact: '<sip:alice@192.0.2.1:5060>', 'Content-Type': 'application/sdp' }
      transaction.respond(createResponse(request, status, undefined, { headers, body: sdp }))
    }
    return scene
  }

  it('gives the answer and acknowledges every repetition of the 200', async () => {
    const scene = offering(() => ({ status: 200, sdp: offerOf({ port: 4800 }) }))
    let repeat = (): void => {}
    const answer = scene.phone.answer
    scene.phone.answer = (request, transaction) => {
      answer(request, transaction)
      const response = createResponse(request, 200, undefined, { body: offerOf({ port: 4800 }) })
      repeat = () => transaction.respond(response)
    }
    const answered = scene.seen.call.reoffer(ours)
    await scene.clock.run(100)
    expect(await answered).toContain('m=audio 4800')
    repeat()
    await scene.clock.run(100)
    expect(scene.network.sentBy(local.address).filter((kind) => kind === 'ACK')).toHaveLength(2)
  })

  it('waits until the call is confirmed', async () => {
    const scene = new Scene()
    scene.phone.invite({ silent: true })
    scene.clock.advance(10)
    scene.seen.call.reoffer(ours).catch(() => {})
    await scene.clock.run(1000)
    expect(scene.network.sentBy(local.address)).not.toContain('INVITE')
  })

  it('tries again after 491 within two seconds, then gives up with the others', async () => {
    const scene = offering((attempt) => (attempt < 3 ? { status: 491 } : { status: 200, sdp: offerOf() }))
    const answered = scene.seen.call.reoffer(ours)
    await scene.clock.run(4100)
    expect(await answered).toContain('m=audio')

    const stubborn = offering(() => ({ status: 491 }))
    const refused = expect(stubborn.seen.call.reoffer(ours)).rejects.toThrow('491')
    await stubborn.clock.run(12_000)
    await refused
    expect(stubborn.phone.received).toHaveLength(5)
  })

  it('is refused: the call goes on', async () => {
    const scene = offering(() => ({ status: 488 }))
    const refused = expect(scene.seen.call.reoffer(ours)).rejects.toMatchObject({
      code: 'sip_request_refused',
      message: expect.stringContaining('488 Not Acceptable Here'),
    })
    await scene.clock.run(100)
    await refused
    expect(scene.seen.ends).toEqual([])
  })

  it('goes out with the next version; once refused, what held before holds again', async () => {
    const scene = new Scene()
    const call = scene.established()
    scene.phone.answer = (request, transaction) => transaction.respond(createResponse(request, 488))
    scene.seen.call.reoffer(ours).catch(() => {})
    await scene.clock.run(50)
    expect(version(String(scene.phone.received[0]?.body))).toBe('2')
    const [ok] = [call.request('INVITE', {}, '', offerOf())]
    await scene.clock.run(50)
    expect(String(ok[0]?.body)).toContain('m=audio 17000')
    expect(version(String(ok[0]?.body))).toBe('1')
    const moved = call.request('INVITE', {}, offerOf({ attributes: ['inactive'] }))
    await scene.clock.run(50)
    expect(version(String(moved[0]?.body))).toBe('3')
  })

  it('rejects a 200 without an answer', async () => {
    const scene = offering(() => ({ status: 200 }))
    const refused = expect(scene.seen.call.reoffer(ours)).rejects.toThrow('has no answer')
    await scene.clock.run(100)
    await refused
  })

  it.each([[481], [408]])('ends the call on %d', async (status) => {
    const scene = offering(() => ({ status }))
    const refused = expect(scene.seen.call.reoffer(ours)).rejects.toThrow('ended before the answer')
    await scene.clock.run(100)
    await refused
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'transport' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('ends the call when the phone is gone', async () => {
    const scene = new Scene()
    scene.established()
    scene.network.loses = () => true
    const refused = expect(scene.seen.call.reoffer(ours)).rejects.toThrow('ended before the answer')
    await scene.clock.run(70_000, 1000)
    await refused
    expect(scene.seen.ends).toMatchObject([{ by: 'network', reason: 'transport', detail: 'timeout' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('makes a re-INVITE of the peer that crosses it collide: 491', async () => {
    const scene = new Scene()
    const call = scene.established()
    scene.phone.answer = () => {}
    scene.seen.call.reoffer(ours).catch(() => {})
    await scene.clock.run(20)
    const crossing = call.request('INVITE', {}, offerOf())
    await scene.clock.run(20)
    expect(statuses(crossing)).toEqual([491])
  })
})

describe('a listener that hangs up', () => {
  it('while it is asked about an offer leaves the offer unanswered: 487', () => {
    const scene = new Scene()
    const call = scene.established()
    scene.seen.offered = () => {
      scene.seen.call.hangup()
      return 'too late'
    }
    const reinvite = call.request('INVITE', {}, offerOf())
    scene.clock.advance(50)
    expect(statuses(reinvite)).toEqual([487])
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['BYE'])
    expect(scene.edge.dialogs).toBe(0)
  })
})

describe('INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5 160'],
    ['application/dtmf-relay', 'Signal= *\r\nDuration= 80', '* 80'],
    ['application/dtmf-relay; charset=x', 'signal=11', '# 160'],
    ['application/dtmf-relay', 'Signal=d\nDuration=999999', 'D 10000'],
    ['application/dtmf', '7', '7 160'],
    ['application/dtmf', '10\r\n', '* 160'],
  ])('%s %j is a key', (type, body, digit) => {
    const scene = new Scene()
    const call = scene.established()
    const info = call.request('INFO', { 'Content-Type': type }, body)
    scene.clock.advance(20)
    expect(statuses(info)).toEqual([200])
    expect(scene.seen.digits).toEqual([digit])
  })

  it('refuses what is no key, and takes an empty one as a sign of life', () => {
    const scene = new Scene()
    const call = scene.established()
    const unknown = call.request('INFO', { 'Content-Type': 'application/broadsoft' }, 'event flashhook')
    const invalid = call.request('INFO', { 'Content-Type': 'application/dtmf-relay' }, 'Signal=hook')
    const empty = call.request('INFO')
    scene.clock.advance(20)
    expect([unknown, invalid, empty].map(([response]) => response?.status)).toEqual([415, 400, 200])
    expect(unknown[0]?.headers.get('Accept')).toContain('application/dtmf-relay')
    expect(scene.seen.digits).toEqual([])
  })
})

describe('requests inside a dialog', () => {
  it('answers OPTIONS, refuses the rest with what is allowed', () => {
    const scene = new Scene()
    const call = scene.established()
    const options = call.request('OPTIONS')
    const message = call.request('MESSAGE')
    const odd = call.request('FOO')
    const require = call.request('INFO', { Require: 'nonsense, 100rel' })
    const prack = call.request('PRACK', { RAck: '1 1 INVITE' })
    scene.clock.advance(20)
    const answers = [options, message, odd, require, prack].map(([response]) => response?.status)
    expect(answers).toEqual([200, 405, 501, 420, 481])
    expect(options[0]?.headers.getAll('Allow')).toContain('UPDATE')
    expect(message[0]?.headers.getAll('Allow')).toContain('BYE')
    expect(require[0]?.headers.getAll('Unsupported')).toEqual(['nonsense'])
  })

  it('refuses what comes out of order with 500', () => {
    const scene = new Scene()
    const call = scene.established()
    call.request('OPTIONS')
    call.request('OPTIONS')
    scene.clock.advance(20)
    const { dialog } = call
    const late = dialog!.ack(1)
    const responses: number[] = []
    scene.phone.send({ ...late, method: 'OPTIONS', headers: optionsOf(late.headers) }, ({ status }) =>
      responses.push(status),
    )
    scene.clock.advance(20)
    expect(responses).toEqual([500])
  })

  it('answers 481 for dialogs it does not know, and after the end', () => {
    const scene = new Scene()
    const stray = scene.phone.request('BYE', {}, { to: '<sip:1000@192.0.2.100>;tag=unknown' })
    const call = scene.established()
    call.request('BYE')
    scene.clock.advance(20)
    const late = call.request('INFO')
    scene.clock.advance(20)
    expect([stray, late].map(([response]) => response?.status)).toEqual([481, 481])
  })

  it('answers 200 to a BYE that crosses ours', () => {
    const scene = new Scene()
    const call = scene.established()
    scene.seen.call.hangup()
    const crossing = call.request('BYE')
    scene.clock.advance(20)
    expect(statuses(crossing)).toEqual([200])
    expect(scene.seen.ends).toHaveLength(1)
    expect(scene.edge.dialogs).toBe(0)
  })
})

function optionsOf(headers: SipHeaders) {
  headers.set('CSeq', '2 OPTIONS')
  return headers
}
