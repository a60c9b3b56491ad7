import { describe, expect, it } from 'vitest'
import { createResponse } from '../../../src/sip/build.js'
import type { IncomingRefer, ReferOutcome } from '../../../src/sip/call.js'
import type { SipRequest } from '../../../src/sip/message.js'
import type { PhoneCall } from './phone.js'
import { local, Scene } from './scene.js'

const sipfrag = { 'Content-Type': 'message/sipfrag;version=2.0' }

/** A call in which this end asks the phone to call somebody else. */
function asking(status = 202, target = 'sip:bob@192.0.2.9?Replaces=a%3Bto-tag%3Db') {
  const scene = new Scene()
  const call = scene.established()
  const outcomes: Array<ReferOutcome | 'pending'> = ['pending']
  scene.phone.answer = (request, transaction) =>
    transaction.respond(createResponse(request, request.method === 'REFER' ? status : 200))
  scene.seen.call.refer(target, [['X-Ticket', '7']]).then((outcome) => outcomes.splice(0, 1, outcome))
  const notify = (line: string, state: string, event = 'refer') =>
    call.request('NOTIFY', { ...sipfrag, Event: event, 'Subscription-State': state }, line)
  return { scene, call, outcomes, notify }
}

describe('a transfer that we ask for', () => {
  it('goes out as REFER and ends with what the last NOTIFY tells', async () => {
    const { scene, outcomes, notify } = asking()
    await scene.clock.run(40)
    const [refer] = scene.phone.received
    expect(refer?.headers.get('Refer-To')).toBe('<sip:bob@192.0.2.9?Replaces=a%3Bto-tag%3Db>')
    expect(refer?.headers.get('Referred-By')).toBe('<sip:1000@192.0.2.100>')
    expect(refer?.headers.get('X-Ticket')).toBe('7')
    expect(refer?.headers.get('Contact')).toBe('<sip:1000@192.0.2.100:5060>')
    const trying = notify('SIP/2.0 100 Trying', 'active;expires=60')
    await scene.clock.run(40)
    expect(trying[0]?.status).toBe(200)
    expect(outcomes).toEqual(['pending'])
    notify('SIP/2.0 486 Busy Here', 'terminated;reason=noresource')
    await scene.clock.run(40)
    expect(outcomes).toEqual([{ status: 202, notified: 486 }])
    expect(scene.seen.ends).toEqual([])
  })

  it('knows a final status although the subscription is not said to be over', async () => {
    const { scene, outcomes, notify } = asking()
    await scene.clock.run(40)
    notify('SIP/2.0 200 OK\r\nContact: <sip:bob@192.0.2.9>\r\n', 'active;expires=60')
    await scene.clock.run(40)
    expect(outcomes).toEqual([{ status: 202, notified: 200 }])
  })

  it('hears a NOTIFY that overtakes the 202', async () => {
    const { scene, outcomes, notify } = asking()
    let accept = (): void => {}
    scene.phone.answer = (request, transaction) => {
      accept = () => transaction.respond(createResponse(request, 202))
    }
    await scene.clock.run(40)
    notify('SIP/2.0 200 OK', 'terminated')
    await scene.clock.run(40)
    expect(outcomes).toEqual(['pending'])
    accept()
    await scene.clock.run(40)
    expect(outcomes).toEqual([{ status: 202, notified: 200 }])
  })

  it.each([[603], [405], [481]])('is refused with %d', async (status) => {
    const { scene, outcomes } = asking(status)
    await scene.clock.run(40)
    expect(outcomes).toEqual([{ status, notified: undefined }])
  })

  it('is not waited for without a subscription (RFC 4488)', async () => {
    const { scene, outcomes } = asking()
    scene.phone.answer = (request, transaction) =>
      transaction.respond(createResponse(request, 202, undefined, { headers: { 'Refer-Sub': 'false' } }))
    await scene.clock.run(40)
    expect(outcomes).toEqual([{ status: 202, notified: undefined }])
  })

  it('is not waited for for ever', async () => {
    const silent = asking()
    await silent.scene.clock.run(33_000, 500)
    expect(silent.outcomes).toEqual([{ status: 202, notified: undefined }])
    const stuck = asking()
    await stuck.scene.clock.run(40)
    stuck.notify('SIP/2.0 180 Ringing', 'active;expires=20')
    await stuck.scene.clock.run(21_000, 500)
    expect(stuck.outcomes).toEqual([{ status: 202, notified: 180 }])
    const unanswered = asking()
    unanswered.scene.phone.answer = () => {}
    await unanswered.scene.clock.run(33_000, 500)
    expect(unanswered.outcomes).toEqual([{ status: 408, notified: undefined }])
  })

  it('is over with the call', async () => {
    const { scene, call, outcomes, notify } = asking()
    await scene.clock.run(40)
    notify('SIP/2.0 100 Trying', 'active')
    await scene.clock.run(40)
    call.request('BYE')
    await scene.clock.run(40)
    expect(outcomes).toEqual([{ status: 202, notified: 100 }])
    expect(await scene.seen.call.refer('sip:late@192.0.2.9')).toEqual({ status: 481, notified: undefined })
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is told apart from another by the id', async () => {
    const { scene, outcomes, notify } = asking()
    await scene.clock.run(40)
    const second = scene.seen.call.refer('tel:+15550123')
    await scene.clock.run(40)
    const [, refer] = scene.phone.received
    const id = Number.parseInt(refer?.headers.get('CSeq') ?? '', 10)
    notify('SIP/2.0 404 Not Found', 'terminated', `refer;id=${id}`)
    await scene.clock.run(40)
    expect(await second).toEqual({ status: 202, notified: 404 })
    expect(outcomes).toEqual(['pending'])
  })

  it('refuses NOTIFYs that belong to nothing', () => {
    const scene = new Scene()
    const call = scene.established()
    const stray = call.request('NOTIFY', { Event: 'refer', 'Subscription-State': 'active' })
    const other = call.request('NOTIFY', { Event: 'presence' })
    const none = call.request('NOTIFY')
    scene.clock.advance(20)
    expect([stray, other, none].map(([response]) => response?.status)).toEqual([481, 489, 489])
    expect(other[0]?.headers.get('Allow-Events')).toBe('refer')
  })

  it('needs a URI', async () => {
    const scene = new Scene()
    scene.established()
    await expect(scene.seen.call.refer('bob> <sip:x')).rejects.toThrow('URI')
  })
})

/** A call in which the phone asks this end to call somebody else. */
function asked(headers: Record<string, string> = {}, take: (refer: IncomingRefer) => void = () => {}) {
  const refers: IncomingRefer[] = []
  const scene = new Scene({
    referred: (refer) => {
      refers.push(refer)
      take(refer)
    },
  })
  const call = scene.established()
  const refer = (more: Record<string, string> = {}): ReturnType<PhoneCall['request']> =>
    call.request('REFER', { 'Refer-To': '<sip:bob@192.0.2.9?Replaces=x>', ...headers, ...more })
  return { scene, call, refers, refer }
}

const told = ({ headers, body }: SipRequest): string =>
  [String(body).trim(), headers.get('Event'), headers.get('Subscription-State')].join(' | ')

describe('a transfer that the peer asks for', () => {
  it('is accepted, and told how it goes on, one NOTIFY after the other', () => {
    const { scene, refers, refer } = asked({ 'Referred-By': '"Alice" <sip:alice@192.0.2.1>' })
    const responses = refer()
    scene.clock.advance(20)
    expect(refers).toMatchObject([
      { target: 'sip:bob@192.0.2.9?Replaces=x', referredBy: '"Alice" <sip:alice@192.0.2.1>' },
    ])
    const transfer = refers[0]!.accept()
    transfer.progress(180)
    transfer.progress(200)
    transfer.progress(486)
    scene.clock.advance(100)
    expect(responses.map(({ status }) => status)).toEqual([202])
    expect(scene.phone.received.map(told)).toEqual([
      'SIP/2.0 100 Trying | refer | active;expires=180',
      'SIP/2.0 200 OK | refer | terminated;reason=noresource',
    ])
    expect(scene.phone.received[0]?.headers.get('Content-Type')).toBe('message/sipfrag;version=2.0')
  })

  it('is told each step that the peer has time to hear', () => {
    const { scene, refers, refer } = asked()
    refer()
    scene.clock.advance(20)
    const transfer = refers[0]!.accept()
    for (const status of [180, 183, 404]) {
      scene.clock.advance(1000)
      transfer.progress(status)
    }
    scene.clock.advance(100)
    expect(scene.phone.received.map(({ body }) => String(body).slice(8, 11))).toEqual([
      '100',
      '180',
      '183',
      '404',
    ])
  })

  it('is refused', () => {
    const { scene, refers, refer } = asked()
    const responses = refer()
    scene.clock.advance(20)
    refers[0]!.reject(603)
    refers[0]!.accept().progress(200)
    scene.clock.advance(100)
    expect(responses.map(({ status }) => status)).toEqual([603])
    expect(scene.phone.received).toEqual([])
  })

  it.each([[{ 'Refer-To': 'nothing' }], [{ 'Refer-To': '' }]])('needs one valid Refer-To: %j', (headers) => {
    const { scene, refer, refers } = asked()
    const responses = refer(headers)
    scene.clock.advance(20)
    expect(responses.map(({ status }) => status)).toEqual([400])
    expect(refers).toEqual([])
  })

  it('wants no NOTIFY with Refer-Sub: false (RFC 4488)', () => {
    const { scene, refer } = asked({ 'Refer-Sub': 'false', Require: 'norefersub' }, (one) =>
      one.accept().progress(200),
    )
    const responses = refer()
    scene.clock.advance(100)
    expect(responses[0]?.status).toBe(202)
    expect(responses[0]?.headers.get('Refer-Sub')).toBe('false')
    expect(scene.phone.received).toEqual([])
  })

  it('has an id from the second on', () => {
    const { scene, refer } = asked({}, (one) => one.accept())
    refer()
    const second = refer()
    scene.clock.advance(100)
    const cseq = second[0]?.headers.get('CSeq')?.split(' ')[0]
    expect(scene.phone.received.map(({ headers }) => headers.get('Event'))).toEqual([
      'refer',
      `refer;id=${cseq}`,
    ])
  })

  it('is told of after the peer has hung up, which ends the call but not the subscription', () => {
    const { scene, call, refers, refer } = asked()
    refer()
    scene.clock.advance(20)
    const transfer = refers[0]!.accept()
    scene.clock.advance(20)
    call.request('BYE')
    scene.clock.advance(20)
    expect(scene.seen.ends).toHaveLength(1)
    expect(scene.edge.dialogs).toBe(1)
    transfer.progress(200)
    scene.clock.advance(20)
    expect(scene.phone.received.map(told).at(-1)).toContain('200 OK | refer | terminated')
    expect(scene.edge.dialogs).toBe(0)
  })

  it('is told of no more once the peer does not care', () => {
    const { scene, refers, refer } = asked()
    scene.phone.answer = (request, transaction) => transaction.respond(createResponse(request, 481))
    refer()
    scene.clock.advance(20)
    const transfer = refers[0]!.accept()
    scene.clock.advance(20)
    transfer.progress(200)
    scene.clock.advance(1000)
    expect(scene.phone.received).toHaveLength(1)
    expect(scene.seen.ends).toEqual([])
  })

  it('does not keep a dialog longer than its subscription, nor the edge open', async () => {
    const { scene, call, refers, refer } = asked()
    refer()
    scene.clock.advance(20)
    refers[0]!.accept()
    scene.clock.advance(20)
    call.request('BYE')
    scene.clock.advance(181_000)
    expect(scene.edge.dialogs).toBe(0)

    const closing = asked({}, (one) => one.accept())
    closing.refer()
    closing.scene.clock.advance(20)
    closing.call.request('BYE')
    closing.scene.clock.advance(20)
    let closed = false
    closing.scene.edge.close().then(() => {
      closed = true
    })
    await closing.scene.clock.run(40)
    expect(closed).toBe(true)
  })

  it('costs only itself when the listener fails', () => {
    const { scene, refer } = asked({}, () => {
      throw new Error('listener')
    })
    const responses = refer()
    scene.clock.advance(20)
    expect(responses.map(({ status }) => status)).toEqual([500])
    expect(scene.seen.ends).toEqual([])
  })

  it('is refused where nobody takes transfers', () => {
    const scene = new Scene()
    const call = scene.established()
    const responses = call.request('REFER', { 'Refer-To': '<sip:bob@192.0.2.9>' })
    scene.clock.advance(20)
    expect(responses.map(({ status }) => status)).toEqual([603])
  })

  it('has to wait for the answer', () => {
    const scene = new Scene()
    const call = scene.phone.invite()
    scene.clock.advance(10)
    scene.seen.call.ring()
    scene.clock.advance(10)
    const responses = call.request('REFER', { 'Refer-To': '<sip:bob@192.0.2.9>' })
    scene.clock.advance(20)
    expect(responses[0]?.status).toBe(500)
    expect(scene.network.sentBy(local.address)).not.toContain('NOTIFY')
  })
})
