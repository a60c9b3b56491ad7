import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExpressApp } from './support/app.js'
import { account, patience, Rig, until } from './support/rig.js'

describe("queues and keys, by the vendor's SDK", { timeout: patience }, () => {
  let app: ExpressApp
  let rig: Rig
  beforeAll(async () => {
    app = await ExpressApp.start(account.authToken)
    rig = await Rig.start({ numbers: [{ number: '*', voiceUrl: `${app.url}/voice` }] })
    app.pages['/voice'] = `<Response><Enqueue action="${app.url}/after">support</Enqueue></Response>`
  }, patience)
  afterAll(async () => {
    await rig?.stop()
    await app?.stop()
  })

  it('queues are made, changed, kept and deleted', async () => {
    const { queues } = rig.client
    const made = await queues.create({ friendlyName: 'sales', maxSize: 5 })
    expect(made).toMatchObject({ friendlyName: 'sales', maxSize: 5, currentSize: 0, averageWaitTime: 0 })
    await expect(queues.create({ friendlyName: 'sales' })).rejects.toMatchObject({ code: 20001 })
    await rig.clock.run(1000)
    expect(await queues(made.sid).update({ friendlyName: 'orders' })).toMatchObject({
      sid: made.sid,
      friendlyName: 'orders',
      maxSize: 5,
    })
    const other = await queues.create({ friendlyName: 'sales' })
    expect(other.maxSize).toBe(1000)
    await expect(queues(other.sid).update({ friendlyName: 'orders' })).rejects.toMatchObject({ code: 20001 })
    await rig.restart()
    expect((await rig.client.queues.list()).map(({ friendlyName }) => friendlyName).sort()).toEqual([
      'orders',
      'sales',
    ])
    expect(await rig.client.queues(made.sid).fetch()).toMatchObject({ friendlyName: 'orders', maxSize: 5 })
    expect(await rig.client.queues(other.sid).remove()).toBe(true)
    await expect(rig.client.queues(other.sid).fetch()).rejects.toMatchObject({ code: 20404 })
  })

  it('members are known by call and at the front, and taken out by a document', async () => {
    const first = rig.incoming()
    await until(() => first.announcements.length > 0)
    await rig.clock.run(7000)
    const second = rig.incoming()
    await until(() => second.announcements.length > 0)
    const queue = (await rig.client.queues.list()).find(({ friendlyName }) => friendlyName === 'support')!
    expect(queue.currentSize).toBe(2)
    const { members } = rig.client.queues(queue.sid)
    expect((await members.list()).map(({ callSid, position }) => [callSid, position])).toEqual([
      [first.identity.callSid, 1],
      [second.identity.callSid, 2],
    ])
    expect(await members('Front').fetch()).toMatchObject({
      callSid: first.identity.callSid,
      waitTime: 7,
      queueSid: queue.sid,
    })
    await expect(rig.client.queues(queue.sid).remove()).rejects.toMatchObject({ code: 20009, status: 409 })
    app.pages['/agent'] = '<Response><Say>An agent is here</Say></Response>'
    const taken = await members('Front').update({ url: `${app.url}/agent` })
    expect(taken).toMatchObject({ callSid: first.identity.callSid, position: 1 })
    await until(() =>
      first.announcements.some(({ item }) => 'text' in item && item.text === 'An agent is here'),
    )
    await until(() => app.of('/after').length === 1)
    expect(app.of('/after')[0]!.body).toMatchObject({ QueueResult: 'redirected', QueueTime: '7' })
    expect((await members.list()).map(({ callSid }) => callSid)).toEqual([second.identity.callSid])
    await expect(members(first.identity.callSid).fetch()).rejects.toMatchObject({ code: 20404 })
    await expect(members('Front').update({ url: 'nothing' })).rejects.toMatchObject({ code: 21402 })
    second.hangUp()
    first.hangUp()
  })

  it('keys let in as long as they are there; those of the configuration are changed there', async () => {
    const made = await rig.client.newKeys.create({ friendlyName: 'CI' })
    const keyed = twilio(made.sid, made.secret, { accountSid: account.sid })
    keyed.api.baseUrl = rig.url
    expect((await keyed.keys.list()).map(({ friendlyName }) => friendlyName)).toEqual([
      'CI',
      ...Object.keys(account.apiKeys),
    ])
    expect(await keyed.keys(made.sid).update({ friendlyName: 'Build' })).toMatchObject({
      friendlyName: 'Build',
    })
    const configured = rig.client.keys(Object.keys(account.apiKeys)[0]!)
    await expect(configured.remove()).rejects.toMatchObject({ code: 20001 })
    const wrong = twilio(made.sid, 'guessed', { accountSid: account.sid })
    wrong.api.baseUrl = rig.url
    await expect(wrong.keys.list()).rejects.toMatchObject({ code: 20003 })
    expect(await rig.client.keys(made.sid).remove()).toBe(true)
    await expect(keyed.keys.list()).rejects.toMatchObject({ code: 20003, status: 401 })
  })
})
