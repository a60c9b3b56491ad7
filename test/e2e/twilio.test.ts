import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { heardIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { type Pcm, recognise, say } from './support/speech.js'
import { TwilioApp } from './support/twilio-app.js'
import { until, untilAsync } from './support/wait.js'

const accountSid = 'AC00000000000000000000000000000007'
const authToken = 'a-token-of-the-tests'
const origin = 'https://app.example.com'
const question = 'what are your opening hours'
const { VoiceResponse } = twilio.twiml

const pages = {
  '/voice': () => {
    const response = new VoiceResponse()
    const relay = response.connect({ action: '/action' }).conversationRelay({
      url: 'wss://app.example.com/ws/caller?mode=test',
      welcomeGreeting: 'Hello.',
      hints: question,
      events: 'speaker-events',
    } as Parameters<ReturnType<typeof response.connect>['conversationRelay']>[0])
    relay.parameter({ name: 'customer', value: 'c-1' })
    return response.toString()
  },
  '/action': ({ HandoffData = '{}' }: Record<string, string>) => {
    const response = new VoiceResponse()
    const { to, when } = JSON.parse(HandoffData)
    if (to) response.dial({ action: '/dialled', callerId: '+15550001111' }).client(to)
    else response.say(`We are open in the ${when}.`)
    response.hangup()
    return response.toString()
  },
  '/dialled': () => '<Response><Hangup/></Response>',
  '/meeting': () => {
    const response = new VoiceResponse()
    response
      .dial()
      .conference({ beep: 'false', statusCallback: '/room', statusCallbackEvent: ['speaker'] }, 'Meeting')
    return response.toString()
  },
  '/hello': () => '<Response><Say>From nine to six.</Say><Pause length="60"/></Response>',
}

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))(
  'a Twilio app, with real phones and the SDK',
  () => {
    let dir: string
    let app: TwilioApp
    let relay: TestRelay
    let client: twilio.Twilio
    const phones: Baresip[] = []
    let started = 0
    const start = async (name: string, more: Partial<Parameters<typeof Baresip.start>[0]> = {}) => {
      const phone = await Baresip.start({
        dir: join(dir, `${name}-${started++}`),
        codec: 'G722',
        ...more,
      })
      phones.push(phone)
      return phone
    }
    /** The phone of the configuration, registered. */
    const startDesk = async () => {
      const before = registrations()
      const auth = { user: 'desk', password: 'secret' }
      const desk = await start('desk', { auth, registrar: `127.0.0.1:${relay.sipPort}` })
      await until(() => registrations() > before, 'the phone to register')
      return desk
    }
    const registrations = () => (relay.output.match(/"contacts":\["/g) ?? []).length

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'parley-'))
      app = await TwilioApp.start(origin, authToken, pages)
      relay = await TestRelay.start(dir, {
        phones: [{ name: 'desk', password: 'secret' }],
        twilio: {
          accountSid,
          authToken,
          hosts: { 'app.example.com': app.address },
          numbers: [
            { number: '1000', voiceUrl: `${origin}/voice`, statusCallback: `${origin}/status` },
            { number: '3000', voiceUrl: `${origin}/meeting` },
          ],
        },
      })
      client = twilio(accountSid, authToken)
      client.api.baseUrl = client.insights.baseUrl = `http://127.0.0.1:${relay.httpPort}`
    })
    afterEach(async () => {
      await Promise.all(phones.splice(0).map((phone) => phone.stop()))
      app.connections.length = app.webhooks.length = 0
      // Every webhook and handshake of every test here.
      expect(app.refused.splice(0)).toEqual([])
    })
    afterAll(async () => {
      await relay?.stop()
      await app?.stop()
      rmSync(dir, { recursive: true, force: true })
    })

    it('answers, converses, hands off, speaks the action and hangs up; every signature is good', async () => {
      const phone = await start('phone')
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      const connection = await app.connection()
      const { frame: setup } = await connection.frame('setup')
      const { CallSid: sid } = await app.webhook('/voice')
      expect(setup).toMatchObject({
        callSid: sid,
        accountSid,
        callStatus: 'RINGING',
        customParameters: { customer: 'c-1' },
      })
      await connection.frame('info', (frame) => frame['name'] === 'agentSpeaking' && frame['value'] === 'off')
      await phone.speak(say(question, dir))
      const { frame: prompt } = await connection.frame('prompt', ({ last }) => last === true)
      expect(prompt['voicePrompt']).toMatch(/opening hours/)
      connection.send({ type: 'text', token: 'From nine to six.', last: true })
      connection.send({ type: 'end', handoffData: '{"when":"evening"}' })
      expect(await connection.closure()).toMatchObject({ code: 1000, reason: 'Closing websocket session' })
      expect(await app.webhook('/action')).toMatchObject({
        CallSid: sid,
        CallStatus: 'in-progress',
        SessionStatus: 'ended',
        SessionId: setup['sessionId'],
        HandoffData: '{"when":"evening"}',
      })
      await phone.closed()
      expect(await app.webhook('/status')).toMatchObject({ CallSid: sid, CallStatus: 'completed' })
      expect(recognise(phone.heard(), dir)).toMatch(/nine.*(six|evening)/)

      expect(await client.calls(sid!).fetch()).toMatchObject({ status: 'completed', direction: 'inbound' })
      const events = await client.insights.v1.calls(sid!).events.list()
      const names = events.map(({ name }) => name)
      for (const name of [
        'configurations',
        'answered',
        'prompt_sent',
        'tts_latency',
        'call_wrap_up',
        'completed',
      ]) {
        expect(names).toContain(name)
      }
      const summary = await client.insights.v1.calls(sid!).summary().fetch()
      expect(summary).toMatchObject({ callState: 'completed', processingState: 'complete' })
      const [session] = summary.agentSessionSummaries
      // The first ping goes out with the socket's opening; on this machine its answer takes less than a moment.
      expect(session!.networkLatencyMs!.min).toBeGreaterThan(0)
      expect(session!.networkLatencyMs!.max).toBeLessThan(1000)
    })

    it('hands the caller over to a second phone; both hear each other', async () => {
      const desk = await startDesk()
      const phone = await start('phone')
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      const connection = await app.connection()
      const { frame: setup } = await connection.frame('setup')
      await connection.frame('info', (frame) => frame['name'] === 'agentSpeaking' && frame['value'] === 'off')
      await phone.speak(say(question, dir))
      const { frame: prompt } = await connection.frame('prompt', ({ last }) => last === true)
      expect(prompt['voicePrompt']).toMatch(/opening hours/)
      connection.send({ type: 'text', token: 'I will ask my colleague.', last: true })
      connection.send({ type: 'end', handoffData: '{"to":"desk"}' })
      expect(await connection.closure()).toMatchObject({ code: 1000, reason: 'Closing websocket session' })
      expect(await app.webhook('/action')).toMatchObject({
        CallStatus: 'in-progress',
        SessionStatus: 'ended',
        SessionId: setup['sessionId'],
        HandoffData: '{"to":"desk"}',
      })

      await until(() => /Incoming call from/i.test(desk.output), 'the second phone to ring')
      await desk.command('accept')
      await until(() => /established/i.test(desk.output), 'the second phone to answer')
      await says(phone, say('book a table for four people', dir))
      await says(desk, say('we are open from nine to six', dir))
      await desk.hangup()
      expect(await app.webhook('/dialled')).toMatchObject({
        CallSid: setup['callSid'],
        CallStatus: 'in-progress',
        DialCallStatus: 'completed',
        DialBridged: 'true',
        DialCallSid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
      })
      await phone.closed()
      expect(recognise(desk.heard(), dir)).toMatch(/table for/)
      expect(recognise(phone.heard(), dir)).toMatch(/colleague.*nine.*six/)
      const { CallSid: sid } = await app.webhook('/status')
      const [child] = await client.calls.list({ parentCallSid: sid! })
      expect(child).toMatchObject({ direction: 'outbound-dial', status: 'completed', to: 'client:desk' })
      expect(app.told('/dialled')[0]!['DialCallSid']).toBe(child!.sid)
    })

    it('calls a phone by the API, changes what it does, records it, and tells of its progress', async () => {
      const desk = await startDesk()
      const { sid } = await client.calls.create({
        to: 'client:desk',
        from: '+15550001111',
        url: `${origin}/hello`,
        statusCallback: `${origin}/progress`,
        statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      })
      await until(() => /Incoming call from/i.test(desk.output), 'the phone to ring')
      await desk.command('accept')
      await app.webhook('/hello')
      const recording = await client.calls(sid).recordings.create()
      await new Promise((resolve) => setTimeout(resolve, 3000))
      await client.calls(sid).update({ twiml: '<Response><Say>In the evening.</Say></Response>' })
      await desk.closed()
      expect(await app.webhook('/progress', (body) => body['CallStatus'] === 'completed')).toMatchObject({
        CallSid: sid,
        SequenceNumber: '3',
        SipResponseCode: '200',
      })
      const told = app.webhooks.filter(({ path }) => path === '/progress')
      expect(told.map(({ body }) => body['CallStatus'])).toEqual([
        'initiated',
        'ringing',
        'in-progress',
        'completed',
      ])
      expect(recognise(desk.heard(), dir)).toMatch(/nine.*(six|evening)/)
      const progress = await client.insights.v1.calls(sid).events.list()
      expect(progress.map(({ name }) => name)).toEqual(['initiated', 'ringing', 'answered', 'completed'])
      const { mediaUrl } = await client.recordings(recording.sid).fetch()
      expect((await (await fetch(`${mediaUrl}.wav`)).arrayBuffer()).byteLength).toBeGreaterThan(20_000)
    })

    it('calls a phone into a conference by the API, has its words, and its figures afterwards', async () => {
      const desk = await startDesk()
      const phone = await start('phone')
      await phone.dial(`sip:3000@127.0.0.1:${relay.sipPort}`)
      const { CallSid: sid } = await app.webhook('/meeting')
      const made = await client.conferences('Meeting').participants.create({
        to: 'client:desk',
        from: '+15550001111',
        label: 'desk',
        beep: 'false',
      })
      await until(() => /Incoming call from/i.test(desk.output), 'the phone to ring')
      const room = client.conferences(made.conferenceSid)
      expect(await room.participants('desk').fetch()).toMatchObject({ status: 'ringing' })
      await desk.command('accept')
      await untilAsync(async () => (await room.fetch()).status === 'in-progress', 'the conference to begin')
      await client.calls(sid!).transcriptions.create({
        track: 'inbound_track',
        statusCallbackUrl: `${origin}/words`,
        hints: question,
      })
      const spoken = say(question, dir)
      await phone.speak(spoken)
      const { TranscriptionData } = await app.webhook(
        '/words',
        (body) => body['TranscriptionEvent'] === 'transcription-content',
      )
      expect(JSON.parse(TranscriptionData!)['transcript']).toMatch(/opening|hours/)
      for (const event of ['participant-speech-start', 'participant-speech-stop']) {
        await app.webhook('/room', (body) => body['StatusCallbackEvent'] === event && body['CallSid'] === sid)
      }
      expect(await room.participants('desk').update({ muted: true })).toMatchObject({ muted: true })
      await untilAsync(
        async () => (await client.insights.v1.calls(sid!).metrics.list()).length >= 2,
        "the call's first figures",
      )
      await room.update({ status: 'completed' })
      await Promise.all([phone.closed(), desk.closed()])
      expect(heardIn(spoken, desk.heard())).toBe(true)
      const [past] = await client.conferences.list({ friendlyName: 'Meeting', status: 'completed' })
      expect(past).toMatchObject({
        sid: made.conferenceSid,
        reasonConferenceEnded: 'conference-ended-via-api',
      })
      const rows = await client.insights.v1.calls(sid!).metrics.list({ direction: 'inbound' })
      expect(rows.length).toBeGreaterThanOrEqual(2)
      const [first] = rows
      const answeredAt = (await client.calls(sid!).fetch()).startTime.getTime()
      expect(Math.abs(Date.parse(first!.timestamp) - answeredAt - 10_000)).toBeLessThan(2500)
      const { cumulative } = first!.sipEdge as { cumulative: { packets_received: number } }
      expect(cumulative.packets_received).toBeGreaterThan(300)
      expect(cumulative.packets_received).toBeLessThan(530)
    })
  },
)

/** Says something, until all of it has arrived. */
async function says(phone: Baresip, pcm: Pcm): Promise<void> {
  await phone.speak(pcm)
  await new Promise((resolve) => setTimeout(resolve, (pcm.samples.length * 1000) / pcm.sampleRate + 600))
}
