import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { recognise, say } from './support/speech.js'
import { TwilioApp } from './support/twilio-app.js'

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
    response.say(`The reason was ${JSON.parse(HandoffData).reason}.`)
    response.hangup()
    return response.toString()
  },
}

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))(
  'a Twilio app, with a real phone and the SDK',
  () => {
    let dir: string
    let app: TwilioApp
    let relay: TestRelay
    let client: twilio.Twilio
    let phone: Baresip | undefined

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'parley-'))
      app = await TwilioApp.start(origin, authToken, pages)
      relay = await TestRelay.start(dir, {
        twilio: {
          accountSid,
          authToken,
          hosts: { 'app.example.com': app.address },
          numbers: [{ number: '1000', voiceUrl: `${origin}/voice`, statusCallback: `${origin}/status` }],
        },
      })
      client = twilio(accountSid, authToken)
      client.api.baseUrl = client.insights.baseUrl = `http://127.0.0.1:${relay.httpPort}`
    })
    afterEach(async () => {
      await phone?.stop()
      phone = undefined
    })
    afterAll(async () => {
      await relay?.stop()
      await app?.stop()
      rmSync(dir, { recursive: true, force: true })
    })

    it('answers, converses, hands off, speaks the action and hangs up; every signature is good', async () => {
      phone = await Baresip.start({ dir: join(dir, 'phone'), codec: 'G722' })
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
      connection.send({ type: 'end', handoffData: '{"reason":"evening"}' })
      expect(await connection.closure()).toMatchObject({ code: 1000, reason: 'Closing websocket session' })
      expect(await app.webhook('/action')).toMatchObject({
        CallSid: sid,
        CallStatus: 'in-progress',
        SessionStatus: 'ended',
        SessionId: setup['sessionId'],
        HandoffData: '{"reason":"evening"}',
      })
      await phone.closed()
      expect(await app.webhook('/status')).toMatchObject({ CallSid: sid, CallStatus: 'completed' })
      expect(app.refused).toBe(0)
      expect(recognise(phone.heard(), dir)).toMatch(/nine.*six.*reason.*evening/)

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
    })
  },
)
