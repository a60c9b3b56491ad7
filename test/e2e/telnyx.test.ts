import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Telnyx from 'telnyx'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { say } from './support/speech.js'
import { TelnyxWebhooks } from './support/telnyx-app.js'
import { until } from './support/wait.js'

const connectionId = '2694492062593582591'
const question = 'what are your opening hours'

describe.skipIf(lacks('baresip-core', 'flite'))('a Telnyx app, with a real phone and its own SDK', () => {
  let dir: string
  let app: TestApp
  let webhooks: TelnyxWebhooks
  let relay: TestRelay
  let client: Telnyx
  let phone: Baresip | undefined
  let desk: Baresip | undefined
  let publicKey = ''

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    webhooks = await TelnyxWebhooks.start(() => publicKey)
    relay = await TestRelay.start(dir, {
      telnyx: {
        apiKey: 'KEY_e2e',
        applications: [{ id: connectionId, webhook_event_url: webhooks.url, numbers: ['1000'] }],
      },
      phones: [{ name: 'desk', password: 'secret' }],
    })
    const printed = execFileSync(process.execPath, ['dist/src/cli/bin.js', 'keys', '--data', relay.dataDir])
    publicKey = /TELNYX_PUBLIC_KEY=(\S+)/.exec(printed.toString())![1]!
    client = new Telnyx({ apiKey: 'KEY_e2e', publicKey, baseURL: `http://127.0.0.1:${relay.httpPort}/v2` })
  })
  afterEach(async () => {
    await phone?.stop()
    await desk?.stop()
    phone = desk = undefined
  })
  afterAll(async () => {
    await relay?.stop()
    await webhooks?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('answers, converses, hands off, gathers keys, records and hangs up', async () => {
    const { actions } = client.calls
    phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
    const lifted = phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)

    const initiated = await webhooks.event('call.initiated')
    const id: string = initiated.payload.call_control_id
    expect(initiated.payload).toMatchObject({
      direction: 'incoming',
      state: 'parked',
      connection_id: connectionId,
    })
    await actions.answer(id, { client_state: 'YW5zd2VyZWQ=' })
    await lifted
    expect((await webhooks.event('call.answered')).payload).toMatchObject({
      call_control_id: id,
      client_state: 'YW5zd2VyZWQ=',
      codec: 'G722',
    })
    expect((await client.calls.retrieveStatus(id)).data).toMatchObject({ is_alive: true })

    const recording = await actions.startRecording(id, { format: 'wav', channels: 'dual' })
    const { data } = await actions.startConversationRelay(id, {
      url: app.url,
      greeting: 'Hello.',
      dtmf_detection: true,
      transcription_engine_config: { hints: [question] },
      custom_parameters: { customer_id: 'c-1' },
    })
    await expect(actions.startConversationRelay(id, { url: app.url })).rejects.toThrow('90061')
    const connection = await app.connection()
    expect((await connection.frame('setup')).frame).toMatchObject({
      sessionId: data!.conversation_relay_id,
      callControlId: id,
      direction: 'inbound',
      customParameters: { customer_id: 'c-1' },
    })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await phone.speak(say(question, dir))
    const prompt = await connection.frame('prompt', ({ last }) => last === true)
    expect(prompt.frame['voicePrompt']).toMatch(/opening hours/)
    connection.send({ type: 'text', token: 'From nine to six.', last: true })
    connection.send({ type: 'end', handoffData: '{"to":"keys"}' })
    const ended = await webhooks.event('call.conversation.ended')
    expect(ended.payload).toMatchObject({
      conversation_id: data!.conversation_relay_id,
      reason: null,
      handoff_data: '{"to":"keys"}',
    })

    await actions.gatherUsingSpeak(id, {
      payload: 'Press one or two.',
      voice: 'Telnyx.KokoroTTS.af',
      valid_digits: '12',
      maximum_digits: 1,
    })
    await webhooks.event('call.speak.started')
    await phone.command('sndcode 2')
    expect((await webhooks.event('call.gather.ended')).payload).toMatchObject({
      digits: '2',
      status: 'valid',
    })
    await actions.speak(id, { payload: 'Goodbye.', voice: 'Telnyx.KokoroTTS.af', command_id: 'bye' })
    await actions.speak(id, { payload: 'Goodbye.', voice: 'Telnyx.KokoroTTS.af', command_id: 'bye' })
    const spoken = (): number => webhooks.events.filter(({ type }) => type === 'call.speak.ended').length
    await until(() => spoken() === 2, 'both to be spoken')
    await actions.hangup(id, {})
    await phone.closed()
    expect((await webhooks.event('call.hangup')).payload).toMatchObject({
      hangup_cause: 'normal_clearing',
      hangup_source: 'callee',
      call_quality_stats: { inbound: { packet_count: expect.stringMatching(/^\d{3,}$/) } },
    })
    const saved = await webhooks.event('call.recording.saved')
    expect(saved.payload.recording_id).toBe((recording.data as { recording_id?: string }).recording_id)
    const file = await fetch(saved.payload.recording_urls.wav)
    expect(file.headers.get('content-type')).toBe('audio/wav')
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(50_000)
    await expect(actions.speak(id, { payload: 'x', voice: 'Telnyx' })).rejects.toThrow('90018')

    expect(webhooks.typesOf(id).filter((type) => !type.startsWith('call.recording'))).toEqual([
      'call.initiated',
      'call.answered',
      'call.conversation.ended',
      'call.speak.started',
      'call.dtmf.received',
      'call.gather.ended',
      'call.speak.ended',
      'call.speak.started',
      'call.speak.ended',
      'call.hangup',
    ])
    expect(webhooks.wrong).toEqual([])
    const deliveries = await client.webhookDeliveries.list({ filter: { webhook: { contains: id } } })
    expect(deliveries.data.length).toBeGreaterThanOrEqual(10)
  })

  it("tells when the app's socket drops; the call goes on", async () => {
    const { actions } = client.calls
    const before = app.connections.length
    phone = await Baresip.start({ dir: join(dir, 'phone-2'), codec: 'PCMU' })
    webhooks.events.length = 0
    const lifted = phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const id: string = (await webhooks.event('call.initiated')).payload.call_control_id
    await actions.answer(id, { conversation_relay_config: { url: app.url, greeting: 'Hello.' } })
    await lifted
    const connection = await app.connection(before)
    await connection.frame('setup')
    connection.socket.close()
    expect((await webhooks.event('call.conversation.ended')).payload.reason).toBe('customer_disconnect')
    expect((await client.calls.retrieveStatus(id)).data!.is_alive).toBe(true)
    await phone.hangup()
    expect((await webhooks.event('call.hangup')).payload).toMatchObject({ hangup_source: 'caller' })
    expect(webhooks.wrong).toEqual([])
  })

  /** A second phone, registered by its name. */
  async function registered(): Promise<Baresip> {
    const phone = await Baresip.start({
      dir: join(dir, `desk-${Date.now()}`),
      codec: 'PCMU',
      auth: { user: 'desk', password: 'secret' },
      registrar: `127.0.0.1:${relay.sipPort}`,
    })
    await until(() => /registered|200 OK/i.test(phone.output), 'the phone to register')
    return phone
  }

  /** Waits for a phone to ring, for the `nth` time in its life. */
  const rings = (phone: Baresip, nth = 1): Promise<void> =>
    until(() => (phone.output.match(/Incoming call/g) ?? []).length >= nth, 'the phone to ring')

  it('transfers to a second phone', async () => {
    const { actions } = client.calls
    desk = await registered()
    phone = await Baresip.start({ dir: join(dir, 'phone-3'), codec: 'G722' })
    webhooks.events.length = 0
    const lifted = phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const id: string = (await webhooks.event('call.initiated')).payload.call_control_id
    await actions.answer(id, {})
    await lifted
    await webhooks.event('call.answered')
    await actions.transfer(id, { to: 'desk', target_leg_client_state: 'ZGVzaw==' })
    const { payload } = await webhooks.event(
      'call.initiated',
      (event) => event.payload.direction === 'outgoing',
    )
    const target: string = payload.call_control_id
    expect(payload).toMatchObject({ client_state: 'ZGVzaw==', state: 'bridging' })
    expect(payload.call_session_id).toBe(webhooks.events[0]!.payload.call_session_id)
    await rings(desk)
    await desk.command('accept')
    await webhooks.event('call.bridged', (event) => event.payload.call_control_id === id)
    await webhooks.event('call.bridged', (event) => event.payload.call_control_id === target)
    await phone.speak(say(question, dir))
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const heard = desk.heard()
    expect(Math.max(...heard.samples.map(Math.abs))).toBeGreaterThan(3000)
    await phone.hangup()
    expect(
      (await webhooks.event('call.hangup', (event) => event.payload.call_control_id === target)).payload,
    ).toMatchObject({ hangup_cause: 'normal_clearing' })
    await desk.closed()
    expect(webhooks.typesOf(target)).toEqual([
      'call.initiated',
      'call.answered',
      'call.bridged',
      'call.hangup',
    ])
    expect(webhooks.wrong).toEqual([])
  })

  it('dials a phone, and the session begins with the answer', async () => {
    const before = app.connections.length
    desk = await registered()
    webhooks.events.length = 0
    const { data } = await client.calls.dial({
      connection_id: connectionId,
      to: 'desk',
      from: '+15550001111',
      conversation_relay_config: { url: app.url, greeting: 'Hello.', dtmf_detection: true },
    })
    const id = data!.call_control_id
    await webhooks.event('call.initiated')
    await rings(desk)
    await desk.command('accept')
    const connection = await app.connection(before)
    expect((await connection.frame('setup')).frame).toMatchObject({
      callControlId: id,
      direction: 'outbound',
    })
    await desk.command('sndcode 7')
    expect((await connection.frame('dtmf')).frame['digit']).toBe('7')
    await client.calls.actions.hangup(id, {})
    await desk.closed()
    await webhooks.event('call.hangup')
    expect(webhooks.typesOf(id)).toEqual([
      'call.initiated',
      'call.answered',
      'call.dtmf.received',
      'call.conversation.ended',
      'call.hangup',
    ])
    expect(webhooks.wrong).toEqual([])
  })

  it('is told when a phone does not answer, is busy, or is not there', async () => {
    desk = await registered()
    const dial = (more: object) =>
      client.calls.dial({ connection_id: connectionId, to: 'desk', from: '+15550001111', ...more })
    const hangup = (id: string) =>
      webhooks.event('call.hangup', (event) => event.payload.call_control_id === id)

    const unanswered = (await dial({ timeout_secs: 5 })).data!.call_control_id
    expect((await hangup(unanswered)).payload).toMatchObject({ hangup_cause: 'timeout' })
    const busy = (await dial({})).data!.call_control_id
    await rings(desk, 2)
    await desk.command('hangup')
    expect(['user_busy', 'call_rejected']).toContain((await hangup(busy)).payload.hangup_cause)
    await expect(dial({ to: 'nobody' })).rejects.toThrow('10016')
    await expect(dial({ to: '+15552223333' })).rejects.toThrow('10027')
    expect(webhooks.wrong).toEqual([])
  })
})
