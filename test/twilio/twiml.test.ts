import twilio from 'twilio'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExpressApp } from './support/app.js'
import { account, patience, Rig, type RigConfig, until, untilAsync } from './support/rig.js'

const { VoiceResponse } = twilio.twiml
const number = '+15551230002'

describe('a number that TwiML answers', { timeout: patience }, () => {
  let app: ExpressApp
  let rig: Rig
  const start = async (config: (origin: string) => RigConfig, options?: { protocol: string }) => {
    app = await ExpressApp.start(account.authToken, options)
    rig = await Rig.start(config(app.url))
  }
  const relay = () => {
    const response = new VoiceResponse()
    response.connect({ action: '/action' }).conversationRelay({
      url: 'wss://app.example.com/ws?a=b',
      welcomeGreeting: 'Hello',
      dtmfDetection: true,
    })
    return response.toString()
  }
  beforeEach(async () => {
    await start((origin) => ({
      hosts: { 'app.example.com': '127.0.0.1:9' },
      numbers: [
        { number, voiceUrl: `${origin}/voice`, statusCallback: `${origin}/status` },
        { number: '+1777*', voiceUrl: `${origin}/broken` },
        { number: '+1666*', voiceUrl: `${origin}/missing`, voiceFallbackUrl: `${origin}/voice` },
      ],
    }))
  }, patience)
  afterEach(async () => {
    await rig.stop()
    await app.stop()
  })

  it('fetches signed, opens the session while it rings, goes on with the action, tells of the end', async () => {
    app.pages['/voice'] = relay()
    app.pages['/action'] = ({ HandoffData }) => {
      const response = new VoiceResponse()
      response.say(`They said ${HandoffData}`)
      response.hangup()
      return response.toString()
    }
    const call = rig.incoming({ to: number })
    await until(() => call.sessions.length === 1)
    expect(call.told).toEqual(['ring', 'session wss://app.example.com/ws?a=b'])
    expect(app.of('/voice')[0]!.body).toMatchObject({
      CallSid: call.identity.callSid,
      AccountSid: account.sid,
      CallStatus: 'ringing',
      Direction: 'inbound',
      To: number,
      ApiVersion: '2010-04-01',
    })
    call.sessionReady()
    expect(call.state).toBe('answered')
    await rig.clock.run(9000)
    call.sessionOver('app-ended', { handoffData: '{"reason":"human"}' })
    await until(() => call.announcements.length === 1)
    expect(app.of('/action')[0]!.body).toMatchObject({
      SessionStatus: 'ended',
      SessionDuration: '9',
      CallStatus: 'in-progress',
      HandoffData: '{"reason":"human"}',
    })
    expect(call.announcements[0]!.item).toMatchObject({ text: 'They said {"reason":"human"}' })
    call.finishAnnouncement()
    await until(() => app.of('/status').length === 1)
    expect(app.of('/status')[0]!.body).toMatchObject({
      CallStatus: 'completed',
      SequenceNumber: '0',
      CallbackSource: 'call-progress-events',
      CallDuration: '9',
      Duration: '1',
    })
    expect(app.asked).toHaveLength(3)
  })

  it('asks the fallback, and the log of the call tells why', async () => {
    app.pages['/voice'] = '<Response><Say>Sorry</Say></Response>'
    app.pages['/missing'] = '<Respons'
    const call = rig.incoming({ to: '+16660000000' })
    await until(() => call.announcements.length === 1)
    expect(app.of('/voice')[0]!.body).toMatchObject({ ErrorCode: '12100' })
    const { callSid } = call.identity
    const notices = await rig.store.callLog.list({ callSid, kind: 'notice', limit: 10 })
    expect(notices.map(({ data }) => data)).toMatchObject([{ level: 'error', number: 12100 }])
    const requests = await rig.store.callLog.list({ callSid, kind: 'request', limit: 10 })
    expect(requests.map(({ data }) => data['url']).sort()).toEqual([`${app.url}/missing`, `${app.url}/voice`])
    call.hangUp()
  })

  it('says sorry where there is no fallback, and the notifications tell why', async () => {
    app.pages['/broken'] = () => {
      throw new Error('broken')
    }
    const call = rig.incoming({ to: '+17770000000' })
    await until(() => call.announcements.length === 1)
    expect(call.announcements[0]!.item).toMatchObject({ text: expect.stringMatching(/^We are sorry/) })
    call.finishAnnouncement()
    await until(() => call.state === 'ended')
    const [notice] = await rig.client.calls(call.identity.callSid).notifications.list()
    expect(notice).toMatchObject({
      errorCode: '11200',
      log: '0',
      requestUrl: `${app.url}/broken`,
      messageText: expect.stringMatching(/500/),
    })
    const api = rig.client.calls(call.identity.callSid)
    expect((await api.events.list())[0]!.response).toMatchObject({
      response_code: 500,
      content_type: 'text/html',
      response_body: expect.stringContaining('<title>Error</title>'),
    })
    expect(await api.notifications(notice!.sid).fetch()).toMatchObject({
      responseBody: expect.stringContaining('<title>Error</title>'),
    })
  })
})

describe('signatures', { timeout: patience }, () => {
  it.each([
    ['a mapped host', (port: number) => ({ hosts: { 'app.example.com': `127.0.0.1:${port}` } })],
    ['a public URL', () => ({ publicUrl: 'https://app.example.com' })],
  ])('are those of the https URL with %s', async (kind, config) => {
    const app = await ExpressApp.start(account.authToken, { protocol: 'https' })
    const origin = kind === 'a mapped host' ? 'https://app.example.com' : app.url
    const rig = await Rig.start({
      ...config(app.port),
      numbers: [
        {
          number,
          voiceUrl: `${origin}/voice?who=me`,
          statusCallback: `${origin}/status`,
          statusCallbackMethod: 'GET',
        },
      ],
    })
    try {
      app.pages['/voice'] = '<Response><Hangup/></Response>'
      const call = rig.incoming({ to: number })
      await until(() => app.of('/status').length > 0)
      expect(app.of('/voice')[0]!.headers).toMatchObject({ host: 'app.example.com' })
      expect(call.state).toBe('ended')
      const { events } = rig.client.calls(call.identity.callSid)
      const told = await untilAsync(async () =>
        (await events.list()).find(({ request }) => request.url === `${origin}/status`),
      )
      expect(told.request).toMatchObject({ method: 'GET', parameters: { CallSid: call.identity.callSid } })
    } finally {
      await rig.stop()
      await app.stop()
    }
  })
})
