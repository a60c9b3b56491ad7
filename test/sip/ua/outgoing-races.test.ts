import { describe, expect, it } from 'vitest'
import { offerOf } from '../sdp/offer-of.js'
import { callee, headerOf, MadeCall, type Ringing, sceneOf, settle } from './callee.js'
import type { Scene, SceneOptions } from './scene.js'

const statuses = (responses: ReadonlyArray<{ status: number }>) => responses.map(({ status }) => status)
const edgeSent = (scene: Scene) => scene.network.sentBy('192.0.2.100')
const reliable = (rseq: number) => ({ Require: '100rel', RSeq: String(rseq) })
const twoHops = { hops: ['sip:192.0.2.1', 'sip:192.0.2.2'] }

/** A call that the first of two hops has not answered, so that the second has it too. */
async function failedOver(options: SceneOptions = {}) {
  const scene = sceneOf(options)
  const second = scene.addPhone('192.0.2.2', 5)
  const [slow, quick] = [callee(scene.phone), callee(second)]
  // Without a 100 either.
  scene.network.loses = (message) => message.kind === 'response' && message.status === 100
  const made = new MadeCall(scene.edge, twoHops)
  await settle(scene)
  await settle(scene, 4_100)
  await settle(scene)
  return { scene, made, slow: slow[0]!, quick: quick[0]! }
}

describe('a hop that answers late', () => {
  it('is cancelled as soon as it says anything', async () => {
    const { scene, made, slow, quick } = await failedOver()
    slow.transaction.onCancel = () => slow.respond(487)
    quick.respond(180)
    slow.respond(180)
    await settle(scene)
    expect(made.progress).toEqual(['180'])
    expect(scene.network.timesOf('487 INVITE')).toHaveLength(1)
    quick.respond(200)
    await settle(scene)
    expect(made.answers).toHaveLength(1)
  })

  it('has the call when it answers first; the other is cancelled', async () => {
    const { scene, made, slow, quick } = await failedOver()
    quick.transaction.onCancel = () => quick.respond(487)
    quick.respond(180)
    await settle(scene)
    slow.respond(200)
    await settle(scene)
    expect(made.answers).toHaveLength(1)
    expect(scene.network.timesOf('487 INVITE')).toHaveLength(1)
    made.call.hangup()
    await settle(scene)
    expect(scene.phone.received.at(-1)?.method).toBe('BYE')
    expect(scene.edge.dialogs).toBe(0)
    expect(made.ends).toHaveLength(1)
  })

  it('is hung up when the other has answered', async () => {
    const { scene, made, slow, quick } = await failedOver()
    quick.respond(200)
    await settle(scene)
    slow.respond(200)
    await settle(scene)
    expect(scene.phone.received.map(({ method }) => method)).toContain('BYE')
    expect(made.ends).toEqual([])
    expect(made.answers).toHaveLength(1)
  })
})

describe('hops', () => {
  it('that did not answer are tried last for half a minute', async () => {
    const { scene, made, quick } = await failedOver()
    quick.respond(486)
    await settle(scene)
    expect(made.end).toMatchObject({ status: 486 })
    const triedFirst = async () => {
      const { callId } = new MadeCall(scene.edge, twoHops).call
      await settle(scene)
      return scene.network.trace.find(({ message }) => message.headers.get('Call-ID') === callId)?.to
    }
    expect(await triedFirst()).toBe('192.0.2.2:5060')
    await settle(scene, 32_000)
    expect(await triedFirst()).toBe('192.0.2.1:5060')
  })

  it('are left alone as long as they ask by Retry-After', async () => {
    const scene = sceneOf()
    const second = scene.addPhone('192.0.2.2', 5)
    const first = callee(scene.phone, (ringing) =>
      ringing.respond(503, { headers: { 'Retry-After': '120' } }),
    )
    callee(second, (ringing) => ringing.respond(486))
    for (let i = 0; i < 2; i++) {
      new MadeCall(scene.edge, twoHops)
      await settle(scene, 100)
    }
    expect(first).toHaveLength(1)
    await settle(scene, 121_000)
    new MadeCall(scene.edge, twoHops)
    await settle(scene, 100)
    expect(first).toHaveLength(2)
  })

  it('that the transport cannot reach are passed over at once', async () => {
    const scene = sceneOf({ transport: 'tcp' })
    const second = scene.addPhone('192.0.2.2', 5, 'tcp')
    callee(second, (ringing) => ringing.respond(200))
    scene.network.unreachable.add('192.0.2.1')
    const made = new MadeCall(scene.edge, twoHops)
    await settle(scene, 100)
    expect(made.answers).toHaveLength(1)
    scene.network.unreachable.add('192.0.2.2')
    const lost = new MadeCall(scene.edge, twoHops)
    await settle(scene, 100)
    expect(lost.end).toMatchObject({
      by: 'network',
      reason: 'transport',
      detail: expect.stringContaining('transport failed'),
    })
  })
})

describe('early dialogs', () => {
  it('take an offer once their answer was acknowledged; what was agreed last holds', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    const [ringing] = rung as [Ringing]
    ringing.respond(183, { sdp: true })
    await settle(scene)
    const early = ringing.request('UPDATE', offerOf())
    await settle(scene)
    expect(statuses(early)).toEqual([500])
    ringing.respond(183, { sdp: true, headers: reliable(1) })
    await settle(scene)
    const invite = ringing.request('INVITE', offerOf())
    await settle(scene)
    expect(statuses(invite)).toEqual([491])
    const moved = offerOf({ port: 4444 })
    const update = ringing.request('UPDATE', moved)
    await settle(scene)
    expect(statuses(update)).toEqual([200])
    expect(made.offers).toEqual([moved])
    ringing.respond(200)
    await settle(scene)
    expect(made.answers).toEqual([moved])
  })

  it('of other branches than the one that sounds are not heard', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    const [ringing] = rung as [Ringing]
    ringing.respond(183, { tag: 'one', sdp: true, headers: reliable(1) })
    ringing.respond(183, { tag: 'two', sdp: true, headers: reliable(1) })
    await settle(scene)
    const update = ringing.request('UPDATE', offerOf(), 'one')
    const digit = ringing.request('INFO', 'Signal=1', 'two')
    const refer = ringing.request('REFER', '', 'two')
    await settle(scene)
    expect(statuses([...update, ...digit, ...refer])).toEqual([488, 200, 500])
    expect([made.offers, made.digits]).toEqual([[], []])
  })

  it('may be ended by the callee without ending the call', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    rung[0]!.respond(180)
    await settle(scene)
    const bye = rung[0]!.request('BYE')
    await settle(scene)
    expect(statuses(bye)).toEqual([200])
    expect(made.ends).toEqual([])
    rung[0]!.respond(200)
    await settle(scene)
    expect(made.answers).toHaveLength(1)
  })
})

describe('cancelling', () => {
  it('says why', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    rung[0]!.respond(180)
    await settle(scene)
    made.call.hangup([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']])
    await settle(scene)
    const sent = scene.network.trace.map(({ message }) => message)
    const cancel = sent.find((message) => message.kind === 'request' && message.method === 'CANCEL')
    expect(cancel?.headers.get('Reason')).toContain('completed elsewhere')
    expect(cancel?.headers.get('CSeq')).toBe('1 CANCEL')
  })

  it('while the hop is looked up sends nothing at all', async () => {
    const scene = sceneOf()
    const made = new MadeCall(scene.edge)
    made.call.hangup()
    await settle(scene, 1_000)
    expect(scene.network.trace).toEqual([])
    expect(made.ends).toHaveLength(1)
    expect(scene.edge.dialogs).toBe(0)
  })

  it('ends although nobody ever says anything', async () => {
    const scene = sceneOf()
    const made = new MadeCall(scene.edge, { target: 'sip:x@192.0.2.77', answerTimeoutMs: 5_000 })
    await settle(scene, 10_000)
    expect(made.end).toMatchObject({ reason: 'no-answer' })
    expect(scene.edge.dialogs).toBe(1)
    await settle(scene, 40_000)
    expect(edgeSent(scene)).not.toContain('CANCEL')
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is over 64·T1 after a CANCEL that leads to nothing', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await settle(scene)
    rung[0]!.respond(180)
    await settle(scene)
    made.call.hangup()
    await settle(scene, 33_000)
    expect(scene.edge.dialogs).toBe(0)
  })
})

describe('answers', () => {
  it('without any SDP are acknowledged and ended', async () => {
    const scene = sceneOf()
    callee(scene.phone, (ringing) => ringing.respond(200, { sdp: false }))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'ACK', 'BYE'])
    expect(made.answers).toEqual([])
    expect(made.ends).toMatchObject([{ by: 'peer', reason: 'refused', status: 200 }])
    expect(scene.edge.dialogs).toBe(0)
  })

  it('to a call that is over are ended, however late', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing) => ringing.respond(200, { tag: 'one' }))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    made.call.hangup()
    await settle(scene)
    rung[0]!.respond(200, { tag: 'two' })
    await settle(scene)
    expect(edgeSent(scene)).toEqual(['INVITE', 'ACK', 'BYE', 'ACK', 'BYE'])
    expect(made.ends).toHaveLength(1)
    expect(scene.edge.dialogs).toBe(0)
  })

  it('with 487 are a refusal where nothing was cancelled; the reason is told', async () => {
    const scene = sceneOf()
    const headers = { Reason: 'Q.850;cause=18;text="No user responding"' }
    callee(scene.phone, (ringing) => ringing.respond(487, { headers }))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    expect(made.ends).toEqual([
      {
        by: 'peer',
        reason: 'refused',
        status: 487,
        detail: '487 Request Terminated, Q.850;cause=18;text="No user responding"',
      },
    ])
  })
})

describe('redirections', () => {
  const to =
    (status: number, ...contacts: string[]) =>
    (ringing: Ringing) =>
      ringing.respond(status, { headers: { Contact: contacts } })

  async function redirected(answer: (ringing: Ringing) => void, request = {}) {
    const scene = sceneOf()
    const other = scene.addPhone('192.0.2.2', 5)
    const first = callee(scene.phone, answer)
    const rung = callee(other, (ringing) => ringing.respond(200))
    const made = new MadeCall(scene.edge, request)
    await settle(scene, 100)
    return { scene, made, first, rung }
  }

  it('lose what has no place in a Request-URI, and keep To', async () => {
    const { rung } = await redirected(to(301, '<sip:carol@192.0.2.2;method=INVITE;user=phone?Subject=x>'))
    expect(rung[0]!.invite.uri).toBe('sip:carol@192.0.2.2;user=phone')
    expect(headerOf(rung[0]!.invite, 'To')).toBe('<sip:bob@192.0.2.1>')
    expect(headerOf(rung[0]!.invite, 'CSeq')).toBe('2 INVITE')
  })

  it.each([
    ['another service', to(380, '<sip:carol@192.0.2.2>'), {}, 380],
    ['a proxy', to(305, '<sip:192.0.2.2>'), {}, 305],
    ['nowhere', to(302), {}, 302],
    [
      'itself',
      to(302, '<sip:bob@192.0.2.1:5060>', '<sip:bob@192.0.2.1>'),
      { target: 'sip:bob@192.0.2.1:5060' },
      302,
    ],
    ['where calls may not go', to(302, '<sip:carol@192.0.2.2>'), { follows: () => false }, 302],
  ])('to %s are not followed', async (_, answer, request, status) => {
    const { made, rung } = await redirected(answer, request)
    expect(rung).toEqual([])
    expect(made.end).toMatchObject({ by: 'peer', reason: 'refused', status })
  })

  it('of a sips: call stay with sips:', async () => {
    const { made, rung } = await redirected(to(302, '<sip:carol@192.0.2.2>'), {
      target: 'sips:bob@192.0.2.1',
    })
    expect(rung).toEqual([])
    expect(made.end).toMatchObject({ status: 302 })
    const followed = await redirected(to(302, '<sips:carol@192.0.2.2>'), { target: 'sips:bob@192.0.2.1' })
    expect(headerOf(followed.rung[0]!.invite, 'Contact')).toBe('<sips:+15550100@192.0.2.100:5060>')
  })

  it('give a contact that says nothing four seconds while another is left', async () => {
    const contacts = ['<sip:x@192.0.2.77>', '<sip:carol@192.0.2.2>;q=0.5']
    const { scene, made } = await redirected(to(302, ...contacts))
    await settle(scene, 4_100)
    await settle(scene, 100)
    expect(made.answers).toHaveLength(1)
  })

  it('come to an end', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing, number) => to(302, `<sip:bob${number}@192.0.2.1>`)(ringing))
    const made = new MadeCall(scene.edge)
    for (let i = 0; i < 12; i++) await settle(scene)
    expect(made.end).toMatchObject({ status: 302 })
    expect(rung).toHaveLength(11)
  })

  it('that lead to somebody out of reach end so', async () => {
    const { scene, made } = await redirected(to(302, '<sip:x@192.0.2.77>'), { answerTimeoutMs: 60_000 })
    await settle(scene, 33_000)
    expect(made.end).toMatchObject({ by: 'network', reason: 'transport' })
  })

  it('go on with the next contact until somebody declines for all (6xx)', async () => {
    const scene = sceneOf()
    const others = ['192.0.2.2', '192.0.2.3', '192.0.2.4'].map((address, i) => scene.addPhone(address, 5 + i))
    const contacts = ['<sip:b@192.0.2.2>;q=0.9', '<sip:c@192.0.2.3>;q=0.8', '<sip:d@192.0.2.4>;q=0.7']
    callee(scene.phone, to(300, ...contacts))
    const rung = [486, 603, 200].map((status, i) => callee(others[i]!, (ringing) => ringing.respond(status)))
    const made = new MadeCall(scene.edge)
    await settle(scene, 200)
    expect(rung.map(({ length }) => length)).toEqual([1, 1, 0])
    expect(made.end).toMatchObject({ status: 603 })
  })

  it('go through an outbound proxy too', async () => {
    const { first } = await redirected(
      (ringing) =>
        ringing.invite.uri.includes('carol')
          ? ringing.respond(200)
          : to(302, '<sip:carol@far.example>')(ringing),
      { hops: ['sip:192.0.2.1;lr'] },
    )
    expect(first.map(({ invite }) => [invite.uri, headerOf(invite, 'Route')])).toEqual([
      ['sip:bob@192.0.2.1', '<sip:192.0.2.1;lr>'],
      ['sip:carol@far.example', '<sip:192.0.2.1;lr>'],
    ])
  })
})

describe('a call that is up', () => {
  async function up(options: SceneOptions = {}, headers: Record<string, string> = {}) {
    const scene = sceneOf(options)
    const rung = callee(scene.phone, (ringing) => ringing.respond(200, { headers }))
    const made = new MadeCall(scene.edge)
    await settle(scene)
    return { scene, made, ringing: rung[0]! }
  }

  it('is held by the callee, which presses keys', async () => {
    const { scene, made, ringing } = await up()
    const hold = ringing.request('INVITE', offerOf({ attributes: ['sendonly'] }))
    const info = ringing.request('INFO', 'Signal=5\r\nDuration=100')
    await settle(scene)
    expect(statuses([...hold, ...info])).toEqual([200, 200])
    expect(String(hold[0]?.body)).toContain('a=recvonly')
    expect(made.offers).toHaveLength(1)
    expect(made.digits).toEqual(['5'])
  })

  it('waits longer than the callee after a collision (491)', async () => {
    const { scene, made } = await up()
    const invites: number[] = []
    scene.phone.answer = (_, transaction) => {
      invites.push(scene.clock.now())
      scene.phone.refuse(transaction, 491)
    }
    made.call.reoffer(offerOf({ port: 18000 })).catch(() => {})
    await settle(scene, 25_000)
    const waits = invites.slice(1).map((at, i) => at - invites[i]!)
    expect(waits).toHaveLength(4)
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(2_100)
      expect(wait).toBeLessThanOrEqual(4_020)
    }
  })

  it('cannot be offered anything before the answer', async () => {
    const scene = sceneOf()
    callee(scene.phone)
    const made = new MadeCall(scene.edge)
    await expect(made.call.reoffer('v=0')).rejects.toMatchObject({ code: 'sip_request_refused' })
    expect(await made.call.refer('sip:carol@192.0.2.2')).toEqual({ status: 481, notified: undefined })
  })

  it('is refreshed by us where the callee wants that, and ends when that fails', async () => {
    const { scene, made } = await up({}, { 'Session-Expires': '90;refresher=uac', Allow: 'INVITE, UPDATE' })
    await settle(scene, 46_000)
    expect(scene.phone.received.map(({ method }) => method)).toEqual(['INVITE', 'UPDATE'])
    scene.network.loses = () => true
    await settle(scene, 60_000)
    expect(made.end).toMatchObject({ by: 'network' })
  })

  it('ends when the callee is to refresh and does not', async () => {
    const { scene, made } = await up({}, { 'Session-Expires': '90;refresher=uas' })
    await settle(scene, 61_000)
    expect(made.end).toMatchObject({ by: 'network', reason: 'session-expired' })
    expect(scene.phone.received.at(-1)?.headers.get('Reason')).toContain('408')
  })

  it('is not timed where timers are off', async () => {
    const { scene, made, ringing } = await up(
      { config: { sessionTimers: false } },
      { 'Session-Expires': '90;refresher=uas' },
    )
    expect(headerOf(ringing.invite, 'Session-Expires')).toBe('')
    expect(ringing.invite.headers.getAll('Supported')).not.toContain('timer')
    await settle(scene, 200_000)
    expect(made.ends).toEqual([])
  })
})

describe('closing the edge', () => {
  it('cancels what rings, hangs up what is up, and calls nobody any more', async () => {
    const scene = sceneOf()
    const rung = callee(scene.phone, (ringing, number) => ringing.respond(number === 1 ? 200 : 180))
    const calls = [new MadeCall(scene.edge)]
    await settle(scene)
    calls.push(new MadeCall(scene.edge))
    await settle(scene)
    rung[1]!.transaction.onCancel = () => rung[1]!.respond(487)
    const closed = scene.edge.close()
    await settle(scene, 100)
    await closed
    expect(calls.map(({ end }) => end?.reason)).toEqual(['bye', 'canceled'])
    expect(edgeSent(scene).slice(-3)).toEqual(['BYE', 'CANCEL', 'ACK'])
    expect(scene.edge.dialogs).toBe(0)
    expect(() => new MadeCall(scene.edge)).toThrow(expect.objectContaining({ code: 'node_shutting_down' }))
  })
})
