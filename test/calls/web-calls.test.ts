import { describe, expect, it } from 'vitest'
import { chromiumOffer } from '../sip/sdp/web-offers.js'
import { diary } from './support/fakes.js'
import { WebNode } from './support/web.js'

const commands = (node: WebNode) => node.media.commands.map(({ type }) => type)

describe('a browser that calls', () => {
  it('is answered once somebody took the call and there is a connection', async () => {
    const node = new WebNode()
    const { call, answer, peer } = await node.browser()
    const log = diary(call)
    expect(answer).toContain('a=ice-ufrag:own')
    expect(answer).toContain(`a=ssrc:${peer.ssrc} `)
    expect(node.media.last('open-leg')).toMatchObject({ media: { codec: 'opus' }, peer: { ssrc: peer.ssrc } })
    expect(call.facts).toMatchObject({
      from: 'client:ann',
      to: '2000',
      callType: 'CLIENT',
      direction: 'inbound',
    })
    expect(call.headers).toEqual([['X-A', '1']])
    call.answer()
    expect([log, call.state]).toEqual([[], 'ringing'])
    peer.become('connected')
    expect([log, call.state, call.codec]).toEqual([['answered'], 'answered', 'opus'])
    expect(commands(node)).toContain('leg-answered')
  })

  it('hears nothing of a driver that waits, and is refused by one that refuses', async () => {
    const node = new WebNode()
    const { call, peer } = await node.browser()
    const log = diary(call)
    peer.become('connected')
    call.reject(486, 'busy here')
    expect(peer.closed).toBe(true)
    node.closeLegs()
    expect(log).toEqual(['ended busy by relay, busy 486'])
  })

  it('is told why a driver refused it before there was an answer', async () => {
    const node = new WebNode()
    const begun = node.calls.fromBrowser({
      dialled: '2000',
      from: 'ann',
      headers: [],
      offer: chromiumOffer(),
    })
    node.openLegs()
    node.taken[0]!.reject(486, 'the kitchen is closed')
    await expect(begun).rejects.toThrow('The call was over at once: the kitchen is closed.')
  })

  it.each([
    [true, 'ended completed by caller, normal 200'],
    [false, 'ended canceled by caller, canceled 487'],
  ])('may hang up (answered: %s)', async (answered, end) => {
    const node = new WebNode()
    const { call, party, peer } = await node.browser()
    if (answered) call.answer()
    peer.become('connected')
    const log = diary(call)
    party.hangup()
    party.hangup()
    node.closeLegs()
    expect(log).toEqual([end])
    expect(peer.closed).toBe(true)
    await expect(party.reconnect(chromiumOffer())).rejects.toMatchObject({ code: 'call_over' })
  })

  it('passes packets and keys on', async () => {
    const node = new WebNode()
    const { party, peer } = await node.browser()
    const { packets } = node.media.last('open-leg').peer!
    const got: number[] = []
    packets.on('message', (packet: Uint8Array) => got.push(...packet))
    packets.postMessage(new Uint8Array([1]))
    peer.receive(new Uint8Array([2]))
    await expect.poll(() => [peer.sent.length, got]).toEqual([1, [2]])
    party.press('1#')
    expect(node.media.commands.filter(({ type }) => type === 'leg-digit')).toMatchObject([
      { digit: '1' },
      { digit: '#' },
    ])
    party.hangup()
  })

  it('goes on over another connection, and is not missed meanwhile', async () => {
    const node = new WebNode()
    const { call, party, peer } = await node.browser()
    call.answer()
    peer.become('connected')
    const log = diary(call)
    peer.become('disconnected')
    node.clock.advance(29_000)
    const second = chromiumOffer({
      'a=ice-ufrag': 'a=ice-ufrag:Next',
      'a=rtpmap:111': 'a=rtpmap:111 opus/48000/2',
    })
    party.addCandidates(['1 1 udp 1 127.0.0.1 1 typ host'])
    expect(party.knows('Next')).toBe(false)
    await party.reconnect(second)
    expect(party.knows('Next')).toBe(true)
    const next = node.peers[1]!
    expect([peer.closed, next.ssrc]).toEqual([true, peer.ssrc])
    expect(commands(node)).toContain('update-leg')
    next.become('connected')
    peer.become('failed')
    node.clock.advance(100_000)
    expect([log, call.state]).toEqual([[], 'answered'])
    party.addCandidates(['2 1 udp 1 127.0.0.1 2 typ host'])
    expect(next.candidates).toEqual(['2 1 udp 1 127.0.0.1 2 typ host'])
  })

  it('keeps its connection when the offer of another one is bad', async () => {
    const node = new WebNode()
    const { party, peer } = await node.browser()
    await expect(party.reconnect('v=1')).rejects.toMatchObject({ code: 'web_offer_invalid' })
    node.refuses = true
    await expect(party.reconnect(chromiumOffer())).rejects.toThrow('no such certificate')
    const { packets } = node.media.last('open-leg').peer!
    packets.postMessage(new Uint8Array([1]))
    await expect.poll(() => peer.sent.length).toBe(1)
    expect(peer.closed).toBe(false)
    party.hangup()
  })

  it.each([
    ['failed', 30_000, 'ended completed by relay, media-timeout 200'],
    ['closed', 3_000, 'ended completed by caller, normal 200'],
  ] as const)('that is %s and does not come back is gone', async (state, ms, end) => {
    const node = new WebNode()
    const { call, peer } = await node.browser()
    call.answer()
    peer.become('connected')
    const log = diary(call)
    peer.become(state)
    node.clock.advance(ms - 1)
    expect(log).toEqual([])
    node.clock.advance(1)
    node.closeLegs()
    expect(log).toEqual([end])
  })

  it('that never gets a connection is gone', async () => {
    const node = new WebNode()
    const { call } = await node.browser()
    const log = diary(call)
    call.answer()
    node.clock.advance(30_000)
    node.closeLegs()
    expect(log).toEqual(['ended failed by relay, media-timeout undefined'])
  })

  it('is told why there is no call', async () => {
    const node = new WebNode()
    await expect(node.browser('9')).rejects.toMatchObject({ code: 'web_route_missing' })
    await expect(node.browser('2000', 'v=1')).rejects.toMatchObject({ code: 'web_offer_invalid' })
    const plain = chromiumOffer({ 'm=audio': 'm=audio 9 RTP/AVP 0' })
    await expect(node.browser('2000', plain)).rejects.toMatchObject({ code: 'web_offer_unacceptable' })
    expect(node.record('callStarted')).toEqual([])
    const broken = new WebNode()
    broken.refuses = true
    await expect(broken.browser()).rejects.toThrow('no such certificate')
    broken.openLegs()
    broken.closeLegs()
    expect(broken.calls.active).toBe(0)
    void node.calls.drain(0)
    await expect(node.browser()).rejects.toMatchObject({ code: 'node_shutting_down' })
  })

  it('is refused where there is no room', async () => {
    const node = new WebNode()
    for (let n = 0; n < 9; n++) await node.browser()
    await expect(node.browser()).rejects.toMatchObject({ code: 'call_limit_reached' })
    expect(node.rejected).toBe(1)
  })
})

describe('a browser that is called', () => {
  const ring = async (to = 'alice') => {
    const node = new WebNode()
    const call = node.calls.dial({ to, from: '+15550001111', route: 'test', headers: [['X-Order', '7']] })
    const log = diary(call)
    await node.clock.run(1, 1)
    return { node, call, log }
  }

  it('rings, and has the call once it accepted and is connected', async () => {
    const { node, call, log } = await ring('client:alice')
    expect(log).toEqual(['ringing'])
    expect(call.facts).toMatchObject({ to: 'client:alice', callType: 'CLIENT', from: '+15550001111' })
    expect(node.ringing[0]!.headers).toEqual([['X-Order', '7']])
    const { answer, party } = await node.ringing[0]!.accept(chromiumOffer())
    node.openLegs()
    expect(answer).toContain('a=ice-ufrag:own')
    expect(node.stops).toEqual(['answered-elsewhere'])
    node.peers[0]!.become('connected')
    expect(log).toEqual(['ringing', 'answered'])
    party.hangup()
    node.closeLegs()
    expect(log.at(-1)).toBe('ended completed by callee, normal 200')
  })

  it('rings on after an offer that cannot be used, and has the call once', async () => {
    const { node, call } = await ring()
    await expect(node.ringing[0]!.accept('v=1')).rejects.toMatchObject({ code: 'web_offer_invalid' })
    expect(node.stops).toEqual([])
    const first = node.ringing[0]!.accept(chromiumOffer())
    await expect(node.ringing[0]!.accept(chromiumOffer())).rejects.toMatchObject({ code: 'call_over' })
    await first
    expect(call.state).toBe('ringing')
  })

  it.each([
    ['rejected', 'ended busy by callee, rejected 603'],
    ['gone', 'ended failed by relay, unreachable 480'],
  ] as const)('may be %s', async (reason, end) => {
    const { node, log } = await ring()
    node.ringing[0]!.refused(reason)
    await node.settle()
    expect(log).toEqual(['ringing', end])
  })

  it('stops ringing when the caller gives up', async () => {
    const { node, call, log } = await ring()
    call.hangup('gave up')
    await node.settle()
    expect(node.stops).toEqual(['canceled'])
    expect(log).toEqual(['ringing', 'ended canceled by relay, canceled 487'])
  })

  it('stops ringing when nobody answers', async () => {
    const { node, log } = await ring()
    node.clock.advance(30_000)
    await node.settle()
    expect(node.stops).toEqual(['canceled'])
    expect(log).toEqual(['ringing', 'ended no-answer by relay, no-answer 487'])
  })

  it('has to be there', async () => {
    const { node, log } = await ring('nobody')
    await node.settle()
    expect(log).toEqual(['ended failed by relay, unreachable 480'])
  })
})
