import { describe, expect, it } from 'vitest'
import { DigestAuthenticator } from '../../../src/sip/digest/server.js'
import { callee, headerOf, MadeCall, Ringing, resolveLiterally, sceneOf, settle } from './callee.js'
import type { Scene } from './scene.js'

const edgeSent = (scene: Scene) => scene.network.sentBy('192.0.2.100')

describe('a call that goes out', () => {
  it('rings, is answered, and is ended by us', async () => {
    const scene = sceneOf()
    const [rung] = [callee(scene.phone)]
    const made = new MadeCall(scene.edge, {
      headers: [
        ['X-Number', '1'],
        ['X-Number', '2'],
      ],
    })
    expect(scene.network.trace).toEqual([])
    await settle(scene)
    const invite = rung[0]!.invite
    expect(invite.uri).toBe('sip:bob@192.0.2.1')
    expect(headerOf(invite, 'From')).toMatch(/^"Parley" <sip:\+15550100@192\.0\.2\.100>;tag=/)
    expect(headerOf(invite, 'To')).toBe('<sip:bob@192.0.2.1>')
    expect(invite.headers.getAll('X-Number')).toEqual(['1', '2'])
    expect(made.call.callId).toBe(headerOf(invite, 'Call-ID'))
    rung[0]!.respond(180)
    await settle(scene)
    expect(made.progress).toEqual(['180'])
    rung[0]!.respond(200)
    await settle(scene)
    expect(made.answers).toHaveLength(1)
    made.call.hangup([['X-Why', 'enough']])
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'ACK', 'BYE'])
    expect(headerOf(scene.phone.received.at(-1)!, 'X-Why')).toBe('enough')
    expect(made.ends).toEqual([{ by: 'relay', reason: 'bye', detail: 'BYE' }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is ended by the callee, and acknowledges a 200 that comes again', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing) => ringing.respond(200))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    rung[0]!.respond(200)
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'ACK', 'ACK'])
    expect(made.answers).toHaveLength(1)
    rung[0]!.request('BYE')
    await settle(scene)
    expect(made.end).toMatchObject({ by: 'peer', reason: 'bye' })
    expect(scene.edge.dialogs).toBe(0)
  })

  it('has early media, of several branches; the one that answers has the call', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    rung[0]!.respond(183, { tag: 'one', sdp: true })
    rung[0]!.respond(183, { tag: 'two', sdp: true })
    rung[0]!.respond(180, { tag: 'three' })
    await settle(scene)
    expect(made.progress).toEqual(['183 sdp', '183 sdp', '180'])
    rung[0]!.respond(200, { tag: 'two', sdp: false })
    await settle(scene)
    // The answer of the early media holds where the 200 repeats none.
    expect(made.answers).toHaveLength(1)
    // RFC 3261 §13.2.2.4: another branch answers too; it is acknowledged and ended.
    rung[0]!.respond(200, { tag: 'one' })
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'ACK', 'ACK', 'BYE'])
    expect(headerOf(scene.phone.received.at(-1)!, 'To')).toContain('tag=one')
    expect(made.ends).toEqual([])
    made.call.hangup()
    await settle(scene)
    expect(headerOf(scene.phone.received.at(-1)!, 'To')).toContain('tag=two')
    expect(scene.edge.dialogs).toBe(0)
  })

  it('acknowledges reliable provisional responses in their order', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    const reliable = (rseq: number) => ({ Require: '100rel', RSeq: String(rseq) })
    rung[0]!.respond(183, { headers: reliable(7), sdp: true })
    await settle(scene)
    rung[0]!.respond(183, { headers: reliable(7), sdp: true })
    rung[0]!.respond(180, { headers: reliable(9) })
    await settle(scene)
    rung[0]!.respond(180, { headers: reliable(8) })
    await settle(scene)
    expect(made.progress).toEqual(['183 sdp', '180'])
    const pracks = scene.phone.received.filter(({ method }) => method === 'PRACK')
    expect(pracks.map((prack) => headerOf(prack, 'RAck'))).toEqual(['7 1 INVITE', '8 1 INVITE'])
  })

  it('is cancelled, once something has been heard of it', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    rung.length = 0
    scene.network.loses = (message) => message.kind === 'response'
    const made = new MadeCall(scene.edge)
    await settle(scene)
    made.call.hangup()
    expect(made.ends).toEqual([{ by: 'relay', reason: 'canceled', detail: 'CANCEL' }])
    await settle(scene)
    expect(edgeSent(scene)).not.toContain('CANCEL')
    scene.network.loses = () => false
    rung[0]!.transaction.onCancel = () => rung[0]!.respond(487)
    rung[0]!.respond(180)
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'CANCEL', 'ACK'])
    expect(made.ends).toHaveLength(1)
    expect(scene.edge.dialogs).toBe(0)
  })

  it('ends what was answered while the CANCEL was under way', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    rung[0]!.respond(180)
    await settle(scene)
    rung[0]!.respond(200)
    made.call.hangup()
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE'])
    expect(made.answers).toEqual([])
    expect(made.ends).toHaveLength(1)
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is given up when nobody answers in time', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing) => ringing.respond(180))
    const made = new MadeCall(scene.edge, { answerTimeoutMs: 20_000 })
    await settle(scene)
    rung[0]!.transaction.onCancel = () => rung[0]!.respond(487)
    await settle(scene, 21_000)
    expect(made.ends).toEqual([{ by: 'relay', reason: 'no-answer', detail: 'Nobody answered in time' }])
    expect(edgeSent(scene)).toEqual(['INVITE', 'CANCEL', 'ACK'])
    expect(scene.edge.dialogs).toBe(0)
  })

  it.each([
    [486, 'Busy Here'],
    [404, 'Not Found'],
    [603, 'Decline'],
  ])('tells a refusal with %i', async (status, phrase) => {
    const scene = sceneOf()
    callee(scene.phone, (ringing) => ringing.respond(status))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    expect(made.ends).toEqual([{ by: 'peer', reason: 'refused', status, detail: `${status} ${phrase}` }])
    expect(edgeSent(scene)).toEqual(['INVITE', 'ACK'])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('goes where it is redirected, to the most wanted first, and never twice to the same place', async () => {
    const scene = sceneOf()
    const carol = scene.addPhone('192.0.2.2', 5)
    const dave = scene.addPhone('192.0.2.3', 6)
    const contacts = ['<sip:dave@192.0.2.3>;q=0.2', '<sip:carol@192.0.2.2>;q=0.9', '<tel:+1555>;q=1']
    callee(scene.phone, (ringing) => ringing.respond(302, { headers: { Contact: contacts } }))
    callee(carol, (ringing) => ringing.respond(302, { headers: { Contact: '<sip:bob@192.0.2.1>' } }))
    const rung = callee(dave, (ringing) => ringing.respond(200))
    const made = new MadeCall(scene.edge)
    await settle(scene, 200)
    expect(rung[0]!.invite.uri).toBe('sip:dave@192.0.2.3')
    expect(made.answers).toHaveLength(1)
    expect(edgeSent(scene).filter((sent) => sent === 'INVITE')).toHaveLength(3)
  })

  it('tries the next hop after 503, silence and a name that leads nowhere; the number dialled stays', async () => {
    const resolve = async (uri: string) => {
      if (uri.includes('nowhere')) throw new Error('no such name')
      return resolveLiterally(uri)
    }
    const scene = sceneOf({ resolve })
    const last = scene.addPhone('192.0.2.4', 7)
    callee(scene.phone, (ringing) => ringing.respond(503))
    const rung = callee(last, (ringing) => ringing.respond(200))
    const hops = ['sip:nowhere.example', 'sip:192.0.2.1', 'sip:192.0.2.9', 'sip:192.0.2.4']
    const made = new MadeCall(scene.edge, { target: 'sip:+15551234@carrier.example', hops })
    await settle(scene, 200)
    expect(made.answers).toEqual([])
    await settle(scene, 4_500)
    await settle(scene)
    expect(rung[0]!.invite.uri).toBe('sip:+15551234@carrier.example')
    expect(made.answers).toHaveLength(1)
  })

  it('leaves the last hop, too, after a while where there is another way', async () => {
    const scene = sceneOf()
    const made = new MadeCall(scene.edge, { hops: ['sip:192.0.2.77'], hurries: true })
    await settle(scene, 3_900)
    expect(made.ends).toEqual([])
    await settle(scene, 200)
    expect(made.end).toMatchObject({ by: 'network', reason: 'transport' })
  })

  it('tells that no hop was left', async () => {
    const scene = sceneOf()
    callee(scene.phone, (ringing) => ringing.respond(503))
    const made = new MadeCall(scene.edge, { hops: ['sip:192.0.2.1', 'sip:192.0.2.1'] })
    await settle(scene, 200)
    expect(made.end).toMatchObject({ reason: 'refused', status: 503 })
    const silent = new MadeCall(scene.edge, { target: 'sip:x@192.0.2.77', answerTimeoutMs: 90_000 })
    await settle(scene, 40_000)
    expect(silent.end).toMatchObject({ by: 'network', reason: 'transport' })
    expect(scene.edge.dialogs).toBe(0)
  })

  it('goes through an outbound proxy, which stands in the route', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing) =>
      ringing.respond(200, { headers: { 'Record-Route': '<sip:192.0.2.1;lr>' } }),
    )
    const made = new MadeCall(scene.edge, { target: 'sip:eve@far.example', hops: ['sip:192.0.2.1;lr'] })
    await settle(scene)
    expect(rung[0]!.invite.headers.getAll('Route')).toEqual(['<sip:192.0.2.1;lr>'])
    made.call.hangup()
    await settle(scene)
    expect(scene.phone.received.at(-1)!.headers.getAll('Route')).toEqual(['<sip:192.0.2.1;lr>'])
  })

  it('asks for a longer session interval when the callee does', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing, number) =>
      number === 1
        ? ringing.respond(422, { headers: { 'Min-SE': '3600' } })
        : ringing.respond(200, { headers: { 'Session-Expires': '3600;refresher=uac', Require: 'timer' } }),
    )
    new MadeCall(scene.edge)
    await settle(scene, 100)
    expect(rung.map(({ invite }) => headerOf(invite, 'Session-Expires'))).toEqual(['1800', '3600'])
    await settle(scene, 1_900_000)
    const refresh = scene.phone.received.find(({ method }) => method === 'UPDATE' || method === 'INVITE')
    expect(refresh).toBeDefined()
  })

  it('puts the listener to no harm, nor the call, when it throws', async () => {
    const scene = sceneOf()
    callee(scene.phone, (ringing) => ringing.respond(200))
    const made = new MadeCall(scene.edge)
    made.progress.push = () => {
      throw new Error('a bug')
    }
    await settle(scene)
    expect(made.answers).toHaveLength(1)
  })

  it('refuses at once what is no SIP URI', () => {
    const scene = sceneOf()
    expect(() => new MadeCall(scene.edge, { target: 'tel:+1555' })).toThrow(/Not a SIP URI/)
    expect(scene.edge.dialogs).toBe(0)
  })
})

describe('digest authentication of calls that go out', () => {
  function demanding(scene: Scene, kind: 401 | 407 = 407): Ringing[] {
    const digest = new DigestAuthenticator({
      realm: 'carrier',
      secretOf: (user) => (user === 'parley' ? 'secret' : undefined),
      clock: scene.clock,
    })
    const [asks, answers] =
      kind === 401
        ? (['WWW-Authenticate', 'Authorization'] as const)
        : (['Proxy-Authenticate', 'Proxy-Authorization'] as const)
    return callee(scene.phone, (ringing) => {
      const { result } = digest.verify(ringing.invite, answers)
      if (result === 'accepted') ringing.respond(200)
      else ringing.respond(kind, { headers: { [asks]: digest.challenge(result === 'stale') } })
    })
  }

  it.each([401, 407] as const)('answers %i, and later requests before they are challenged', async (kind) => {
    const scene = sceneOf()
    const rung = demanding(scene, kind)
    const made = new MadeCall(scene.edge, { credentials: { username: 'parley', password: 'secret' } })
    await settle(scene, 100)
    expect(rung).toHaveLength(2)
    expect(rung[1]!.invite.headers.get('CSeq')).toBe('2 INVITE')
    expect(headerOf(rung[1]!.invite, 'Call-ID')).toBe(headerOf(rung[0]!.invite, 'Call-ID'))
    expect(made.answers).toHaveLength(1)
    made.call.hangup()
    await settle(scene)
    const name = kind === 401 ? 'Authorization' : 'Proxy-Authorization'
    expect(headerOf(scene.phone.received.at(-1)!, name)).toMatch(/nc=0000000[23]/)
  })

  it('gives up with a wrong password, and without one', async () => {
    const scene = sceneOf()
    const rung = demanding(scene)
    const wrong = new MadeCall(scene.edge, { credentials: { username: 'parley', password: 'wrong' } })
    await settle(scene, 100)
    expect(rung).toHaveLength(2)
    expect(wrong.end).toMatchObject({ reason: 'refused', status: 407 })
    const none = new MadeCall(scene.edge)
    await settle(scene, 100)
    expect(none.end).toMatchObject({ reason: 'refused', status: 407 })
    expect(scene.edge.dialogs).toBe(0)
  })

  it('answers a challenge inside the dialog', async () => {
    const scene = sceneOf()
    callee(scene.phone, (ringing) => ringing.respond(200))
    const made = new MadeCall(scene.edge, { credentials: { username: 'parley', password: 'secret' } })
    await settle(scene)
    const byes: string[] = []
    const before = scene.phone.answer
    scene.phone.answer = (request, transaction) => {
      if (request.method !== 'BYE') return before(request, transaction)
      byes.push(request.headers.get('Authorization') ?? '')
      const challenge = { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' }
      new Ringing(transaction, scene.phone).respond(byes.length === 1 ? 401 : 200, {
        headers: byes.length === 1 ? challenge : {},
        sdp: false,
      })
    }
    made.call.hangup()
    await settle(scene, 100)
    expect(byes).toEqual(['', expect.stringContaining('username="parley"')])
    expect(scene.edge.dialogs).toBe(0)
  })
})
