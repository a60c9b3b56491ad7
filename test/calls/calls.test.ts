import { describe, expect, it } from 'vitest'
import { newCallIdentity, newSessionId, routeOf } from '../../src/calls/index.js'
import { parseRelaySettings } from '../../src/protocol/index.js'
import { FakeSip, Node } from './support/fakes.js'

describe('admission', () => {
  it('refuses what is over capacity with 503 and Retry-After, and leaves the others alone', () => {
    const node = new Node({ maxCalls: 2 })
    node.incoming()
    node.incoming()
    const third = node.incoming()
    expect(third.sip.told).toEqual(['reject 503 retry 10'])
    expect(node.rejected).toBe(1)
    expect(node.calls.active).toBe(2)
  })

  it('takes calls again when one is over', () => {
    const node = new Node({ maxCalls: 1 })
    const { listener, leg } = node.incoming()
    listener.ended({ by: 'peer', reason: 'bye', detail: '' })
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(node.incoming().sip.told).toEqual(['ring'])
  })

  it('answers 404 to a number without a route', () => {
    expect(new Node().incoming(new FakeSip('999')).sip.told).toEqual(['reject 404'])
  })
})

describe('drain', () => {
  it('refuses new calls and waits for the live ones', async () => {
    const node = new Node()
    const { listener, leg } = node.incoming()
    let done = false
    const draining = node.calls.drain(60_000).then(() => (done = true))
    expect(node.incoming().sip.told).toEqual(['reject 503 retry 10'])
    await node.clock.run(1_000)
    expect(done).toBe(false)
    listener.ended({ by: 'peer', reason: 'bye', detail: '' })
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    await draining
  })

  it('cuts what outlasts the time, telling the app', async () => {
    const node = new Node()
    const { sip, listener } = node.incoming()
    const { session } = node.media.last('start-session')
    node.media.onEvent({ type: 'session-ready', session })
    listener.confirmed(undefined)
    void node.calls.drain(5_000)
    node.clock.advance(5_000)
    expect(node.media.commands.find(({ type }) => type === 'end-session')).toMatchObject({
      cause: 'shutting-down',
    })
    expect(sip.told.at(-1)).toBe('hangup')
  })

  it('is over at once without calls', async () => {
    await new Node().calls.drain(60_000)
  })
})

describe('routes', () => {
  const relay = parseRelaySettings({ url: 'ws://127.0.0.1:1/', dialect: 'twilio' })
  const routes = ['*', '+1555*', '+15551', '+1*'].map((to) => ({ to, relay, record: false }))

  it.each([
    ['+15551', '+15551'],
    ['+15552', '+1555*'],
    ['+1777', '+1*'],
    ['1000', '*'],
  ])('%s goes to %s', (dialled, to) => {
    expect(routeOf(dialled, routes)?.to).toBe(to)
  })

  it('knows when there is none', () => {
    expect(routeOf('1', routes.slice(1))).toBeUndefined()
  })
})

describe('identifiers', () => {
  it('have the shapes of their platforms', () => {
    const random = (count: number) => Buffer.alloc(count, 255)
    const identity = newCallIdentity(random)
    expect(identity.callSid).toMatch(/^CA[0-9a-f]{32}$/)
    expect(identity.callControlId).toMatch(/^v3:[\w-]{54}$/)
    expect(identity.callLegId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(newSessionId('twilio', random)).toMatch(/^VX[0-9a-f]{32}$/)
    expect(newSessionId('telnyx', random)).toBe(identity.callLegId)
  })
})
