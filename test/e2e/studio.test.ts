import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { flow, match, on, say as sayState, state } from '../studio/support/flows.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { recognise, say, spokeAfter } from './support/speech.js'
import { until, untilAsync } from './support/wait.js'

const accountSid = 'AC00000000000000000000000000000007'
const authToken = 'a-token-of-the-tests'
const flowSid = `FW${'7'.repeat(32)}`

/** Menu, relay, split on hand-off data, a second phone or an apology. */
const reception = (appUrl: string) =>
  flow(
    'menu',
    state('menu', 'gather-input-on-call', {
      properties: { say: 'Press one.', timeout: 20, stop_gather: true, number_of_digits: 1 },
      transitions: [on('keypress', 'agent'), on('speech'), on('timeout')],
    }),
    state('agent', 'run-conversation-relay', {
      properties: {
        url: appUrl,
        welcome_greeting: 'Hello.',
        parameters: [{ key: 'pressed', value: '{{widgets.menu.Digits}}' }],
      },
      transitions: [on('success', 'handoff'), on('failed', 'sorry')],
    }),
    state('handoff', 'set-variables', {
      properties: { variables: [{ key: 'h', value: '{{widgets.agent.HandoffData}}', parse_as_json: true }] },
      transitions: [on('next', 'route')],
    }),
    state('route', 'split-based-on', {
      properties: { input: '{{flow.variables.h.to}}' },
      transitions: [on('noMatch', 'later'), match('desk', 'equal_to', '{{flow.variables.h.to}}', 'desk')],
    }),
    state('desk', 'connect-call-to', {
      properties: { noun: 'client', to: '{{flow.variables.h.to}}', timeout: 20 },
      transitions: [on('callCompleted', 'bye'), on('hangup')],
    }),
    sayState('bye', 'Goodbye.'),
    sayState('later', 'We are open from nine to six.'),
    sayState('sorry', 'We are sorry. Call again in the evening.'),
  )

/** Asks a server, and keeps what it says. */
const asking = (url: string) =>
  flow(
    'ask',
    state('ask', 'make-http-request', {
      properties: { url },
      transitions: [on('success', 'keep'), on('failed')],
    }),
    state('keep', 'set-variables', {
      properties: { variables: [{ key: 'said', value: '{{widgets.ask.body}}' }] },
      transitions: [on('next')],
    }),
  )

/** Calls the contact, and says what it was told to. */
const reminder = flow(
  'dial',
  state('dial', 'make-outgoing-call-v2', {
    properties: { to: '{{contact.channel.address}}', from: '{{flow.channel.address}}', timeout: 20 },
    transitions: [on('answered', 'remind'), on('busy'), on('noAnswer'), on('failed')],
  }),
  sayState('remind', '{{flow.data.text}}'),
)

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('Studio flows, with real phones', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let client: twilio.Twilio
  let server: Server
  const phones: Baresip[] = []
  let started = 0
  const start = async (name: string, more: Partial<Parameters<typeof Baresip.start>[0]> = {}) => {
    const phone = await Baresip.start({ dir: join(dir, `${name}-${started++}`), codec: 'G722', ...more })
    phones.push(phone)
    return phone
  }
  const registrations = () => (relay.output.match(/"contacts":\["/g) ?? []).length
  /** The phone of the configuration, which answers by itself. */
  const startDesk = async () => {
    const before = registrations()
    const auth = { user: 'desk', password: 'secret' }
    const desk = await start('desk', { auth, registrar: `127.0.0.1:${relay.sipPort}`, answers: true })
    await until(() => registrations() > before, 'the phone to register')
    return desk
  }
  /** A call that has pressed its key, and what the app has of it. */
  const inSession = async () => {
    const before = app.connections.length
    const phone = await start('phone')
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    await phone.command('sndcode 1')
    const connection = await app.connection(before)
    const { frame } = await connection.frame('setup')
    return { phone, connection, setup: frame, callSid: String(frame['callSid']) }
  }
  /** The relay on the same folder, as often as it is wanted. */
  const startRelay = async () => {
    relay = await TestRelay.start(dir, {
      phones: [{ name: 'desk', password: 'secret' }],
      twilio: { accountSid, authToken },
      studio: { flows: [{ file: join(dir, 'reception.json'), sid: flowSid, numbers: ['1000'] }] },
    })
    client = twilio(accountSid, authToken)
    client.studio.baseUrl = client.api.baseUrl = `http://127.0.0.1:${relay.httpPort}`
  }
  const executionsOf = (flow: string) => client.studio.v2.flows(flow).executions
  const executionOf = async (callSid: string) => {
    const executions = await executionsOf(flowSid).list()
    return executions.find(({ context }) => context.trigger.call?.CallSid === callSid)!.sid
  }
  /** What an execution was, once it is over. */
  const stepsOf = async (flow: string, sid: string) => {
    const execution = executionsOf(flow)(sid)
    await untilAsync(async () => (await execution.fetch()).status === 'ended', 'the execution to end')
    const steps = await execution.steps.list()
    return steps.reverse().map((step) => `${step.transitionedFrom} ${step.name} ${step.transitionedTo}`)
  }
  const pathOf = async (callSid: string) => stepsOf(flowSid, await executionOf(callSid))

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    writeFileSync(join(dir, 'reception.json'), JSON.stringify(reception(app.url)))
    server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await startRelay()
  })
  afterEach(async () => {
    await Promise.all(phones.splice(0).map((phone) => phone.stop()))
  })
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    server?.closeAllConnections()
    server?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  it('menu, relay, hand-off, a second phone: both hear each other', async () => {
    const desk = await startDesk()
    const { phone, connection, setup, callSid } = await inSession()
    expect(setup).toMatchObject({ customParameters: { pressed: '1' }, accountSid })
    connection.send({ type: 'end', handoffData: '{"to":"desk"}' })
    await until(() => /established/i.test(desk.output), 'the second phone to answer', 20_000)
    await phone.speak(say('what are your opening hours', dir))
    await untilAsync(
      async () => spokeAfter(desk.heard(), 0),
      'the second phone to have heard it',
      20_000,
      250,
    )
    await desk.hangup()
    await phone.closed()
    expect(recognise(desk.heard(), dir)).toMatch(/opening|hours/)
    expect(await pathOf(callSid)).toEqual([
      'Trigger incomingCall menu',
      'menu keypress agent',
      'agent success handoff',
      'handoff next route',
      'route match desk',
      'desk callCompleted bye',
      'bye audioComplete Ended',
    ])
  })

  it('both ends of the split and of the relay, side by side: a hand-off that fits nothing, an app that crashes', async () => {
    const [handedOff, crashed] = [await inSession(), await inSession()]
    handedOff.connection.send({ type: 'end', handoffData: '{"to":"nobody"}' })
    crashed.connection.socket.terminate()
    await Promise.all([handedOff.phone.closed(), crashed.phone.closed()])
    expect((await pathOf(handedOff.callSid)).slice(2)).toEqual([
      'agent success handoff',
      'handoff next route',
      'route noMatch later',
      'later audioComplete Ended',
    ])
    expect((await pathOf(crashed.callSid)).slice(2)).toEqual([
      'agent failed sorry',
      'sorry audioComplete Ended',
    ])
    expect(recognise(handedOff.phone.heard(), dir)).toMatch(/open|nine|six/)
    expect(recognise(crashed.phone.heard(), dir)).toMatch(/sorry|evening|again/)
  })

  it('a flow made by the SDK calls a phone, and says what the request told', async () => {
    const desk = await startDesk()
    const made = await client.studio.v2.flows.create({
      friendlyName: 'Reminder',
      status: 'published',
      definition: reminder,
    })
    const { executions } = client.studio.v2.flows(made.sid)
    const parameters = { text: 'Your table is ready.' }
    const { sid } = await executions.create({ to: 'desk', from: '+15550001111', parameters })
    const execution = executions(sid)
    await desk.closed()
    await untilAsync(async () => (await execution.fetch()).status === 'ended', 'the execution to end')
    const { context } = await execution.executionContext().fetch()
    expect(context.widgets.dial).toMatchObject({ CallStatus: 'in-progress', Direction: 'outbound-api' })
    expect(recognise(desk.heard(), dir)).toMatch(/table|ready/)
  })
  it('killed in the middle: what was on a call ends and says why, what had none goes on; all that was made is there', async () => {
    const requests: ServerResponse[] = []
    server.on('request', (_, response) => requests.push(response))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { flows } = client.studio.v2
    const calling = inSession()
    const draft = await flows.create({ friendlyName: 'Ask', status: 'draft', definition: asking('nowhere') })
    const { sid: asks } = await flows(draft.sid).update({ status: 'published', definition: asking(url) })
    const { sid: pending } = await executionsOf(asks).create({ to: '+15550001111', from: '+15550002222' })
    const { callSid } = await calling
    await until(() => requests.length === 1, 'the flow to ask')
    const onCall = await executionOf(callSid)
    const before = await executionsOf(flowSid)(onCall).steps.list()
    await relay.kill()
    await startRelay()

    expect(await stepsOf(flowSid, onCall)).toEqual([
      'Trigger incomingCall menu',
      'menu keypress agent',
      'agent hangup Ended',
    ])
    const kept = executionsOf(flowSid)(onCall).steps(before[0]!.sid)
    expect((await kept.stepContext().fetch()).context).toMatchObject({
      trigger: { call: { CallSid: callSid } },
      widgets: { menu: { Digits: '1' } },
    })
    const [notice] = await client.calls(callSid).notifications.list()
    expect(notice).toMatchObject({
      errorCode: '81002',
      messageText: expect.stringContaining('its call is gone'),
    })

    await until(() => requests.length === 2, 'the flow to ask again')
    requests[1]!.end('so')
    expect(await stepsOf(asks, pending)).toEqual([
      'Trigger incomingRequest ask',
      'ask success keep',
      'keep next Ended',
    ])
    const { context } = await executionsOf(asks)(pending).executionContext().fetch()
    expect(context.flow.variables).toEqual({ said: 'so' })
    const again = client.studio.v2.flows(asks)
    expect(await again.fetch()).toMatchObject({ friendlyName: 'Ask', revision: 2, status: 'published' })
    expect(await again.revisions('1').fetch()).toMatchObject({
      status: 'draft',
      definition: asking('nowhere'),
    })
  })
})
