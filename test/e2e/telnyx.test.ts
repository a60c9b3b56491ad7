import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import TelnyxSdk from 'telnyx'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createCodec, resample } from '../../src/audio/index.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { heardIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { type Pcm, readWav, recognise, say, spokeAfter, writeWav } from './support/speech.js'
import { connectionId, number, TelnyxSide } from './support/telnyx-side.js'
import { until, untilAsync } from './support/wait.js'

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))("Telnyx's SDK and telephones", () => {
  let dir: string
  let app: TestApp
  let side: TelnyxSide
  let lifted: Baresip[] = []
  let phones = 0
  /** What the test's sentences sound like. */
  let spoken: { readonly hours: Pcm; readonly table: Pcm }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    side = await TelnyxSide.start(dir, {
      phones: [
        { name: 'desk', password: 's3cret' },
        { name: 'home', password: 's3cret' },
      ],
    })
    spoken = {
      hours: say('what are your opening hours', dir, 'rms'),
      table: say('book a table for four people', dir, 'rms'),
    }
  })
  afterEach(async () => {
    app.onFrame = () => {}
    for (const phone of lifted) await phone.stop()
    lifted = []
    await side.hangUp()
  })
  afterAll(async () => {
    await side?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  /** A phone that calls the application's number. @returns it, ringing, and its call_control_id */
  async function call(codec: 'G722' | 'PCMU' = 'G722') {
    const user = `caller${phones++}`
    const phone = await Baresip.start({ dir: join(dir, user), codec, user })
    lifted.push(phone)
    await phone.command(`dial sip:${number}@127.0.0.1:${side.relay.sipPort}`)
    const id = await side.incoming(user)
    return { phone, id }
  }

  /** A phone of the configuration; that on the desk has another codec than the callers. */
  async function registered(name: string, answers = true): Promise<Baresip> {
    const phone = await Baresip.start({
      dir: join(dir, `${name}-${phones++}`),
      codec: name === 'desk' ? 'PCMU' : 'G722',
      auth: { user: name, password: 's3cret' },
      registrar: `127.0.0.1:${side.relay.sipPort}`,
      answers,
    })
    lifted.push(phone)
    await until(() => /200 OK \(.*\) \[1 binding\]/.test(phone.output), 'the registration', 10_000)
    return phone
  }

  /** Waits until a phone has heard somebody, and then silence. */
  async function spokenTo(phone: Baresip): Promise<void> {
    const heard = async () => spokeAfter(phone.heard(), 0)
    await until(() => /established/i.test(phone.output), 'the call to be answered', 10_000)
    return untilAsync(heard, 'somebody to have spoken', 30_000, 250)
  }

  it('from the first ring over a conversation and a transfer to the end', async () => {
    const { actions } = side.sdk.calls
    const { webhooks } = side
    const nth = app.connections.length
    const desk = await registered('desk')
    const { phone, id } = await call()
    await actions.answer(id, { client_state: 'c3RhdGU=' })
    expect((await webhooks.event(id, 'call.answered')).payload).toMatchObject({
      client_state: 'c3RhdGU=',
      codec: 'G722',
    })

    app.onFrame = ({ type, last }, connection) => {
      // Whatever was understood of the question: this is not about recognition.
      if (type !== 'prompt' || !last) return
      connection.send({ type: 'text', token: 'We are open ', last: false })
      connection.send({
        type: 'text',
        token: 'from nine in the morning until six in the evening.',
        last: true,
      })
      connection.send({ type: 'end', handoffData: '{"to":"desk"}' })
    }
    const started = await actions.startConversationRelay(id, {
      url: app.url,
      greeting: 'Hello. How can I help?',
      custom_parameters: { account: '42' },
    })
    const connection = await app.connection(nth)
    const setup = await connection.frame('setup')
    expect(setup.frame).toMatchObject({
      sessionId: started.data?.conversation_relay_id,
      callControlId: id,
      direction: 'inbound',
      customParameters: { account: '42' },
    })
    await spokenTo(phone)
    await phone.speak(spoken.hours)
    const ended = await webhooks.event(id, 'call.conversation.ended', undefined, 40_000)
    expect(ended.payload).toMatchObject({
      client_state: 'c3RhdGU=',
      conversation_id: started.data?.conversation_relay_id,
      reason: null,
      handoff_data: '{"to":"desk"}',
    })
    expect(recognise(phone.heard(), dir)).toMatch(/nine.*(six|evening)/)

    await actions.transfer(id, { to: 'desk' })
    await webhooks.event(id, 'call.bridged')
    const { payload } = await webhooks.event(null, 'call.bridged', (told) => told.call_control_id !== id)
    expect(payload.call_session_id).toBe(ended.payload.call_session_id)
    await desk.speak(spoken.table)
    await phone.speak(spoken.hours)
    await untilAsync(
      async () => heardIn(spoken.table, phone.heard()) && heardIn(spoken.hours, desk.heard()),
      'both to hear each other',
      20_000,
      500,
    )
    await phone.command('sndcode 5')
    await until(() => desk.digits.some(({ digit }) => digit === '5'), 'the key at the desk')
    await phone.command('hold')
    await webhooks.event(id, 'call.hold')
    await phone.command('resume')
    await webhooks.event(id, 'call.unhold')

    await actions.hangup(id, {})
    await phone.closed()
    await webhooks.event(payload.call_control_id, 'call.hangup')
    expect(webhooks.typesOf(id)).toEqual([
      'call.initiated',
      'call.answered',
      'call.conversation.ended',
      'call.bridged',
      'call.dtmf.received',
      'call.hold',
      'call.unhold',
      'call.hangup',
    ])
    expect(webhooks.typesOf(payload.call_control_id)).toEqual([
      'call.initiated',
      'call.answered',
      'call.bridged',
      'call.hangup',
    ])
  })

  it('one conversation at a time; a command sent twice acts once; the app that leaves ends the conversation only', async () => {
    const { actions } = side.sdk.calls
    const { webhooks } = side
    const nth = app.connections.length
    const { phone, id } = await call('PCMU')
    const speech = { payload: 'One moment.', voice: 'Telnyx.KokoroTTS.af' }
    expect(await thrown(actions.speak(id, speech))).toEqual(['UnprocessableEntityError', 422, '90034'])

    await actions.answer(id, { conversation_relay_config: { url: app.url, dtmf_detection: true } })
    const connection = await app.connection(nth)
    await connection.frame('setup')
    expect(await thrown(actions.startConversationRelay(id, { url: app.url }))).toEqual([
      'UnprocessableEntityError',
      422,
      '90061',
    ])
    const twice = [1, 2].map(() => actions.speak(id, { ...speech, command_id: 'once' }))
    expect(await Promise.all(twice)).toEqual([{ data: { result: 'ok' } }, { data: { result: 'ok' } }])
    await webhooks.event(id, 'call.speak.ended')
    await phone.command('sndcode 5')
    expect((await connection.frame('dtmf')).frame['digit']).toBe('5')

    connection.socket.close()
    expect((await webhooks.event(id, 'call.conversation.ended')).payload.reason).toBe('customer_disconnect')
    expect((await side.sdk.calls.retrieveStatus(id)).data).toMatchObject({ is_alive: true })
    const stranger = side.sdk.withOptions({ apiKey: 'KEY_other' })
    expect(await thrown(stranger.calls.actions.hangup(id, {}))).toEqual(['AuthenticationError', 401, '10009'])
    expect(await thrown(actions.hangup('v3:nobody', {}))).toEqual(['UnprocessableEntityError', 422, '90015'])
    expect(await thrown(side.sdk.calls.retrieveStatus('v3:nobody'))).toEqual(['NotFoundError', 404, '10005'])

    await phone.hangup()
    expect((await webhooks.event(id, 'call.hangup')).payload).toMatchObject({
      hangup_cause: 'normal_clearing',
      hangup_source: 'caller',
      call_quality_stats: { inbound: { packet_count: expect.stringMatching(/^\d{2,}$/) } },
    })
    expect(await thrown(actions.speak(id, speech))).toEqual(['UnprocessableEntityError', 422, '90018'])
    expect(webhooks.typesOf(id).filter((type) => type === 'call.speak.started')).toHaveLength(1)
  })

  it('a phone that is dialled is in a conversation as soon as it answers', async () => {
    const { webhooks } = side
    const nth = app.connections.length
    const home = await registered('home')
    const { data } = await side.sdk.calls.dial({
      connection_id: connectionId,
      to: 'home',
      from: number,
      client_state: 'b3V0',
      conversation_relay_config: { url: app.url, greeting: 'Thank you for waiting.' },
    })
    const id = data!.call_control_id
    const connection = await app.connection(nth)
    expect((await connection.frame('setup')).frame).toMatchObject({
      callControlId: id,
      direction: 'outbound',
      from: number,
      to: 'home',
    })
    await spokenTo(home)
    expect(recognise(home.heard(), dir)).toMatch(/thank you for/)
    connection.send({ type: 'end' })
    expect((await webhooks.event(id, 'call.conversation.ended')).payload.client_state).toBe('b3V0')
    await home.hangup()
    expect((await webhooks.event(id, 'call.hangup')).payload.hangup_source).toBe('callee')
    expect(webhooks.typesOf(id)).toEqual([
      'call.initiated',
      'call.answered',
      'call.conversation.ended',
      'call.hangup',
    ])
  })

  it('two callers are joined; who is left alone is parked, and can be spoken to; a third is rejected', async () => {
    const { actions } = side.sdk.calls
    const { webhooks } = side
    const [one, two] = [await call('G722'), await call('PCMU')]
    for (const { id } of [one, two]) {
      await actions.answer(id, {})
      await webhooks.event(id, 'call.answered')
    }
    await actions.bridge(one.id, { call_control_id_to_bridge_with: two.id, park_after_unbridge: 'self' })
    await webhooks.event(one.id, 'call.bridged')
    await webhooks.event(two.id, 'call.bridged')
    await two.phone.speak(spoken.table)
    await untilAsync(async () => heardIn(spoken.table, one.phone.heard()), 'the other caller', 20_000, 500)
    await two.phone.hangup()
    await webhooks.event(two.id, 'call.hangup')
    await actions.speak(one.id, { payload: 'Thank you for waiting.', voice: 'Telnyx.KokoroTTS.af' })
    expect((await webhooks.event(one.id, 'call.speak.ended')).payload.status).toBe('completed')
    const said = say('Thank you for waiting.', dir)
    await untilAsync(async () => heardIn(said, one.phone.heard()), 'the relay', 10_000, 500)

    const third = await call('PCMU')
    await actions.reject(third.id, { cause: 'USER_BUSY' })
    await third.phone.closed()
    expect(third.phone.output).toContain('486 Busy Here')
    await actions.hangup(one.id, {})
    await one.phone.closed()
  })

  it('a phone that is busy, does not answer, or is not there', async () => {
    const phone = await registered('home', false)
    const dial = async (more: object) => {
      const request = { connection_id: connectionId, to: 'home', from: number, ...more }
      return (await side.sdk.calls.dial(request)).data!.call_control_id
    }
    const causeOf = async (id: string) => (await side.webhooks.event(id, 'call.hangup')).payload.hangup_cause
    const rung = (times: number) => () => (phone.output.match(/Incoming call/g) ?? []).length >= times

    const busy = await dial({})
    await until(rung(1), 'the phone to ring')
    await phone.command('hangup')
    expect(await causeOf(busy)).toBe('user_busy')
    const unanswered = await dial({ timeout_secs: 5 })
    await until(rung(2), 'the phone to ring again')
    expect(await causeOf(unanswered)).toBe('timeout')
    expect(await thrown(dial({ to: 'nobody' }))).toEqual(['UnprocessableEntityError', 422, '10016'])
    expect(await thrown(dial({ to: '+15552223333' }))).toEqual(['UnprocessableEntityError', 422, '10027'])
  })

  it('keys, both ways', async () => {
    const { actions } = side.sdk.calls
    const { webhooks } = side
    const { phone, id } = await call()
    await actions.answer(id, {})
    await webhooks.event(id, 'call.answered')
    const gathered = async (nth: number) => {
      const all = () => webhooks.of(id).filter(({ type }) => type === 'call.gather.ended')
      await until(() => all().length > nth, 'the end of a gather', 30_000)
      return all()[nth]!.payload
    }

    await actions.gather(id, { minimum_digits: 4, maximum_digits: 4, client_state: 'cGlu' })
    await phone.command('sndcode 1234')
    expect(await gathered(0)).toMatchObject({ digits: '1234', status: 'valid', client_state: 'cGlu' })
    const keys = webhooks.of(id).filter(({ type }) => type === 'call.dtmf.received')
    expect(keys.map(({ payload }) => payload.digit).join('')).toBe('1234')

    await actions.gatherUsingSpeak(id, {
      payload: 'Please enter your number, and then the hash key.',
      voice: 'Telnyx',
    })
    await webhooks.event(id, 'call.speak.started')
    await phone.command('sndcode 42#')
    expect(await gathered(1)).toMatchObject({ digits: '42', status: 'valid' })
    // The first key cut the prompt.
    const [started, cut] = webhooks.of(id).filter(({ type }) => type.startsWith('call.speak'))
    expect(cut!.type).toBe('call.speak.ended')
    expect(cut!.at - started!.at).toBeLessThan(2_000)

    await actions.gather(id, { initial_timeout_millis: 300 })
    expect(await gathered(2)).toMatchObject({ digits: '', status: 'timeout' })

    await actions.sendDtmf(id, { digits: '7w#' })
    await until(() => phone.digits.length >= 2, 'two keys at the phone')
    expect(phone.digits.map(({ digit }) => digit).join('')).toBe('7#')
    await actions.hangup(id, {})
    await phone.closed()
  })

  it('speech, files, a stream, a transcription and a recording of all of it', async () => {
    const { actions } = side.sdk.calls
    const { webhooks } = side
    const files = await serve(dir)
    try {
      const nth = app.connections.length
      const { phone, id } = await call()
      await actions.answer(id, {})
      await webhooks.event(id, 'call.answered')
      await actions.startRecording(id, { format: 'wav', channels: 'dual' })
      await actions.startTranscription(id, { transcription_tracks: 'inbound' })
      await actions.startStreaming(id, {
        stream_url: app.url,
        stream_codec: 'PCMU',
        stream_bidirectional_mode: 'rtp',
        stream_bidirectional_target_legs: 'self',
      })
      await webhooks.event(id, 'streaming.started')

      await actions.speak(id, { payload: 'Thank you for waiting.', voice: 'Telnyx.KokoroTTS.af' })
      writeWav(join(dir, 'table.wav'), spoken.table)
      await actions.startPlayback(id, { audio_url: `${files.url}/table.wav` })
      expect((await webhooks.event(id, 'call.playback.ended')).payload.status).toBe('completed')
      await phone.speak(spoken.hours)
      const { payload } = await webhooks.event(id, 'call.transcription')
      expect(payload.transcription_data).toMatchObject({ is_final: true, transcription_track: 'inbound' })
      expect(payload.transcription_data.transcript).toMatch(/opening|hours/)

      const stream = app.connections[nth]!
      expect(heardIn(spoken.hours, streamed(stream.received.map(({ frame }) => frame)))).toBe(true)
      const reply = readWav(join(dir, 'table.wav'))
      stream.send({ event: 'media', media: { payload: muLaw(reply).toString('base64') } })
      stream.send({ event: 'mark', mark: { name: 'said' } })
      await until(
        () => stream.received.some(({ frame }) => frame['event'] === 'mark'),
        'the mark of what was streamed back',
      )
      await actions.stopStreaming(id, {})
      await webhooks.event(id, 'streaming.stopped')
      await actions.stopTranscription(id, {})
      await actions.stopRecording(id, {})

      const saved = await webhooks.event(id, 'call.recording.saved')
      const response = await fetch(saved.payload.recording_urls.wav)
      expect(response.status).toBe(200)
      const file = join(dir, 'recording.wav')
      writeFileSync(file, Buffer.from(await response.arrayBuffer()))
      expect(heardIn(spoken.hours, readWav(file, 0))).toBe(true)
      expect(recognise(readWav(file, 1), dir)).toMatch(/thank you for/)
      expect(heardIn(spoken.table, readWav(file, 1))).toBe(true)
      expect(heardIn(spoken.table, phone.heard())).toBe(true)
      await actions.hangup(id, {})
      await phone.closed()
    } finally {
      files.server.close()
    }
  })

  it('all of it as Telnyx describes it, every webhook signed and listed', async () => {
    await side.conforms()
    const { delivered } = side.webhooks
    const listed = new Set<string>()
    for await (const { webhook } of side.sdk.webhookDeliveries.list({ 'page[size]': 50 } as never)) {
      listed.add((webhook as { id: string }).id)
    }
    expect(delivered.filter(({ id }) => !listed.has(id)).map(({ type }) => type)).toEqual([])
  })
})

/** What the SDK throws: its class, the status, and the first code. */
async function thrown(promise: Promise<unknown>): Promise<[name: string, status: unknown, code: string]> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof TelnyxSdk.APIError)) throw error ?? new Error('nothing was thrown')
  const { errors } = error.error as { errors: { code: string }[] }
  return [error.constructor.name, error.status, errors[0]!.code]
}

/** Serves the files of a folder. */
async function serve(dir: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'audio/wav')
    response.end(readFileSync(join(dir, request.url!.slice(1))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** What came over a media stream in PCMU. */
function streamed(frames: readonly Record<string, unknown>[]): Pcm {
  const codec = createCodec('PCMU')
  const payloads = frames
    .filter(({ event }) => event === 'media')
    .map(({ media }) => Buffer.from((media as { payload: string }).payload, 'base64'))
  const samples = new Int16Array(payloads.length * 160)
  for (const [i, payload] of payloads.entries())
    codec.decode(payload, samples.subarray(i * 160, (i + 1) * 160))
  return { sampleRate: 8_000, samples }
}

function muLaw(pcm: Pcm): Buffer {
  const narrow = resample(pcm.samples, pcm.sampleRate, 8_000)
  const payload = Buffer.alloc(narrow.length)
  createCodec('PCMU').encode(narrow, payload)
  return payload
}
