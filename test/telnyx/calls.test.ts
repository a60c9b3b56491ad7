import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codes, connectionId, number, Rig, settle } from './support/rig.js'

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(() => rig.close())

describe('a call that comes in', () => {
  it('rings and is told to the application of its number', () => {
    const call = rig.incoming({
      headers: [
        ['X-Trace', '7'],
        ['User-to-User', 'abc'],
        ['diversion', '<sip:+15557778888@192.0.2.1>;reason=no-answer'],
        ['Via', 'x'],
      ],
      offeredCodecs: ['opus', 'G729', 'PCMU'],
    })
    expect(call.told).toEqual(['ring'])
    expect(rig.payload('call.initiated')).toMatchObject({
      call_control_id: call.identity.callControlId,
      call_leg_id: call.identity.callLegId,
      call_session_id: call.identity.callSessionId,
      connection_id: connectionId,
      direction: 'incoming',
      state: 'parked',
      from: '+15550001111',
      to: number,
      custom_headers: [{ name: 'X-Trace', value: '7' }],
      sip_headers: [
        { name: 'User-to-User', value: 'abc' },
        { name: 'Diversion', value: '<sip:+15557778888@192.0.2.1>;reason=no-answer' },
      ],
      offered_codecs: 'OPUS,G729,PCMU',
      connection_codecs: 'OPUS,G722,PCMU,PCMA',
      caller_id_name: '+15550001111',
    })
    expect(rig.sent[0]!.targets.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:9000/webhooks',
      'http://127.0.0.1:9001/webhooks',
    ])
  })

  it('is taken with and without the plus of its number, and left alone when the number is not ours', () => {
    expect(rig.calls.incoming(rig.telnyx.routing, { to: '13122010094' }).handling).toBeDefined()
    expect(rig.calls.incoming(rig.telnyx.routing, { to: '+13122010095' }).handling).toBeUndefined()
  })

  it('is answered', async () => {
    const call = rig.incoming({ headers: [['X-Trace', '7']] })
    const answer = await rig.command(call, 'answer', { custom_headers: [{ name: 'A', value: 'b' }] })
    expect(answer).toMatchObject({ status: 200, body: { data: { result: 'ok' } } })
    expect(call.told).toEqual(['ring', 'answer'])
    expect(call.sentHeaders).toEqual([['A', 'b']])
    expect(rig.payload('call.answered')).toMatchObject({
      state: 'answered',
      codec: 'PCMU',
      sampling_rate: 8000,
      custom_headers: [{ name: 'A', value: 'b' }],
    })
    expect(codes(await rig.command(call, 'answer'))).toEqual(['10027'])
  })

  it('is answered with the codecs preferred, in their order', async () => {
    const call = rig.incoming()
    await rig.command(call, 'answer', { preferred_codecs: 'G729, pcma,OPUS,VP8' })
    expect(call.told).toEqual(['ring', 'answer PCMA opus'])
  })

  it('is refused, as busy or as rejected', async () => {
    const busy = rig.incoming()
    await rig.command(busy, 'reject', { cause: 'USER_BUSY' })
    expect(busy.told.at(-1)).toMatch(/^reject 486/)
    expect(rig.payload('call.hangup')).toMatchObject({ hangup_cause: 'user_busy', sip_hangup_cause: '486' })
    const rejected = rig.incoming()
    await rig.command(rejected, 'reject', { cause: 'CALL_REJECTED' })
    expect(rejected.told.at(-1)).toMatch(/^reject 603/)
    expect(rig.payload('call.hangup')).toMatchObject({ hangup_cause: 'call_rejected' })
  })

  it('is hung up on when no command comes in time, where the application asks for it', async () => {
    const { body } = await rig.request('POST', '/call_control_applications', {
      application_name: 'hasty',
      webhook_event_url: 'http://127.0.0.1:9000/hasty',
      first_command_timeout: true,
      first_command_timeout_secs: 10,
    })
    await rig.request('POST', '/number_orders', {
      phone_numbers: [{ phone_number: '+15557770000' }],
      connection_id: body.data.id,
    })
    const silent = rig.incoming({ to: '+15557770000' })
    const commanded = rig.incoming({ to: '+15557770000' })
    await rig.command(commanded, 'client_state_update', { client_state: 'YQ==' })
    rig.calls.clock.advance(10_000)
    expect(silent.told.at(-1)).toMatch(/^reject 480/)
    expect(commanded.state).toBe('ringing')
  })
})

describe('the end', () => {
  it.each([
    ['the caller hangs up', 'hangUp', { hangup_cause: 'normal_clearing', hangup_source: 'caller' }],
    ['a command hangs up', 'command', { hangup_cause: 'normal_clearing', hangup_source: 'callee' }],
  ])('%s', async (_, how, expected) => {
    const call = rig.answered()
    if (how === 'hangUp') call.hangUp()
    else await rig.command(call, 'hangup', { custom_headers: [{ name: 'X-Bye', value: '1' }] })
    expect(rig.payload('call.hangup')).toMatchObject({
      state: 'hangup',
      sip_hangup_cause: '200',
      ...expected,
    })
  })

  it.each([
    [{ cause: 'no-answer', by: 'relay' }, 'timeout'],
    [{ cause: 'no-answer', by: 'callee', sipStatus: 480 }, 'no_answer'],
    [{ cause: 'not-found', by: 'network', sipStatus: 404 }, 'not_found'],
    [{ cause: 'time-limit', by: 'relay' }, 'time_limit'],
    [{ cause: 'canceled', by: 'caller' }, 'originator_cancel'],
    [{ cause: 'media-timeout', by: 'relay' }, 'unspecified'],
  ] as const)('%j is told as %s', (ending, cause) => {
    rig.incoming().end(ending)
    expect(rig.payload('call.hangup')).toMatchObject({ hangup_cause: cause })
  })

  it('has the figures of the media, as text', () => {
    rig.answered().end({
      quality: {
        received: {
          packets: 591,
          bytes: 1,
          lost: 9,
          discarded: 0,
          jitterMs: 2.744,
          concealedMs: 0,
          delayMs: 20,
          rejected: 0,
        },
        sent: { packets: 600, bytes: 1, errors: 0 },
        remote: undefined,
        roundTripMs: undefined,
        mos: 4.5,
      },
    })
    expect(rig.payload('call.hangup').call_quality_stats).toEqual({
      inbound: {
        jitter_max_variance: '2.74',
        jitter_packet_count: '591',
        mos: '4.50',
        packet_count: '591',
        skip_packet_count: '9',
      },
      outbound: { packet_count: '600', skip_packet_count: '0' },
    })
  })

  it('ends what was under way first', async () => {
    const call = rig.answered()
    await rig.command(call, 'gather')
    await rig.command(call, 'speak', { payload: 'Hello', voice: 'Telnyx.KokoroTTS.af' })
    await settle()
    call.hangUp()
    await settle()
    expect(rig.events).toEqual(['call.speak.started', 'call.gather.ended', 'call.speak.ended', 'call.hangup'])
    expect(rig.payload('call.gather.ended')).toMatchObject({ status: 'call_hangup' })
    expect(rig.payload('call.speak.ended')).toMatchObject({ status: 'call_hangup' })
  })
})

describe('the status of a call', () => {
  it('is known while it lives and ten minutes longer', async () => {
    const call = rig.incoming()
    const url = `/calls/${call.identity.callControlId}`
    expect((await rig.request('GET', url)).body.data).toMatchObject({ record_type: 'call', is_alive: true })
    call.pickUp()
    rig.calls.clock.advance(5000)
    call.hangUp()
    const { data } = (await rig.request('GET', url)).body
    expect(data).toMatchObject({ is_alive: false, call_duration: 5, end_time: '2023-11-14T22:13:25.000Z' })
    rig.calls.clock.advance(599_000)
    expect((await rig.request('GET', url)).status).toBe(200)
    rig.calls.clock.advance(1000)
    expect(await rig.request('GET', url)).toMatchObject({
      status: 404,
      body: { errors: [{ code: '10005' }] },
    })
  })
})

describe('what else happens', () => {
  it('is told: keys, hold', () => {
    const call = rig.answered()
    call.press('1#')
    call.hold(true)
    call.hold(false)
    expect(rig.events).toEqual(['call.dtmf.received', 'call.dtmf.received', 'call.hold', 'call.unhold'])
    expect(rig.payload('call.dtmf.received')).toMatchObject({ digit: '#', to: number })
  })

  it('carries the client state of the last command, and none before', async () => {
    const call = rig.incoming()
    expect(rig.payload('call.initiated')).not.toHaveProperty('client_state')
    await rig.command(call, 'answer', { client_state: 'YW5zd2VyZWQ=' })
    expect(rig.payload('call.answered').client_state).toBe('YW5zd2VyZWQ=')
    await rig.command(call, 'client_state_update', { client_state: 'bmV3' })
    call.press('5')
    expect(rig.payload('call.dtmf.received').client_state).toBe('bmV3')
    // A command that is refused leaves it.
    await rig.command(call, 'playback_stop', { client_state: 'cmVmdXNlZA==' })
    call.press('6')
    expect(rig.payload('call.dtmf.received').client_state).toBe('bmV3')
  })

  it('goes where commands say', async () => {
    const call = rig.incoming()
    await rig.command(call, 'answer', {
      webhook_url: 'http://127.0.0.1:9002/call',
      webhook_url_method: 'GET',
      webhook_urls: { 'call.hangup': 'http://127.0.0.1:9003/hangup' },
      webhook_retries_policies: { 'call.hangup': { retries_ms: [100, 200] } },
    })
    call.hangUp()
    const [answered, hangup] = rig.sent.slice(-2)
    expect(answered!.targets).toEqual([
      { url: 'http://127.0.0.1:9002/call', method: 'GET' },
      { url: 'http://127.0.0.1:9001/webhooks', method: 'POST' },
    ])
    expect(hangup!.targets[0]).toEqual({ url: 'http://127.0.0.1:9003/hangup', method: 'POST' })
    expect(hangup!.policy).toEqual({ timeoutMs: 2000, retriesMs: [100, 200] })
  })
})
