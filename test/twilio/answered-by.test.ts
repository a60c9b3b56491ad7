import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExpressApp } from './support/app.js'
import { account, patience, Rig, until } from './support/rig.js'

const from = '+15550001111'
const to = '+15550002222'

describe('answering machine detection', { timeout: patience }, () => {
  let app: ExpressApp
  let rig: Rig
  beforeAll(async () => {
    app = await ExpressApp.start(account.authToken)
    rig = await Rig.start()
    app.pages['/voice'] = '<Response><Pause length="60"/></Response>'
  }, patience)
  afterAll(async () => {
    await rig?.stop()
    await app?.stop()
  })
  /** A call that somebody has answered, and what is listened for. */
  const answered = async (more: object) => {
    const dialled = rig.calls.all.length
    const url = `${app.url}/voice?call=${dialled}`
    await rig.client.calls.create({ from, to, url, ...more })
    const call = rig.calls.last
    call.pickUp()
    const asked = () => app.of('/voice').filter(({ body }) => body['call'] === `${dialled}`)
    return { call, watch: call.watches[0]!, asked }
  }

  it('lets the call wait until it is known who answered', async () => {
    const { call, watch, asked } = await answered({
      machineDetection: 'Enable',
      machineDetectionTimeout: 10,
    })
    expect(watch.wish).toMatchObject({
      initialSilenceMs: 5000,
      greetingMs: 2400,
      afterGreetingSilenceMs: 1200,
      totalMs: 10_000,
    })
    expect(asked()).toHaveLength(0)
    watch.answered('human', { afterMs: 2240 })
    await until(() => asked().length === 1)
    expect(asked()[0]!.body).toMatchObject({ AnsweredBy: 'human', MachineDetectionDuration: '2240' })
    expect(watch.stopped).toBe(true)
    const { callSid } = call.identity
    expect(await rig.client.calls(callSid).fetch()).toMatchObject({ answeredBy: 'human' })
    expect(await rig.client.insights.v1.calls(callSid).summary().fetch()).toMatchObject({
      answeredBy: 'human',
    })
  })

  it.each([
    ['machine', 'machine_start'],
    ['fax', 'fax'],
    ['silence', 'unknown'],
    ['unsure', 'unknown'],
  ] as const)('tells %s as %s', async (by, name) => {
    const { watch, asked } = await answered({ machineDetection: 'Enable' })
    watch.answered(by)
    await until(() => asked().length === 1)
    expect(asked()[0]!.body).toMatchObject({ AnsweredBy: name })
  })

  it.each([
    ['beep', 'machine_end_beep'],
    ['silence', 'machine_end_silence'],
    ['timeout', 'machine_end_other'],
  ] as const)('waits for the end of a greeting, which %s is', async (how, name) => {
    const { watch, asked } = await answered({ machineDetection: 'DetectMessageEnd' })
    watch.answered('machine')
    watch.greetingEnded(how)
    await until(() => asked().length === 1)
    expect(asked()[0]!.body).toMatchObject({ AnsweredBy: name, MachineDetectionDuration: '5000' })
  })

  it('goes on meanwhile where that is asked, and tells a call-back', async () => {
    const { call, watch, asked } = await answered({
      machineDetection: 'Enable',
      asyncAmd: 'true',
      asyncAmdStatusCallback: `${app.url}/amd`,
    })
    await until(() => asked().length === 1)
    expect(asked()[0]!.body).not.toHaveProperty('AnsweredBy')
    watch.answered('machine', { afterMs: 2400 })
    const { callSid } = call.identity
    const told = () => app.of('/amd').filter(({ body }) => body['CallSid'] === callSid)
    await until(() => told().length === 1)
    expect(told()[0]!.body).toEqual({
      AccountSid: account.sid,
      CallSid: callSid,
      AnsweredBy: 'machine_start',
      MachineDetectionDuration: '2400',
    })
  })

  it('lets a participant take part meanwhile', async () => {
    const made = await rig.client.conferences('Amd').participants.create({
      ...{ from, to, machineDetection: 'Enable', amdStatusCallback: `${app.url}/participant` },
    })
    const call = rig.calls.last
    call.pickUp()
    await until(() => call.announcements.length > 0)
    call.watches[0]!.answered('human')
    await until(() => app.of('/participant').length === 1)
    expect(app.of('/participant')[0]!.body).toMatchObject({ CallSid: made.callSid, AnsweredBy: 'human' })
  })

  it('does not disturb what the API has given the call meanwhile', async () => {
    const { call, watch, asked } = await answered({ machineDetection: 'Enable' })
    await rig.client
      .calls(call.identity.callSid)
      .update({ twiml: '<Response><Pause length="60"/></Response>' })
    watch.answered('human')
    await rig.clock.run(100)
    expect(asked()).toHaveLength(0)
  })

  it('is left where keys are sent, as on Twilio', async () => {
    const { watch } = await answered({ machineDetection: 'Enable', sendDigits: '1' })
    expect(watch).toBeUndefined()
  })

  it.each([{ machineDetection: 'Maybe' }, { machineDetection: 'Enable', machineDetectionTimeout: 90 }])(
    'refuses %j',
    async (more) => {
      const making = rig.client.calls.create({ from, to, url: `${app.url}/voice`, ...more })
      await expect(making).rejects.toMatchObject({ status: 400, code: 20001 })
    },
  )
})
