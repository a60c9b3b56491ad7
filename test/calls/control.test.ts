import { describe, expect, it } from 'vitest'
import { parseRelaySettings } from '../../src/protocol/index.js'
import type { EndCause } from '../../src/session/index.js'
import { diary, FakeSip, g722Offer, Node } from './support/fakes.js'

const relay = parseRelaySettings({ url: 'ws://127.0.0.1:1/ws', dialect: 'twilio' })

const bye = { by: 'peer', reason: 'bye', detail: 'BYE' } as const

function ended(sessionId: string, cause: EndCause) {
  return {
    type: 'session-ended' as const,
    result: { sessionId, cause, detail: 'why', startedAt: 1, endedAt: 2 },
  }
}

describe('those who observe a call', () => {
  it('hear everything in the order of their subscription, one that throws notwithstanding', () => {
    const node = new Node()
    const { call, listener, leg } = node.answered()
    const heard: string[] = []
    call.observe({ digit: (digit) => heard.push(`first ${digit}`) })
    call.observe({
      digit: () => {
        throw new Error('observer')
      },
    })
    call.observe({ digit: async () => Promise.reject(new Error('later')) })
    const stop = call.observe({ digit: (digit) => heard.push(`last ${digit}`) })
    node.media.onEvent({ type: 'digit', leg, digit: '1' })
    stop()
    node.media.onEvent({ type: 'digit', leg, digit: '2' })
    expect(heard).toEqual(['first 1', 'last 1', 'first 2'])
    listener.ended(bye)
  })

  it('hear what one of them causes after what caused it', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    call.observe({ digit: () => call.hangup('key') })
    call.observe({ digit: () => node.media.onEvent({ type: 'leg-closed', leg, quality: undefined }) })
    const log = diary(call)
    node.media.onEvent({ type: 'digit', leg, digit: '1' })
    expect(log).toEqual(['digit 1', 'ended completed by relay, normal 200'])
  })

  it('hear nothing after the end', () => {
    const node = new Node()
    const { call, listener, leg } = node.answered()
    const log = diary(call)
    listener.ended(bye)
    node.closeLegs()
    node.closeLegs()
    node.media.onEvent({ type: 'digit', leg, digit: '1' })
    call.hangup('again')
    expect(log).toEqual(['ended completed by caller, normal 200'])
  })
})

describe('a call that came in', () => {
  it('is answered with the codec preferred most of those that the caller has', () => {
    const node = new Node()
    const offer = g722Offer.replace('RTP/AVP 9', 'RTP/AVP 9 0 8')
    const { sip } = node.incoming(new FakeSip('2000', offer))
    const call = node.taken[0]!
    expect(call.codec).toBe('G722')
    call.answer([], { codecs: ['opus', 'PCMA', 'PCMU'] })
    expect(sip.answer).toContain('RTP/AVP 8 101')
    expect(call.codec).toBe('PCMA')
    expect(node.media.last('update-leg').media).toMatchObject({ codec: 'PCMA' })
  })

  it('keeps the codec that early media began with, and has one where none of the preferred fits', () => {
    const node = new Node()
    const offer = g722Offer.replace('RTP/AVP 9', 'RTP/AVP 9 0 8')
    const early = node.incoming(new FakeSip('2000', offer)).sip
    node.taken[0]!.earlyMedia()
    node.taken[0]!.answer([], { codecs: ['PCMA'] })
    expect(early.answer).toContain('RTP/AVP 9 101')
    const { sip } = node.incoming(new FakeSip('2000'))
    node.taken[1]!.answer([], { codecs: ['opus', 'nothing'] })
    expect(sip.answer).toContain('RTP/AVP 9 101')
  })

  it('tells where it stands', () => {
    const node = new Node()
    const { listener } = node.incoming(new FakeSip('2000'))
    const call = node.taken[0]!
    expect(call).toMatchObject({ state: 'ringing', direction: 'inbound', dialled: '2000', codec: 'G722' })
    expect(call.hasMedia).toBe(true)
    node.clock.advance(1_500)
    call.answer()
    expect(call.state).toBe('ringing')
    listener.confirmed(undefined)
    expect(call.state).toBe('answered')
    expect(call.answeredAt).toBe(call.startedAt + 1_500)
    node.clock.advance(500)
    listener.ended(bye)
    expect(call).toMatchObject({ state: 'ended', endedAt: call.startedAt + 2_000 })
    expect(call.ending).toMatchObject({ status: 'completed', by: 'caller', quality: undefined })
  })

  it('hears of hold and resume once each', () => {
    const node = new Node()
    const { call, listener } = node.answered()
    const log = diary(call)
    for (const direction of ['sendonly', 'sendonly', 'sendrecv', 'inactive'])
      listener.offered(`${g722Offer}a=${direction}\r\n`)
    expect(log).toEqual(['held', 'back', 'held'])
  })

  it('sounds before its answer where asked to, and is answered with the same', () => {
    const node = new Node()
    const { sip, leg } = node.incoming(new FakeSip('2000'))
    const call = node.taken[0]!
    call.earlyMedia()
    call.earlyMedia()
    expect(node.media.last('early-media').leg).toBe(leg)
    const early = sip.answer
    call.answer([['X-App', '1']])
    call.earlyMedia()
    expect(sip.answer).toBe(early)
    expect(sip.told).toEqual(['progress', 'accept X-App: 1'])
    call.hangup('done', [['X-Why', 'so']])
    expect(sip.told.at(-1)).toBe('hangup X-Why: so')
  })

  it('only rings before its answer where it made no offer', () => {
    const node = new Node()
    const sip = new FakeSip('2000')
    Object.defineProperty(sip, 'offer', { value: undefined })
    node.incoming(sip)
    node.taken[0]!.earlyMedia()
    expect(sip.told).toEqual(['ring'])
    expect(node.media.commands.map(({ type }) => type)).toEqual(['open-leg'])
  })

  it('is rejected with a status, and answers nothing after that', () => {
    const node = new Node()
    const { sip, listener } = node.incoming(new FakeSip('2000'))
    const call = node.taken[0]!
    const log = diary(call)
    call.reject(603, 'not now', 'Decline')
    call.answer()
    call.reject(486)
    listener.ended({ by: 'relay', reason: 'refused', detail: '603 Decline' })
    node.closeLegs()
    expect(sip.told).toEqual(['reject 603 Decline'])
    expect(log).toEqual(['ended busy by relay, rejected 603'])
    expect(node.record('callEnded')[0]![1]).toMatchObject({
      status: 'busy',
      endCause: 'rejected',
      endReason: 'not now',
      sipStatus: 603,
    })
  })

  it('is hung up when its time is over, the last limit counting', () => {
    const node = new Node()
    const { call, sip } = node.answered()
    const log = diary(call)
    call.limit(60_000)
    node.clock.advance(10_000)
    call.limit(30_000)
    node.clock.advance(19_999)
    expect(sip.told.at(-1)).toBe('accept')
    node.clock.advance(1)
    expect(sip.told.at(-1)).toBe('hangup')
    node.closeLegs()
    expect(log).toEqual(['ended completed by relay, time-limit 200'])
  })

  it('is hung up when its media stops', () => {
    const node = new Node()
    const { call, sip, leg } = node.answered()
    const log = diary(call)
    node.media.onEvent({ type: 'leg-gone', leg, reason: 'rtp-timeout' })
    node.closeLegs()
    expect(sip.told.at(-1)).toBe('hangup')
    expect(log).toEqual(['ended completed by relay, media-timeout 200'])
  })

  it('is refused when its driver fails at once', () => {
    const node = new Node({
      routing: [
        () => {
          throw new Error('routing')
        },
        () => ({
          route: 'bad',
          record: false,
          drive: () => {
            throw new Error('driver')
          },
        }),
      ],
    })
    const { sip } = node.incoming()
    expect(sip.told).toEqual(['reject 500'])
    node.closeLegs()
    expect(node.calls.active).toBe(0)
  })

  it('gives its ports back although it ended before it had them', async () => {
    const node = new Node()
    const sip = new FakeSip('2000')
    const listener = node.calls.incoming(sip)
    listener.ended({ by: 'peer', reason: 'canceled', detail: '' })
    const { leg } = node.media.last('open-leg')
    expect(node.media.commands.map(({ type }) => type)).toEqual(['open-leg'])
    node.media.onEvent({ type: 'leg-opened', leg, port: 1, rtcpPort: 2 })
    expect(node.media.last('close-leg').leg).toBe(leg)
    expect(node.taken).toEqual([])
    node.closeLegs()
    expect(node.calls.active).toBe(0)
    expect(node.record('callEnded')[0]![1]).toMatchObject({ status: 'canceled', sipStatus: 487 })
  })

  it('is over although its leg was never opened', async () => {
    const node = new Node()
    node.calls.incoming(new FakeSip('2000', 'nonsense'))
    await node.settle()
    expect(node.calls.active).toBe(0)
    expect(node.record('callEnded')[0]![1]).toMatchObject({ status: 'failed', sipStatus: 400 })
  })
})

describe('sessions of a call', () => {
  it('come one after another, one at a time', () => {
    const node = new Node()
    const { call } = node.answered()
    const log = diary(call)
    const first = call.startSession(relay)
    expect(call.session).toBe(first)
    expect(() => call.startSession(relay)).toThrow(expect.objectContaining({ code: 'session_in_progress' }))
    node.media.onEvent({ type: 'session-ready', session: first })
    call.endSession('stopped', 'asked')
    expect(node.media.last('end-session')).toMatchObject({
      session: first,
      cause: 'stopped',
      detail: 'asked',
    })
    node.media.onEvent(ended(first, 'stopped'))
    expect(call.session).toBeUndefined()
    const second = call.startSession(relay)
    expect(second).not.toBe(first)
    expect(node.media.last('start-session')).toMatchObject({ session: second, answered: true })
    expect(log).toEqual(['session ready', 'session ended stopped'])
  })

  it('leave the call to its driver where it goes on', () => {
    const node = new Node()
    const { call, sip } = node.answered()
    node.media.onEvent(ended(call.startSession(relay), 'app-socket-lost'))
    expect(call.state).toBe('answered')
    expect(sip.told.at(-1)).toBe('accept')
  })

  it('end the call where it does not go on, and the driver knows it when it hears of them', () => {
    const node = new Node()
    const { call, sip } = node.answered()
    const states: string[] = []
    call.observe({ sessionEnded: () => states.push(call.state) })
    node.media.onEvent(ended(call.startSession(relay), 'rtp-timeout'))
    expect(states).toEqual(['ended'])
    expect(sip.told.at(-1)).toBe('hangup')
    expect(call.ending).toMatchObject({ cause: 'media-timeout', reason: 'rtp-timeout' })
  })

  it('end with the call, before it', () => {
    const node = new Node()
    const { call, listener } = node.answered()
    const log = diary(call)
    const session = call.startSession(relay)
    listener.ended(bye)
    expect(node.media.last('end-session')).toMatchObject({ session, cause: 'caller-gone' })
    node.media.onEvent(ended(session, 'caller-gone'))
    node.closeLegs()
    expect(log).toEqual(['session ended caller-gone', 'ended completed by caller, normal 200'])
    expect(() => call.startSession(relay)).toThrow(expect.objectContaining({ code: 'call_over' }))
  })

  it('end with a media shard that died', () => {
    const node = new Node()
    const { call, leg } = node.answered()
    const log = diary(call)
    const session = call.startSession(relay)
    node.media.onEvent({ type: 'leg-gone', leg, reason: 'failed' })
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(log).toEqual(['session ended internal-error', 'ended completed by relay, failed 200'])
    expect(node.record('sessionEnded')[0]).toMatchObject([session, { status: 'failed', errorCode: 64103 }])
    expect(node.calls.active).toBe(0)
  })
})

describe('a caller who wants to be referred', () => {
  const refer = () => {
    const told: string[] = []
    const wish = {
      target: 'sip:bob@127.0.0.1',
      referredBy: '',
      accept: () => ({ progress: (status: number) => void told.push(`progress ${status}`) }),
      reject: (status: number) => void told.push(`reject ${status}`),
    }
    return { told, wish }
  }

  it('is refused when nobody takes it', () => {
    const { listener, call } = new Node().answered()
    call.observe({ referred: () => false })
    const { told, wish } = refer()
    listener.referred?.(wish)
    expect(told).toEqual(['reject 603'])
  })

  it('is left to the first who does', () => {
    const { listener, call } = new Node().answered()
    call.observe({
      referred: () => {
        throw new Error('broken')
      },
    })
    call.observe({
      referred: (asked) => {
        asked.accept().progress(200)
        return true
      },
    })
    call.observe({ referred: () => expect.unreachable() })
    const { told, wish } = refer()
    listener.referred?.(wish)
    expect(told).toEqual(['progress 200'])
  })
})

describe('calls of the node', () => {
  it('are found by any of their ids, for ten minutes after the end', () => {
    const node = new Node()
    const { call, listener } = node.answered()
    const { callSid, callControlId, callLegId } = call.identity
    for (const id of [callSid, callControlId, callLegId]) expect(node.calls.get(id)).toBe(call)
    expect(node.calls.list()).toEqual([call])
    listener.ended(bye)
    node.closeLegs()
    expect(node.calls.list()).toEqual([])
    node.clock.advance(599_999)
    expect(node.calls.get(callSid)).toBe(call)
    node.clock.advance(1)
    expect(node.calls.get(callSid)).toBeUndefined()
    expect(node.calls.get('nonsense')).toBeUndefined()
  })
})
