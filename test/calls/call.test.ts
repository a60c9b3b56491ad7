import { describe, expect, it } from 'vitest'
import type { EndCause } from '../../src/session/index.js'
import { FakeSip, g722Offer, Node } from './support/fakes.js'

function ended(sessionId: string, cause: EndCause) {
  return {
    type: 'session-ended' as const,
    result: { sessionId, cause, detail: 'why', startedAt: 1, endedAt: 2, handoffData: 'data' },
  }
}

describe('a call on a Twilio route', () => {
  it('connects the app while it rings, and answers when the app is there', () => {
    const node = new Node()
    const { sip, listener } = node.incoming()
    const session = node.media.last('start-session')
    expect(session).toMatchObject({
      answered: false,
      call: { from: 'sip:ann@127.0.0.1', to: '1000', callType: 'SIP' },
    })
    expect(sip.told).toEqual(['ring'])
    node.media.onEvent({ type: 'session-ready', session: session.session })
    expect(sip.told).toEqual(['ring', 'accept'])
    expect(sip.answer).toContain('m=audio 20000 RTP/AVP 9 101')
    listener.confirmed(undefined)
    expect(node.media.last('session-answered').session).toBe(session.session)
    expect(node.record('callUpdated')[0]![1]).toMatchObject({ status: 'in-progress', codec: 'G722' })
  })

  it('lets the caller hear busy when the app cannot be reached', () => {
    const node = new Node()
    const { sip, leg } = node.incoming()
    node.media.onEvent(ended(node.media.last('start-session').session, 'app-connect-failed'))
    expect(sip.told).toEqual(['ring', 'reject 486'])
    expect(node.record('sessionEnded')[0]![1]).toMatchObject({ status: 'failed', errorCode: 64102 })
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(node.record('callEnded')[0]![1]).toMatchObject({ status: 'busy', endBy: 'relay' })
    expect(node.calls.active).toBe(0)
  })

  it('hangs up when the session is over', () => {
    const node = new Node()
    const { sip, listener, leg } = node.incoming()
    const { session } = node.media.last('start-session')
    node.media.onEvent({ type: 'session-ready', session })
    listener.confirmed(undefined)
    node.media.onEvent(ended(session, 'app-ended'))
    expect(sip.told.at(-1)).toBe('hangup')
    expect(node.record('sessionEnded')[0]![1]).toMatchObject({
      status: 'ended',
      handoffData: 'data',
      errorCode: null,
    })
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(node.record('callEnded')[0]![1]).toMatchObject({ status: 'completed', endReason: 'app-ended' })
  })

  it('ends the session when the caller hangs up', () => {
    const node = new Node()
    const { listener, leg } = node.incoming()
    const { session } = node.media.last('start-session')
    node.media.onEvent({ type: 'session-ready', session })
    listener.confirmed(undefined)
    listener.ended({ by: 'peer', reason: 'bye', detail: 'BYE' })
    expect(node.media.last('end-session')).toMatchObject({ session, cause: 'caller-gone' })
    expect(node.media.last('close-leg').leg).toBe(leg)
    node.media.onEvent(ended(session, 'caller-gone'))
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(node.record('callEnded')[0]![1]).toMatchObject({ status: 'completed', endBy: 'caller' })
  })

  it('records a caller who gave up while it rang', () => {
    const node = new Node()
    const { listener, leg } = node.incoming()
    listener.ended({ by: 'peer', reason: 'canceled', status: 487, detail: '' })
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(node.record('callEnded')[0]![1]).toMatchObject({ status: 'canceled' })
  })
})

describe('a call on a Telnyx route', () => {
  it('is answered first; the session starts on the answered call', () => {
    const node = new Node({ dialect: 'telnyx' })
    const { sip, listener } = node.incoming()
    expect(sip.told).toEqual(['ring', 'accept'])
    expect(() => node.media.last('start-session')).toThrow()
    listener.confirmed(undefined)
    expect(node.media.last('start-session')).toMatchObject({ answered: true })
  })
})

describe('media of a call', () => {
  it('makes an offer to a caller who made none, and takes the answer from the ACK', () => {
    const node = new Node()
    // A late offer cannot start a session before its codec is known.
    const sip = new FakeSip('1000')
    Object.defineProperty(sip, 'offer', { value: undefined })
    const { listener, leg } = node.incoming(sip)
    expect(sip.told).toEqual(['ring', 'accept'])
    expect(sip.answer).toMatch(/m=audio 20000 RTP\/AVP [\d ]+\r\n/)
    expect(sip.answer).toContain('opus/48000/2')
    listener.confirmed(g722Offer.replace('9 0 101', '0 101'))
    expect(node.media.last('update-leg')).toMatchObject({ leg, media: { codec: 'PCMU' } })
    expect(node.media.last('start-session')).toMatchObject({ answered: true })
  })

  it('hangs up when the ACK has no answer to our offer', () => {
    const node = new Node()
    const sip = new FakeSip('1000')
    Object.defineProperty(sip, 'offer', { value: undefined })
    const { listener } = node.incoming(sip)
    listener.confirmed(undefined)
    expect(sip.told).toEqual(['ring', 'accept', 'hangup'])
    expect(node.media.commands.map(({ type }) => type)).toEqual(['open-leg', 'leg-answered', 'close-leg'])
  })

  it('keeps its codec through hold and resume', () => {
    const node = new Node()
    const { listener } = node.incoming(new FakeSip('1000', g722Offer.replace('9 0 101', '0 101')))
    const answer = listener.offered(`${g722Offer}a=sendonly\r\n`)
    expect(listener.offered(g722Offer.replace('9 0 101', '18'))).toMatchObject({
      status: 488,
      reason: expect.stringMatching(/one of PCMU, opus, G722, PCMA is needed$/),
    })
    expect(answer).toContain('m=audio 20000 RTP/AVP 0')
    expect(answer).toContain('a=recvonly')
    expect(node.media.last('update-leg')).toMatchObject({ media: { codec: 'PCMU', direction: 'recvonly' } })
  })

  it('refuses what it cannot carry', () => {
    const node = new Node()
    const { sip } = node.incoming(new FakeSip('1000', g722Offer.replace('9 0 101', '18')))
    expect(sip.told).toEqual([expect.stringMatching(/^reject 488 .*no codec in common/)])
    expect(node.incoming(new FakeSip('1000', 'nonsense')).sip.told).toEqual([
      expect.stringMatching(/^reject 400 Bad SDP/),
    ])
  })

  it('gives up a call whose ports cannot be bound', () => {
    const node = new Node()
    const sip = new FakeSip()
    node.calls.incoming(sip)
    const { leg } = node.media.last('open-leg')
    node.media.onEvent({ type: 'leg-failed', leg, detail: 'none free' })
    expect(sip.told).toEqual(['reject 503'])
    node.media.onEvent({ type: 'leg-closed', leg, quality: undefined })
    expect(node.calls.active).toBe(0)
  })
})
