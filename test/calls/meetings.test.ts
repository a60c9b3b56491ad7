import { describe, expect, it } from 'vitest'
import { diary, Node } from './support/fakes.js'

const bye = { by: 'peer', reason: 'bye', detail: 'BYE' } as const

/** Three answered calls: 2001, 2002, 2003. */
function three() {
  const node = new Node()
  const log: string[] = []
  const [a, b, c] = [node.answered('2001'), node.answered('2002'), node.answered('2003')]
  for (const one of [a, b, c]) {
    const own = diary(one.call)
    const push = own.push.bind(own)
    own.push = (...lines) => {
      log.push(...lines.map((line) => `${one.call.dialled}: ${line}`))
      return push(...lines)
    }
  }
  return { node, log, a, b, c }
}

describe('a bridge', () => {
  it('joins two calls, and both hear of it', () => {
    const { node, log, a, b } = three()
    a.call.bridge(b.call, { muteDigits: 'opposite' })
    expect(node.media.last('bridge')).toEqual({
      type: 'bridge',
      leg: a.leg,
      other: b.leg,
      muteDigits: 'other',
    })
    expect(a.call.partner).toBe(b.call)
    expect(b.call.partner).toBe(a.call)
    expect(log).toEqual(['2001: bridged 2002', '2002: bridged 2001'])
  })

  it('is ended by either, and both go on', () => {
    const { node, log, a, b } = three()
    a.call.bridge(b.call)
    log.length = 0
    b.call.unbridge()
    b.call.unbridge()
    expect(node.media.commands.filter(({ type }) => type === 'unbridge')).toHaveLength(1)
    expect(log).toEqual(['2002: unbridged 2001 asked', '2001: unbridged 2002 asked'])
    expect([a.call.partner, b.call.partner]).toEqual([undefined, undefined])
    expect([a.call.state, b.call.state]).toEqual(['answered', 'answered'])
  })

  it('takes the other call with it when one ends, unless told otherwise', () => {
    const { node, log, a, b } = three()
    a.call.bridge(b.call)
    log.length = 0
    a.listener.ended(bye)
    expect(b.sip.told.at(-1)).toBe('hangup')
    node.closeLegs()
    expect(log).toEqual([
      '2002: unbridged 2001 other-ended',
      '2001: ended completed by caller, normal 200',
      '2002: ended completed by relay, normal 200',
    ])
  })

  it.each([
    ['the one that asked', 0],
    ['the other', 1],
  ])('leaves %s parked where asked to', (_, parked) => {
    const { a, b } = three()
    const afterwards = {
      self: parked === 0 ? 'park' : 'hangup',
      other: parked === 1 ? 'park' : 'hangup',
    } as const
    a.call.bridge(b.call, { afterwards })
    const [stays, goes] = parked === 0 ? [a, b] : [b, a]
    goes.listener.ended(bye)
    expect(stays.call.state).toBe('answered')
    expect(stays.call.partner).toBeUndefined()
  })

  it('is left for another one, and what was told becomes of the partner', () => {
    const { log, a, b, c } = three()
    a.call.bridge(b.call, { afterwards: { self: 'hangup', other: 'park' } })
    log.length = 0
    a.call.bridge(c.call)
    expect(log).toEqual([
      '2001: unbridged 2002 asked',
      '2002: unbridged 2001 asked',
      '2001: bridged 2003',
      '2003: bridged 2001',
    ])
    expect(b.call.state).toBe('answered')
    expect(c.call.partner).toBe(a.call)
  })

  it('is not hung up when an observer has bridged it anew', () => {
    const { a, b, c } = three()
    a.call.bridge(b.call)
    b.call.observe({ unbridged: () => b.call.bridge(c.call) })
    a.listener.ended(bye)
    expect(b.call.state).toBe('answered')
    expect(b.call.partner).toBe(c.call)
  })

  it('is none with a call that is over, or with itself', () => {
    const { node, a, b } = three()
    b.listener.ended(bye)
    a.call.bridge(b.call)
    b.call.bridge(a.call)
    a.call.bridge(a.call)
    expect(node.media.commands.some(({ type }) => type === 'bridge')).toBe(false)
    expect(a.call.partner).toBeUndefined()
  })
})

describe('a conference', () => {
  const plain = { muted: false, held: false, coaches: null }

  it('has who joined it, until they leave or end', () => {
    const { node, a, b } = three()
    a.call.joinConference('room', plain)
    b.call.joinConference('room', { ...plain, muted: true })
    expect(node.media.last('join-conference')).toEqual({
      type: 'join-conference',
      leg: b.leg,
      conference: 'room',
      muted: true,
      held: false,
    })
    expect(node.calls.conference('room')).toEqual([a.call, b.call])
    expect(b.call.conference).toEqual({ name: 'room', options: { ...plain, muted: true } })
    a.call.leaveConference()
    a.call.leaveConference()
    expect(node.media.commands.filter(({ type }) => type === 'unbridge')).toEqual([
      { type: 'unbridge', leg: a.leg },
    ])
    b.listener.ended(bye)
    expect(node.calls.conference('room')).toEqual([])
  })

  it('knows who coaches whom by the call, and takes changes', () => {
    const { node, a, b, c } = three()
    a.call.joinConference('room', plain)
    b.call.joinConference('room', { ...plain, coaches: a.call.identity.callSid })
    expect(node.media.last('join-conference').coaches).toBe(a.leg)
    b.call.setConference({ coaches: null, held: true })
    expect(node.media.last('set-conference')).toEqual({
      type: 'set-conference',
      leg: b.leg,
      held: true,
      coaches: null,
    })
    expect(b.call.conference?.options).toEqual({ muted: false, held: true, coaches: null })
    c.call.setConference({ muted: true })
    expect(node.media.commands.filter(({ type }) => type === 'set-conference')).toHaveLength(1)
  })

  it('is one at a time, and no bridge beside it', () => {
    const { node, a, b } = three()
    a.call.bridge(b.call, { afterwards: { self: 'park', other: 'park' } })
    a.call.joinConference('one', plain)
    expect([a.call.partner, b.call.partner]).toEqual([undefined, undefined])
    a.call.joinConference('two', plain)
    expect(node.calls.conference('one')).toEqual([])
    a.call.bridge(b.call)
    expect(a.call.conference).toBeUndefined()
    expect(node.calls.conference('two')).toEqual([])
  })
})
