import { describe, expect, it } from 'vitest'
import type { DialDirectory, DialRequest, Trunk } from '../../../src/calls/index.js'
import type { SipCallEnd } from '../../../src/sip/index.js'
import { answerOf, FakeOutgoing, g722Offer, Node } from '../support/fakes.js'

const rejected = (status: number): SipCallEnd => ({
  by: 'peer',
  reason: 'refused',
  status,
  detail: `${status}`,
})

const phones: DialDirectory = {
  trunks: [],
  phones: {
    lookup: (name) =>
      ({
        desk: ['sip:desk@127.0.0.1:5071', 'sip:desk@127.0.0.1:5072', 'sip:desk@127.0.0.1:5073'].map(
          (uri) => ({
            uri,
            hops: [],
          }),
        ),
        away: [],
      })[name],
  },
  allowDirect: [],
}

describe('a number that several trunks take', () => {
  const trunk = (name: string, more: Partial<Trunk> = {}): Trunk => ({
    name,
    addresses: [`${name}.invalid`],
    transport: 'udp',
    credentials: { username: name, password: 'p' },
    domain: `${name}.invalid`,
    prefixes: [''],
    strip: '',
    prepend: '',
    encryption: 'none',
    headers: [],
    ...more,
  })
  const directory = {
    ...phones,
    trunks: [trunk('one'), trunk('two', { codecs: ['PCMA'], strip: '+' })],
  }
  const dial = async (more: Partial<DialRequest> = {}) => {
    const node = new Node({ directory })
    const placed = await node.dial({ to: '+15551230002', from: '+15550001111', ...more })
    return { node, ...placed }
  }

  it.each([
    rejected(408),
    rejected(500),
    rejected(503),
    { by: 'network', reason: 'transport', detail: 'No response' } as const,
  ])('goes to the next one when the first fails: %j', async (end) => {
    const { node, out, log } = await dial()
    expect(out.request).toMatchObject({
      target: 'sip:+15551230002@one.invalid',
      credentials: { username: 'one' },
      hurries: true,
    })
    node.clock.advance(4_000)
    out.listener.ended(end)
    const next = node.outgoing[1]!
    expect(next.request).toMatchObject({
      target: 'sip:15551230002@two.invalid',
      hops: ['sip:two.invalid;transport=udp'],
      from: { uri: 'sip:+15550001111@two.invalid' },
      credentials: { username: 'two' },
      answerTimeoutMs: 26_000,
      hurries: false,
    })
    expect(next.request.offer).toContain('RTP/AVP 8 101')
    next.listener.answered(answerOf('PCMA'))
    expect(log).toEqual(['answered'])
  })

  it('is over when the last one fails', async () => {
    const { node, call, out } = await dial()
    out.listener.ended(rejected(503))
    node.outgoing[1]!.listener.ended(rejected(500))
    node.closeLegs()
    expect(node.outgoing).toHaveLength(2)
    expect(call.ending).toMatchObject({ status: 'failed', sipStatus: 500 })
  })

  it.each([404, 486, 480, 603])('is not tried again when the callee answered with %i', async (status) => {
    const { node, call, out } = await dial()
    out.listener.ended(rejected(status))
    node.closeLegs()
    expect(node.outgoing).toHaveLength(1)
    expect(call.ending?.sipStatus).toBe(status)
  })

  it('is not tried again when nobody waits any more, or the callee was heard', async () => {
    const late = await dial({ answerTimeoutMs: 5_000 })
    late.node.clock.advance(5_000)
    late.out.listener.ended(rejected(408))
    const heard = await dial()
    heard.out.listener.progress(183, answerOf())
    heard.out.listener.ended(rejected(500))
    const left = await dial()
    left.call.hangup('enough')
    left.out.listener.ended(rejected(503))
    for (const { node } of [late, heard, left]) expect(node.outgoing).toHaveLength(1)
  })
})

describe('a call that goes out', () => {
  it('exists at once, and its INVITE leaves when there is media for it', async () => {
    const node = new Node()
    const parent = node.answered().call
    const call = node.calls.dial({
      to: 'sip:bob@127.0.0.1',
      from: 'sip:me@10.0.0.1',
      fromDisplayName: 'Me',
      related: parent,
      child: true,
      headers: [['X-A', '1']],
      codecs: ['PCMU'],
      answerTimeoutMs: 7_000,
      route: 'api',
      credentials: { username: 'u', password: 'p' },
    })
    expect(call).toMatchObject({ state: 'ringing', direction: 'outbound', dialled: 'bob', hasMedia: false })
    expect(call.facts).toMatchObject({
      from: 'sip:me@10.0.0.1',
      to: 'sip:bob@127.0.0.1',
      direction: 'outbound',
      callType: 'SIP',
      callerName: 'Me',
      parentCallSid: parent.identity.callSid,
    })
    expect(call.identity.callSessionId).toBe(parent.identity.callSessionId)
    expect(node.calls.get(call.identity.callSid)).toBe(call)
    await node.settle()
    const opening = node.media.last('open-leg')
    expect(opening).toMatchObject({ address: '127.0.0.1', near: parent.identity.callLegId })
    expect(opening.media).toBeUndefined()
    node.media.onEvent({ type: 'leg-opened', leg: opening.leg, port: 20_100, rtcpPort: 20_101 })
    const { request } = node.outgoing[0]!
    expect(request).toMatchObject({
      target: 'sip:bob@127.0.0.1',
      from: { displayName: 'Me', uri: 'sip:me@10.0.0.1' },
      hops: [],
      headers: [['X-A', '1']],
      credentials: { username: 'u', password: 'p' },
      answerTimeoutMs: 7_000,
    })
    expect(request.offer).toContain('m=audio 20100 RTP/AVP 0 101')
    expect(node.record('callStarted')[1]![0]).toMatchObject({
      direction: 'outbound',
      status: 'queued',
      route: 'api',
      parentCallSid: parent.identity.callSid,
    })
    expect(node.record('callUpdated').at(-1)![1]).toEqual({ sipCallId: 'out-sip:bob@127.0.0.1' })
  })

  it('shows a number at this node’s own address where no trunk names another', async () => {
    const { out } = await new Node({ publicAddress: '203.0.113.5' }).dial()
    expect(out.request.from).toEqual({ displayName: '', uri: 'sip:+15550001111@203.0.113.5' })
  })

  it('rings, is answered, and ends', async () => {
    const node = new Node()
    const { call, out, log } = await node.dial()
    out.listener.progress(180, undefined)
    out.listener.progress(180, undefined)
    expect(node.record('callUpdated').at(-1)![1]).toEqual({
      status: 'ringing',
      ringingAt: expect.any(Number),
    })
    out.listener.answered(answerOf('G722'))
    expect(call).toMatchObject({ state: 'answered', codec: 'G722', hasMedia: true })
    expect(node.media.commands.map(({ type }) => type)).toEqual(['open-leg', 'update-leg', 'leg-answered'])
    out.listener.ended({ by: 'peer', reason: 'bye', detail: 'BYE' })
    node.closeLegs()
    expect(log).toEqual(['ringing', 'answered', 'ended completed by callee, normal 200'])
    expect(node.record('callEnded')[0]![1]).toMatchObject({ endBy: 'callee', status: 'completed' })
  })

  it('has early media: the callee is heard from then on, and hears from the answer on', async () => {
    const node = new Node()
    const { call, out, log } = await node.dial()
    out.listener.progress(181, undefined)
    out.listener.progress(180, undefined)
    out.listener.progress(183, answerOf())
    out.listener.progress(183, answerOf())
    expect(log).toEqual(['ringing', 'ringing early'])
    expect(call).toMatchObject({ state: 'ringing', hasMedia: true, codec: 'PCMU' })
    expect(node.media.commands.map(({ type }) => type)).toEqual(['open-leg', 'update-leg'])
    out.listener.answered(answerOf())
    expect(node.media.commands.filter(({ type }) => type === 'leg-answered')).toHaveLength(1)
    expect(node.media.commands.filter(({ type }) => type === 'update-leg')).toHaveLength(1)
    expect(call.state).toBe('answered')
  })

  it('follows another branch of a forking proxy to its media', async () => {
    const node = new Node()
    const { call, out } = await node.dial()
    out.listener.progress(183, answerOf('PCMU', 40_010))
    out.listener.answered(answerOf('PCMA', 40_020))
    expect(node.media.last('update-leg').media).toMatchObject({ codec: 'PCMA', remote: { port: 40_020 } })
    expect(call.codec).toBe('PCMA')
  })

  it('is hung up on when its answer cannot be used', async () => {
    const node = new Node()
    const { out, log } = await node.dial()
    out.listener.answered(answerOf().replace('m=audio 40002', 'm=audio 0'))
    node.closeLegs()
    expect(out.told).toEqual(['hangup'])
    expect(log).toEqual(['ended failed by relay, failed undefined'])
  })

  it('is held, pressed and referred like any other', async () => {
    const node = new Node()
    const { call, out, log } = await node.dialled()
    const answer = out.listener.offered(`${g722Offer}a=sendonly\r\n`)
    expect(answer).toContain('a=recvonly')
    out.listener.digit('5', 100)
    expect(node.media.last('leg-digit')).toMatchObject({ leg: call.identity.callLegId, digit: '5' })
    expect(log).toEqual(['answered', 'held'])
    expect(await call.refer('sip:carol@127.0.0.1')).toEqual({ status: 202, notified: 200 })
    expect(out.told).toEqual(['refer sip:carol@127.0.0.1'])
    call.hangup('done', [['X-Why', 'so']])
    expect(out.told.at(-1)).toBe('hangup X-Why: so')
    expect(await call.refer('sip:carol@127.0.0.1')).toEqual({ status: 481, notified: undefined })
  })

  it('is ended when its time is over', async () => {
    const node = new Node()
    const { out, log } = await node.dialled({ timeLimitMs: 30_000 })
    node.clock.advance(30_000)
    node.closeLegs()
    expect(out.told).toEqual(['hangup'])
    expect(log.at(-1)).toBe('ended completed by relay, time-limit 200')
  })

  it('lasts four hours where nobody says otherwise', async () => {
    const node = new Node()
    const { call } = await node.dialled()
    node.clock.advance(4 * 3_600_000 - 1)
    expect(call.state).toBe('answered')
    node.clock.advance(1)
    expect(call.state).toBe('ended')
  })

  it('can be announced to and given a session before it is answered', async () => {
    const node = new Node()
    const call = node.calls.dial({ to: 'sip:bob@127.0.0.1', from: '1', route: 'x' })
    call.announce({ kind: 'beep', durationMs: 10 }, 'a')
    await node.settle()
    expect(node.media.commands.map(({ type }) => type)).toEqual(['open-leg'])
    node.media.onEvent({ type: 'leg-opened', leg: call.identity.callLegId, port: 1024, rtcpPort: 1025 })
    expect(node.media.last('announce').id).toBe('a')
  })
})

describe('a call that nobody answers', () => {
  it.each<[string, SipCallEnd, string]>([
    ['busy', rejected(486), 'busy by callee, busy 486'],
    ['declined', rejected(603), 'busy by callee, rejected 603'],
    ['forbidden', rejected(403), 'failed by callee, rejected 403'],
    ['unknown', rejected(404), 'failed by callee, not-found 404'],
    ['unavailable', rejected(480), 'no-answer by callee, no-answer 480'],
    ['overloaded', rejected(503), 'failed by callee, unreachable 503'],
    ['refused for its media', rejected(488), 'failed by callee, failed 488'],
    ['too slow', { by: 'relay', reason: 'no-answer', detail: '' }, 'no-answer by relay, no-answer 487'],
    [
      'not reached',
      { by: 'network', reason: 'transport', detail: 'nowhere' },
      'failed by network, unreachable undefined',
    ],
  ])('because it is %s', async (_, end, expected) => {
    const node = new Node()
    const { out, log, call } = await node.dial()
    out.listener.ended(end)
    out.listener.answered(answerOf())
    node.closeLegs()
    expect(log).toEqual([`ended ${expected}`])
    expect(call.answeredAt).toBeUndefined()
    expect(node.calls.active).toBe(0)
  })

  it('because it was given up', async () => {
    const node = new Node()
    const { call, out, log } = await node.dial()
    call.hangup('no longer wanted')
    out.listener.ended({ by: 'relay', reason: 'canceled', status: 487, detail: '' })
    node.closeLegs()
    expect(out.told).toEqual(['hangup'])
    expect(log).toEqual(['ended canceled by relay, canceled 487'])
  })

  it('because it was given up before its INVITE left', async () => {
    const node = new Node()
    const call = node.calls.dial({ to: 'sip:bob@127.0.0.1', from: '1', route: 'x' })
    const ended: string[] = []
    call.observe({ ended: ({ status }) => ended.push(status) })
    call.hangup('no longer wanted')
    await node.settle()
    expect(ended).toEqual(['canceled'])
    expect(node.media.commands).toEqual([])
    expect(node.outgoing).toEqual([])
    expect(node.calls.active).toBe(0)
  })

  it('because there is no way to it', async () => {
    const resolve = () => Promise.reject(new Error('no such host'))
    const node = new Node()
    const lost = new Node({ out: { directory: node.directory, callOut: fail, resolve } })
    const { log, call } = await lost.dial()
    expect(log).toEqual(['ended failed by relay, unreachable undefined'])
    expect(call.ending?.reason).toBe('no such host')
  })

  it('but not because one of several ways leads nowhere', async () => {
    const trunk = {
      ...{
        name: 'carrier',
        domain: 'h',
        addresses: ['gone.example', '192.0.2.7'],
        transport: 'udp' as const,
      },
      ...{
        credentials: undefined,
        prefixes: [''],
        strip: '',
        prepend: '',
        encryption: 'none' as const,
        headers: [],
      },
    }
    const asked: string[] = []
    const node = new Node()
    const found = new Node({
      mediaHosts: ['0.0.0.0'],
      out: {
        directory: { ...node.directory, trunks: [trunk] },
        callOut: fail,
        resolve: async (uri) => {
          asked.push(uri)
          if (uri.includes('gone')) throw new Error('no such host')
          return [{ transport: 'udp', address: '192.0.2.7', port: 5060 }]
        },
      },
    })
    found.calls.dial({ to: '+15551230002', from: '1', route: 'x' })
    await found.settle()
    expect(asked).toEqual(['sip:gone.example;transport=udp', 'sip:192.0.2.7;transport=udp'])
    expect(found.media.last('open-leg').address).toBe('0.0.0.0')
  })

  it('because there are no ports for it', async () => {
    const node = new Node()
    const call = node.calls.dial({ to: 'sip:bob@127.0.0.1', from: '1', route: 'x' })
    await node.settle()
    node.media.onEvent({ type: 'leg-failed', leg: call.identity.callLegId, detail: 'none free' })
    await node.settle()
    expect(call.ending).toMatchObject({ status: 'failed', by: 'relay', cause: 'failed' })
    expect(node.calls.active).toBe(0)
  })

  it('because the SIP edge would not', async () => {
    const node = new Node()
    const bad = new Node({
      out: {
        directory: node.directory,
        callOut: fail,
        resolve: async () => [{ transport: 'udp', address: '127.0.0.1', port: 5060 }],
      },
    })
    const { log } = await bad.dial()
    bad.closeLegs()
    expect(log).toEqual(['ended failed by network, unreachable undefined'])
  })
})

describe('a phone with several contacts', () => {
  async function ring() {
    const node = new Node({ directory: phones })
    const { call, log } = await node.dial({ to: 'client:desk' })
    expect(call.facts.to).toBe('client:desk')
    return { node, call, log, outs: node.outgoing }
  }

  it('rings at all of them, and the first to answer has the call', async () => {
    const { node, call, log, outs } = await ring()
    expect(outs.map(({ request }) => request.target)).toEqual([
      'sip:desk@127.0.0.1:5071',
      'sip:desk@127.0.0.1:5072',
      'sip:desk@127.0.0.1:5073',
    ])
    expect(new Set(outs.map(({ request }) => request.offer)).size).toBe(1)
    outs[0]!.listener.progress(180, undefined)
    outs[2]!.listener.ended(rejected(486))
    outs[1]!.listener.answered(answerOf())
    expect(outs.map(({ told }) => told)).toEqual([['hangup'], [], []])
    // The one that was cancelled may have answered meanwhile, and says goodbye in any case.
    outs[0]!.listener.answered(answerOf())
    outs[0]!.listener.ended({ by: 'relay', reason: 'bye', detail: '' })
    expect(outs[0]!.told).toEqual(['hangup', 'hangup'])
    expect(call.state).toBe('answered')
    expect(await call.refer('sip:x@127.0.0.1')).toMatchObject({ status: 202 })
    outs[1]!.listener.ended({ by: 'peer', reason: 'bye', detail: '' })
    node.closeLegs()
    expect(log).toEqual(['ringing', 'answered', 'ended completed by callee, normal 200'])
  })

  it('tells by the most telling of the ends why nobody answered', async () => {
    const { log, outs, node } = await ring()
    outs[0]!.listener.ended({ by: 'network', reason: 'transport', detail: '' })
    outs[1]!.listener.ended(rejected(486))
    expect(log).toEqual([])
    outs[2]!.listener.ended({ by: 'relay', reason: 'no-answer', detail: '' })
    node.closeLegs()
    expect(log).toEqual(['ended busy by callee, busy 486'])
  })

  it('lets a 6xx go before everything else', async () => {
    const { log, outs, node } = await ring()
    outs[0]!.listener.ended(rejected(403))
    outs[1]!.listener.ended(rejected(600))
    outs[2]!.listener.ended(rejected(486))
    node.closeLegs()
    expect(log).toEqual(['ended busy by callee, busy 600'])
  })

  it('is given up at all of them', async () => {
    const { call, outs } = await ring()
    call.hangup('enough')
    expect(outs.map(({ told }) => told)).toEqual([['hangup'], ['hangup'], ['hangup']])
  })

  it('is not reached where none is registered', async () => {
    const node = new Node({ directory: phones })
    const { log, call } = await node.dial({ to: 'away' })
    expect(log).toEqual(['ended failed by relay, unreachable 480'])
    expect(call.ending?.reason).toBe('the phone is not registered')
  })
})

describe('room', () => {
  it('is shared by calls of both ways', async () => {
    const node = new Node({ maxCalls: 2 })
    node.answered()
    const { call } = await node.dialled()
    expect(() => node.calls.dial({ to: 'sip:b@h', from: '1', route: 'x' })).toThrow(
      expect.objectContaining({ code: 'call_limit_reached' }),
    )
    expect(node.incoming().sip.told).toEqual(['reject 503 retry 10'])
    call.hangup('room')
    node.closeLegs()
    await node.dialled()
  })

  it('is none when the node shuts down; what is left is cut in time', async () => {
    const node = new Node()
    const { out, log } = await node.dialled()
    const done = node.calls.drain(5_000)
    expect(() => node.calls.dial({ to: 'sip:b@h', from: '1', route: 'x' })).toThrow(
      expect.objectContaining({ code: 'node_shutting_down' }),
    )
    node.clock.advance(5_000)
    expect(out.told).toEqual(['hangup'])
    node.closeLegs()
    await done
    expect(log.at(-1)).toBe('ended completed by relay, normal 200')
  })

  it('is none on a node that makes no calls', () => {
    const node = new Node({ out: undefined })
    expect(() => node.calls.dial({ to: 'sip:b@h', from: '1', route: 'x' })).toThrow(
      expect.objectContaining({ code: 'call_route_missing' }),
    )
  })
})

it('two calls that went out talk to each other', async () => {
  const node = new Node()
  const [a, b] = [await node.dialled(), await node.dialled({ to: 'sip:carol@127.0.0.1' })]
  a.call.bridge(b.call)
  b.out.listener.ended({ by: 'peer', reason: 'bye', detail: '' })
  node.closeLegs()
  expect(a.out).toBeInstanceOf(FakeOutgoing)
  expect(a.out.told).toEqual(['hangup'])
  expect(a.log).toEqual([
    'answered',
    'bridged carol',
    'unbridged carol other-ended',
    'ended completed by relay, normal 200',
  ])
})

function fail(): never {
  throw new Error('not a chance')
}
