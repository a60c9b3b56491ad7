import { describe, expect, it } from 'vitest'
import type { IncomingRefer } from '../../src/sip/index.js'
import { answerOf, diary, FakeSip, g722Offer, Node } from './support/fakes.js'

const bye = { by: 'peer', reason: 'bye', detail: 'BYE' } as const

/** A call at the edge that takes the place of another one. */
class Successor extends FakeSip {
  constructor(
    readonly replaces: string,
    offer: string | undefined = g722Offer.replace('40000', '41000'),
  ) {
    super(`successor-of-${replaces}`, offer)
  }
}
/** An undefined argument would be the default. */
class LateSuccessor extends Successor {
  override readonly offer = undefined
}

describe('a call whose place another one takes', () => {
  it('goes on with everything, but another phone', () => {
    const node = new Node()
    const { call, sip, listener, leg } = node.answered()
    const log = diary(call)
    listener.offered(`${g722Offer}a=sendonly\r\n`)
    const next = new Successor(sip.id)
    const heard = node.calls.incoming(next)
    expect(next.told).toEqual(['accept'])
    expect(next.answer).toContain('m=audio 20000 RTP/AVP 9 101')
    expect(sip.told.at(-1)).toBe('hangup')
    expect(node.media.last('update-leg')).toMatchObject({ leg, media: { remote: { port: 41_000 } } })
    expect(node.calls.active).toBe(1)
    // The old one is over, which nobody need know.
    listener.digit('1', 100)
    listener.ended({ by: 'relay', reason: 'bye', detail: 'BYE' })
    expect(listener.offered(g722Offer)).toMatchObject({ status: 481 })
    heard.confirmed(undefined)
    heard.digit('2', 100)
    expect(node.media.last('leg-digit')).toMatchObject({ leg, digit: '2' })
    expect(heard.offered(g722Offer)).toContain('m=audio')
    heard.ended(bye)
    node.closeLegs()
    expect(log).toEqual(['held', 'back', 'ended completed by caller, normal 200'])
  })

  it('is hung up and referred at the phone that has it now', async () => {
    const node = new Node()
    const { call, sip } = node.answered()
    const next = new Successor(sip.id)
    node.calls.incoming(next).confirmed(undefined)
    await call.refer('sip:carol@127.0.0.1')
    call.hangup('enough')
    expect(next.told).toEqual(['accept', 'refer sip:carol@127.0.0.1', 'hangup'])
  })

  it('may go from phone to phone', () => {
    const node = new Node()
    const { call, sip } = node.answered()
    const second = new Successor(sip.id)
    const heardOfSecond = node.calls.incoming(second)
    const third = new Successor(second.id)
    node.calls.incoming(third).confirmed(undefined)
    expect(second.told).toEqual(['accept', 'hangup'])
    heardOfSecond.ended(bye)
    expect(call.state).toBe('answered')
  })

  it('may be ours, answered or still ringing', async () => {
    const node = new Node()
    const answered = await node.dialled()
    node.calls.incoming(new Successor(answered.out.id)).confirmed(undefined)
    expect(answered.out.told).toEqual(['hangup'])
    expect(answered.call.state).toBe('answered')
    const ringing = await node.dial({ to: 'sip:carol@127.0.0.1' })
    ringing.out.listener.progress(180, undefined)
    const pickup = node.calls.incoming(new Successor(ringing.out.id))
    pickup.confirmed(undefined)
    expect(ringing.out.told).toEqual(['hangup'])
    expect(ringing.log).toEqual(['ringing', 'answered'])
  })

  it('may be replaced without an offer: the answer comes with the ACK', () => {
    const node = new Node()
    const { call, sip } = node.answered()
    const next = new LateSuccessor(sip.id)
    const heard = node.calls.incoming(next)
    expect(next.answer).toContain('m=audio 20000')
    heard.confirmed(answerOf('PCMA'))
    expect(call.codec).toBe('PCMA')
  })

  it('is over where that answer does not come', () => {
    const node = new Node()
    const { call, sip } = node.answered()
    const next = new LateSuccessor(sip.id)
    node.calls.incoming(next).confirmed(undefined)
    expect(next.told.at(-1)).toBe('hangup')
    expect(call.state).toBe('ended')
  })

  it('stays with its phone where the other has nothing in common, or the call is over', () => {
    const node = new Node()
    const { call, sip, leg } = node.answered()
    const strange = new Successor(sip.id, g722Offer.replace('RTP/AVP 9 0', 'RTP/AVP 18'))
    node.calls.incoming(strange)
    expect(strange.told[0]).toMatch(/^reject 488/)
    expect(sip.told).not.toContain('hangup')
    call.hangup('enough')
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    const late = new Successor(sip.id)
    node.calls.incoming(late)
    expect(late.told).toEqual(['reject 603'])
  })
})

describe('a party with two calls that refers one of them to the other', () => {
  function referred(target: string) {
    const told: string[] = []
    const refer: IncomingRefer = {
      target,
      referredBy: '',
      accept: () => {
        told.push('202')
        return { progress: (status) => void told.push(`notify ${status}`) }
      },
      reject: (status) => void told.push(`reject ${status}`),
    }
    return { refer, told }
  }
  /** Two calls of the party, each bridged with somebody. */
  function consulting() {
    const node = new Node({ callNamed: (replaces) => `call-${replaces.split('@')[0]}` })
    const [one, bob, two, carol] = ['2001', '2002', '2003', '2004'].map((number) => node.answered(number))
    one!.call.bridge(bob!.call)
    two!.call.bridge(carol!.call)
    return { node, one: one!, bob: bob!, two: two!, carol: carol! }
  }

  it('leaves them, and those at their other ends talk', () => {
    const { one, bob, two, carol } = consulting()
    const { refer, told } = referred('sip:x@127.0.0.1?Replaces=2003%40h%3Bto-tag%3Da%3Bfrom-tag%3Db')
    one.listener.referred?.(refer)
    expect(told).toEqual(['202', 'notify 200'])
    expect(bob.call.partner).toBe(carol.call)
    expect([one, two].map(({ sip }) => sip.told.at(-1))).toEqual(['hangup', 'hangup'])
    expect([bob, carol].map(({ call }) => call.state)).toEqual(['answered', 'answered'])
  })

  it.each([
    'sip:x@127.0.0.1',
    'sip:x@127.0.0.1?Replaces=9999%40h%3Bto-tag%3Da%3Bfrom-tag%3Db',
    'sip:x@127.0.0.1?Replaces=2001%40h%3Bto-tag%3Da%3Bfrom-tag%3Db',
    'sip:x@127.0.0.1?Replaces=2002%40h%3Bto-tag%3Da%3Bfrom-tag%3Db',
    'tel:123',
  ])('is declined where that is not so: %s', (target) => {
    const { one, bob } = consulting()
    const { refer, told } = referred(target)
    one.listener.referred?.(refer)
    expect(told).toEqual(['reject 603'])
    expect(one.call.partner).toBe(bob.call)
  })
})
