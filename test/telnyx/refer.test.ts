import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import type { FakeCall } from '../support/fake-call.js'
import { codes, Rig, settle } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

/** A caller who talks to a phone of the configuration. */
async function talking(more: object = {}): Promise<{ caller: FakeCall; desk: FakeCall }> {
  const caller = rig.answered()
  await rig.command(caller, 'transfer', { to: 'desk', ...more })
  const desk = rig.calls.last
  desk.pickUp()
  rig.sent.length = 0
  return { caller, desk }
}

/** The phone asks for a transfer. @returns whether it is taken, and the statuses that it is told */
function asks(phone: FakeCall, target: string): { taken: boolean; told: number[] } {
  const told: number[] = []
  const taken = phone.referred({
    target,
    referredBy: '<sip:desk@127.0.0.1>',
    accept: () => ({ progress: (status) => void told.push(status) }),
    reject: () => {},
  })
  return { taken, told }
}

describe('a phone that asks for whom it talks with to be transferred', () => {
  it('is told how it goes, and is out of it when the other has answered', async () => {
    const { caller, desk } = await talking()
    const { taken, told } = asks(desk, 'sip:carol@127.0.0.1:5060')
    expect(taken).toBe(true)
    const carol = rig.calls.last
    expect(rig.calls.dials.at(-1)).toMatchObject({
      to: 'carol',
      from: caller.facts.to,
      related: caller,
      headers: [['Referred-By', '<sip:desk@127.0.0.1>']],
    })
    carol.ringing()
    expect(told).toEqual([100, 180])
    expect(caller.partner).toBe(desk)
    carol.pickUp()
    expect(told).toEqual([100, 180, 200])
    expect(caller.partner).toBe(carol)
    expect(desk.state).toBe('ended')
    expect(rig.events).toEqual([
      'call.initiated',
      'call.answered',
      'call.bridged',
      'call.bridged',
      'call.hangup',
    ])
  })

  it('goes on with the caller when the other does not answer', async () => {
    const { caller, desk } = await talking()
    const { told } = asks(desk, 'sip:carol@127.0.0.1')
    rig.calls.last.reject(486)
    expect(told).toEqual([100, 486])
    expect(caller.partner).toBe(desk)
    expect(desk.state).toBe('answered')
  })

  it('may hang up meanwhile: the caller hears ringing, then the other', async () => {
    const { caller, desk } = await talking()
    asks(desk, 'sip:carol@127.0.0.1')
    desk.hangUp()
    expect(caller.state).toBe('answered')
    expect(caller.announcements.at(-1)?.item).toEqual({ kind: 'tone', tone: 'ringback', country: 'us' })
    rig.calls.last.pickUp()
    await settle()
    expect(caller.partner).toBe(rig.calls.last)
  })

  it.each([
    [{}, 'ended'],
    [{ park_after_unbridge: 'self' }, 'answered'],
  ])('leaves the caller as the app asked when it is gone and nobody answers: %j', async (more, state) => {
    const { caller, desk } = await talking(more)
    asks(desk, 'sip:carol@127.0.0.1')
    desk.hangUp()
    rig.calls.last.reject(486)
    expect(caller.state).toBe(state)
  })

  it('calls nobody any more when the caller hangs up', async () => {
    const { caller, desk } = await talking()
    asks(desk, 'sip:carol@127.0.0.1')
    caller.hangUp()
    expect(rig.calls.last.told).toContain('hangup the call that was transferred is over')
  })

  it('is refused where it talks with nobody, names a call, or nobody can be called', async () => {
    expect(asks(rig.answered(), 'sip:carol@127.0.0.1').taken).toBe(false)
    rig.calls.refuseNext = new ParleyError('call_target_invalid')
    expect(asks((await talking()).desk, 'tel:%zz').taken).toBe(false)
    const { desk } = await talking()
    expect(asks(desk, 'sip:carol@127.0.0.1?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc').taken).toBe(false)
    rig.calls.refuseNext = new ParleyError('call_target_invalid')
    expect(asks(desk, 'tel:+15559990000').taken).toBe(false)
  })

  it('reaches numbers only where it is a phone of this node: a stranger has no trunk to use', async () => {
    const { caller, desk } = await talking()
    asks(desk, 'sip:+15559990000@127.0.0.1')
    expect(rig.calls.dials.at(-1)?.to).toBe('+15559990000')
    rig.calls.last.reject(486)
    asks(caller, 'sip:+15559990000@127.0.0.1')
    expect(rig.calls.dials.at(-1)?.to).toBe('sip:+15559990000@127.0.0.1')
    for (const target of ['tel:+15559990000', 'tel:%2B1%20555%209990000', 'tel:tel:+15559990000'])
      expect(asks(caller, target).taken, target).toBe(false)
    asks(caller, 'sip:carol@127.0.0.1')
    expect(rig.calls.dials.at(-1)?.to).toBe('carol')
  })
})

describe('refer', () => {
  it('asks the party, and tells what came of it', async () => {
    const call = rig.answered()
    await rig.command(call, 'refer', { sip_address: 'sip:bob@192.0.2.1', client_state: 'YQ==' })
    await settle()
    expect(call.told).toContain('refer sip:bob@192.0.2.1')
    expect(rig.events).toEqual(['call.refer.started', 'call.refer.completed'])
    expect(rig.payload('call.refer.completed')).toMatchObject({
      sip_notify_response: 200,
      client_state: 'YQ==',
    })
  })

  it.each([
    [{ status: 202, notified: 603 }, 603],
    [{ status: 405, notified: undefined }, 405],
  ])('tells that the party did not: %j', async (outcome, status) => {
    const call = rig.answered()
    call.referOutcome = outcome
    await rig.command(call, 'refer', { sip_address: 'sip:bob@192.0.2.1' })
    await settle()
    expect(rig.payload('call.refer.failed')).toMatchObject({ sip_notify_response: status })
  })

  it('wants a URI', async () => {
    expect(codes(await rig.command(rig.answered(), 'refer', {}))).toEqual(['10004'])
    expect(codes(await rig.command(rig.answered(), 'refer', { sip_address: 'bob' }))).toEqual(['10015'])
  })
})
