import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ParleyError } from '../../src/base/errors.js'
import type { FakeCall } from '../support/fake-call.js'
import { codes, connectionId, number, Rig, settle } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

const to = '+15552223333'
const from = '+13122010094'

/** Names of the events that were told of a call. */
function eventsOf(call: FakeCall): string[] {
  return rig.sent.filter(({ queue }) => queue === call.identity.callLegId).map(({ event }) => event)
}

describe('dial', () => {
  const dial = (more: object = {}) =>
    rig.request('POST', '/calls', { connection_id: connectionId, to, from, ...more })

  it('calls, and tells', async () => {
    const { status, body } = await dial({ client_state: 'YQ==' })
    const call = rig.calls.last
    expect(status).toBe(200)
    expect(body.data).toMatchObject({
      record_type: 'call',
      call_control_id: call.identity.callControlId,
      is_alive: false,
      client_state: 'YQ==',
    })
    expect(rig.payload('call.initiated')).toMatchObject({
      direction: 'outgoing',
      state: 'bridging',
      from,
      to,
    })
    call.pickUp()
    expect(rig.events).toEqual(['call.initiated', 'call.answered'])
  })

  it('passes on what is said about the call', async () => {
    await dial({
      from_display_name: 'Shop',
      timeout_secs: 20,
      time_limit_secs: 600,
      custom_headers: [{ name: 'X-A', value: '1' }],
      sip_headers: [{ name: 'User-to-User', value: 'u' }],
      sip_auth_username: 'me',
      sip_auth_password: 'pw',
      sip_transport_protocol: 'TLS',
      media_encryption: 'SRTP',
      preferred_codecs: 'OPUS, G729,PCMA',
      privacy: 'id',
    })
    expect(rig.payload('call.initiated')).toMatchObject({
      custom_headers: [{ name: 'X-A', value: '1' }],
      sip_headers: [{ name: 'User-to-User', value: 'u' }],
    })
    expect(rig.calls.dials[0]).toMatchObject({
      to,
      from,
      fromDisplayName: 'Shop',
      answerTimeoutMs: 20_000,
      timeLimitMs: 600_000,
      headers: [
        ['X-A', '1'],
        ['User-to-User', 'u'],
      ],
      anonymous: true,
      credentials: { username: 'me', password: 'pw' },
      transport: 'tls',
      encryption: 'srtp',
      codecs: ['opus', 'PCMA'],
      route: `telnyx:${connectionId}`,
    })
  })

  it.each([
    ['sip:bob@192.0.2.1:5070;secure=true', 'sip:bob@192.0.2.1:5070'],
    ['sips:bob@192.0.2.1;transport=tls;secure=srtp?X-A=1', 'sips:bob@192.0.2.1;transport=tls?X-A=1'],
  ])('encrypts audio where the URI asks for it: %s', async (asked, called) => {
    await dial({ to: asked })
    expect(rig.calls.dials[0]).toMatchObject({ to: called, encryption: 'srtp' })
  })

  it('sends keys that stand behind the number, unless the command says others', async () => {
    await dial({ to: '+15550002222,42#' })
    rig.calls.last.pickUp()
    expect(rig.calls.dials[0]).toMatchObject({ to: '+15550002222', fromDisplayName: from })
    expect(rig.calls.last.announcements[0]?.item).toMatchObject({ kind: 'digits', digits: '42#' })
    await dial({ to: '+15550002222,42#', send_digits_on_answer: '7' })
    rig.calls.last.pickUp()
    expect(rig.calls.last.announcements[0]?.item).toMatchObject({ digits: '7' })
  })

  it('shows the number of the linked call where the two are to be bridged', async () => {
    const linked = rig.answered({ from: '+15557770000' })
    await dial({ link_to: linked.identity.callControlId, bridge_intent: true })
    expect(rig.calls.dials[0]).toMatchObject({ from: '+15557770000' })
  })

  it.each([
    [{}, 'timeout'],
    [{ retry_on_timeout: false }, 'no_answer'],
  ])('tells that nobody answered in time as it was asked to: %j', async (more, cause) => {
    await dial(more)
    rig.calls.last.end({ status: 'no-answer', by: 'relay', cause: 'no-answer' })
    expect(rig.payload('call.hangup').hangup_cause).toBe(cause)
  })

  it('writes down what has no effect', async () => {
    await dial({ sip_region: 'Europe', sound_modifications: { pitch: 2 }, sip_headers: [] })
    expect(rig.records.notices).toEqual([
      'sip_region of dial has no effect here',
      'sound_modifications of dial has no effect here',
    ])
  })

  it('does on the answer what it was asked for', async () => {
    const { body } = await dial({
      conversation_relay_config: { url: 'wss://h/' },
      send_digits_on_answer: 'ww5',
      audio_url: 'http://h/hello.mp3',
      record: 'record-from-answer',
      record_format: 'wav',
      answering_machine_detection: 'detect',
    })
    const call = rig.calls.last
    expect(call.told).toEqual([])
    call.pickUp()
    await settle()
    expect(call.sessions).toHaveLength(1)
    expect(call.recordings).toMatchObject([
      { id: body.data.recording_id, wish: { format: 'wav', channels: 'dual' } },
    ])
    expect(call.announcements.map(({ item }) => item.kind)).toEqual(['digits', 'media'])
    expect(call.watches).toHaveLength(1)
  })

  it('lets the first of several answer', async () => {
    await dial({ to: ['+15550000001', '+15550000002'] })
    const [first, second] = rig.calls.all
    second!.pickUp()
    expect(first!.told).toEqual(['hangup somebody else answered'])
    expect(second!.state).toBe('answered')
  })

  it('bridges with the call it is linked to', async () => {
    const caller = rig.answered()
    await dial({
      link_to: caller.identity.callControlId,
      bridge_on_answer: true,
      park_after_unbridge: 'self',
    })
    const callee = rig.calls.last
    expect(callee.identity.callSessionId).toBe(caller.identity.callSessionId)
    callee.pickUp()
    expect(callee.partner).toBe(caller)
    expect(callee.bridgeOptions).toEqual({
      muteDigits: 'none',
      afterwards: { self: 'park', other: 'hangup' },
    })
    expect(eventsOf(caller)).toEqual(['call.bridged'])
  })

  it.each([
    [{ connection_id: 'nobody' }, '10015', '/connection_id'],
    [{ connection_id: undefined }, '10004', '/connection_id'],
    [{ to: undefined }, '10004', '/to'],
    [{ from: '' }, '10004', '/from'],
    [{ to: 5 }, '10026', '/to'],
    [{ to: [5] }, '10026', '/to/0'],
    [{ timeout_secs: 0 }, '90028', '/timeout_secs'],
    [{ time_limit_secs: 29 }, '90029', '/time_limit_secs'],
    [{ bridge_on_answer: true }, '10004', '/link_to'],
    [{ link_to: 'nobody' }, '90015', '/link_to'],
    [{ park_after_unbridge: 'self' }, '10004', '/link_to'],
    [{ send_digits_on_answer: '1'.repeat(65) }, '10025', '/send_digits_on_answer'],
    [{ assistant: { id: 'a' } }, '10027', '/assistant'],
    [{ media_encryption: 'DTLS' }, '10027', '/media_encryption'],
    [{ to: 'sip:bob@192.0.2.1;secure=dtls' }, '10027', '/to'],
    [{ record_timeout_secs: -1 }, '90049', '/record_timeout_secs'],
    [{ record_channels: 'triple' }, '10032', '/record_channels'],
    [{ custom_headers: [{ name: 'Via', value: 'x' }] }, '10027', '/custom_headers/0/name'],
    [{ custom_headers: [{ name: 'X-A', value: 'x\r\nVia: y' }] }, '10015', '/custom_headers/0/value'],
    [{ webhook_url: 'nowhere' }, '10003', '/webhook_url'],
    [{ webhook_urls: { 'call.nothing': 'http://h/' } }, '90057', '/webhook_urls'],
    [
      { webhook_retries_policies: { 'call.hangup': { retries_ms: [60_000, 1] } } },
      '10033',
      '/webhook_retries_policies/call.hangup/retries_ms',
    ],
  ])('refuses %j', async (more, code, pointer) => {
    const { status, body } = await dial(more)
    expect(status).toBe(422)
    expect(body.errors[0]).toMatchObject({ code, source: { pointer } })
    expect(rig.calls.dials).toEqual([])
  })

  it.each([
    ['call_target_invalid', 422, '10016'],
    ['call_route_missing', 422, '10027'],
    ['call_limit_reached', 422, '90043'],
    ['node_shutting_down', 503, '10007'],
    ['internal_error', 500, '10007'],
  ] as const)('that fails by %s is answered with %i, %s', async (error, status, code) => {
    rig.calls.refuseNext = new ParleyError(error)
    const answer = await dial()
    expect(answer.status).toBe(status)
    expect(codes(answer)).toEqual([code])
  })

  it('stops what it had begun when one of several cannot be called', async () => {
    const placed = rig.calls.dial.bind(rig.calls)
    rig.calls.dial = (request) => {
      if (request.to === 'bad') throw new ParleyError('call_target_invalid')
      return placed(request)
    }
    expect(codes(await dial({ to: ['+15550000001', 'bad'] }))).toEqual(['10016'])
    expect(rig.calls.last.state).toBe('ended')
  })

  it('cannot be answered or rejected by command', async () => {
    await dial()
    expect(codes(await rig.command(rig.calls.last, 'answer'))).toEqual(['90102'])
    expect(codes(await rig.command(rig.calls.last, 'reject', { cause: 'USER_BUSY' }))).toEqual(['10027'])
    await rig.command(rig.calls.last, 'hangup')
    expect(rig.payload('call.hangup')).toMatchObject({
      hangup_cause: 'originator_cancel',
      hangup_source: 'caller',
    })
  })
})

describe('transfer', () => {
  it('calls the other party, and joins the two when it answers', async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', { url: 'wss://h/' })
    await rig.command(call, 'transfer', { to, target_leg_client_state: 'Yg==', mute_dtmf: 'opposite' })
    const target = rig.calls.last
    expect(rig.calls.dials[0]).toMatchObject({ to, from: number, related: call })
    expect(rig.payload('call.initiated')).toMatchObject({ direction: 'outgoing', client_state: 'Yg==' })
    expect(call.session).toBeDefined()
    target.pickUp()
    expect(call.partner).toBe(target)
    expect(call.bridgeOptions).toMatchObject({
      muteDigits: 'opposite',
      afterwards: { self: 'hangup', other: 'hangup' },
    })
    expect(call.session).toBeUndefined()
    await settle()
    expect(eventsOf(target)).toEqual(['call.initiated', 'call.answered', 'call.bridged'])
    expect(eventsOf(call)).toEqual(['call.conversation.ended', 'call.bridged'])
  })

  it('lets the caller hear ringing meanwhile', async () => {
    const call = rig.answered()
    await rig.command(call, 'transfer', { to })
    rig.calls.last.ringing()
    expect(call.announcements.at(-1)!.item).toEqual({ kind: 'tone', tone: 'ringback', country: 'us' })
    rig.calls.last.pickUp()
    expect(call.announcements.at(-1)!.isOver).toBe(true)
    expect(eventsOf(call)).toEqual(['call.bridged'])
  })

  it('joins at early media, and tells of the bridge when it is answered', async () => {
    const call = rig.answered()
    await rig.command(call, 'transfer', { to })
    rig.calls.last.ringing(true)
    expect(call.partner).toBe(rig.calls.last)
    expect(call.bridgeOptions?.afterwards?.self).toBe('park')
    expect(eventsOf(call)).toEqual([])
    rig.calls.last.pickUp()
    await settle()
    expect(call.bridgeOptions?.afterwards?.self).toBe('hangup')
    expect(eventsOf(call)).toEqual(['call.bridged'])
    expect(eventsOf(rig.calls.last)).toEqual(['call.initiated', 'call.answered', 'call.bridged'])
  })

  it('leaves a session in peace until it is answered, early media or not', async () => {
    const call = rig.answered()
    await rig.command(call, 'conversation_relay_start', { url: 'wss://h/' })
    await rig.command(call, 'transfer', { to })
    rig.calls.last.ringing(true)
    expect(call.session).toBeDefined()
    rig.calls.last.end({ cause: 'busy', by: 'callee', sipStatus: 486, status: 'busy' })
    expect(call.session).toBeDefined()
  })

  it('plays to the other party before they are joined', async () => {
    const call = rig.answered()
    await rig.command(call, 'transfer', { to, audio_url: 'http://h/whisper.mp3', send_digits_on_answer: '1' })
    const target = rig.calls.last
    target.pickUp()
    await settle()
    expect(call.partner).toBeUndefined()
    target.finishAnnouncement()
    target.finishAnnouncement()
    await settle()
    expect(call.partner).toBe(target)
  })

  it('that fails leaves the caller where they were', async () => {
    const call = rig.answered()
    await rig.command(call, 'transfer', { to })
    rig.calls.last.end({ cause: 'busy', by: 'callee', sipStatus: 486, status: 'busy' })
    expect(rig.payload('call.hangup')).toMatchObject({ hangup_cause: 'user_busy', hangup_source: 'callee' })
    expect(call.state).toBe('answered')
    expect((await rig.command(call, 'speak', { payload: 'Sorry', voice: 'Telnyx' })).status).toBe(200)
  })

  it('ends when the caller hangs up', async () => {
    const call = rig.answered()
    await rig.command(call, 'transfer', { to })
    call.hangUp()
    expect(rig.calls.last.state).toBe('ended')
  })

  it('of a call that is not answered answers it when there is somebody to talk to', async () => {
    const call = rig.incoming()
    await rig.command(call, 'transfer', { to, from: '+15559999999' })
    rig.calls.last.ringing(true)
    expect(call.state).toBe('ringing')
    rig.calls.last.pickUp()
    await settle()
    expect(call.state).toBe('answered')
    expect(call.partner).toBe(rig.calls.last)
  })

  it('parks the caller where it is asked to', async () => {
    const call = rig.answered()
    await rig.command(call, 'transfer', { to, park_after_unbridge: 'self' })
    rig.calls.last.pickUp()
    expect(call.bridgeOptions?.afterwards).toEqual({ self: 'park', other: 'hangup' })
  })
})

describe('bridge', () => {
  it('joins two calls', async () => {
    const [one, other] = [rig.answered(), rig.answered()]
    const body = { call_control_id: other.identity.callControlId, park_after_unbridge: 'self' }
    expect((await rig.command(one, 'bridge', body)).body).toEqual({ data: { result: 'ok' } })
    expect(one.partner).toBe(other)
    expect(eventsOf(one)).toEqual(['call.bridged'])
    expect(eventsOf(other)).toEqual(['call.bridged'])
  })

  it('waits for a party that rings, with a ringing tone where it is asked for', async () => {
    const call = rig.answered()
    await rig.request('POST', '/calls', { connection_id: connectionId, to, from })
    const other = rig.calls.last
    const body = { call_control_id: other.identity.callControlId, play_ringtone: true, ringtone: 'de' }
    await rig.command(call, 'bridge', body)
    expect(call.announcements[0]!.item).toEqual({ kind: 'tone', tone: 'ringback', country: 'de' })
    other.pickUp()
    expect(call.partner).toBe(other)
    expect(call.announcements[0]!.isOver).toBe(true)
  })

  it('refuses what cannot be joined', async () => {
    const [one, other, third] = [rig.answered(), rig.answered(), rig.answered()]
    const bridge = (body: object) => rig.command(one, 'bridge', body)
    expect(codes(await bridge({}))).toEqual(['10004'])
    expect(codes(await bridge({ call_control_id: 'nobody' }))).toEqual(['90015'])
    expect(codes(await bridge({ call_control_id: one.identity.callControlId }))).toEqual(['90015'])
    expect(codes(await bridge({ call_control_id: rig.incoming().identity.callControlId }))).toEqual(['90034'])
    other.bridge(third)
    const twice = { call_control_id: other.identity.callControlId, prevent_double_bridge: true }
    expect(codes(await bridge(twice))).toEqual(['10027'])
    other.hangUp()
    expect(codes(await bridge({ call_control_id: other.identity.callControlId }))).toEqual(['90018'])
    expect(codes(await bridge({ call_control_id: 'x', queue: 'support' }))).toEqual(['10027'])
  })
})
