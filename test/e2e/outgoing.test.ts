import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallRecord } from '../../src/store/index.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { violationsOf } from './support/telnyx-answers.js'
import { until, untilAsync } from './support/wait.js'
import { WebhookSink } from './support/webhook-sink.js'

const key = 'KEY_test'
const telnyx = ({ url }: WebhookSink) => ({
  apiKey: key,
  applications: [{ id: 'app', webhook_event_url: url }],
})

async function api(relay: TestRelay, path: string, body: object): Promise<Record<string, unknown>> {
  const url = `http://127.0.0.1:${relay.httpPort}/v2/calls${path}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(await violationsOf('POST', url, response)).toEqual([])
  const answer = (await response.json()) as { data: Record<string, unknown> }
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer.data
}

/** @returns the call control id */
async function dial(relay: TestRelay, to: string, more: object = {}): Promise<string> {
  const call = await api(relay, '', { connection_id: 'app', to, from: '+15550001111', ...more })
  return String(call['call_control_id'])
}

async function hangup(relay: TestRelay, call: string): Promise<void> {
  await api(relay, `/${encodeURIComponent(call)}/actions/hangup`, {})
}

async function recordOf(relay: TestRelay, call: string): Promise<CallRecord> {
  const response = await relay.get(`/v1/calls/${encodeURIComponent(call)}`)
  return ((await response.json()) as { call: CallRecord }).call
}

async function untilStatus(relay: TestRelay, call: string, status: string): Promise<void> {
  const stands = async () => (await recordOf(relay, call))?.status === status
  await untilAsync(stands, `the call to be ${status}`, 20_000, 100)
}

describe('two relays, one the carrier of the other', () => {
  let dir: string
  let app: TestApp
  let carrier: TestRelay
  let branch: TestRelay
  let webhooks: WebhookSink

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    webhooks = await WebhookSink.start()
    const routes = [{ to: '*', relay: { url: app.url, dialect: 'twilio' } }]
    carrier = await TestRelay.start(mkdtempSync(join(dir, 'carrier-')), {
      sip: { trustLoopback: false, auth: { users: { somebody: 'else' } } },
      phones: [{ name: 'branch', password: 'secret' }],
      ...{ routes, telnyx: telnyx(webhooks) },
    })
    const trunk = {
      name: 'carrier',
      // Nothing listens at the first: the second takes the calls.
      address: ['127.0.0.1:9', `127.0.0.1:${carrier.sipPort}`],
      username: 'branch',
      password: 'secret',
      register: true,
      registrar: `127.0.0.1:${carrier.sipPort}`,
      strip: '+',
      prepend: '00',
    }
    // For some numbers another one comes first, which is dead.
    const dead = { name: 'dead', address: '127.0.0.1:9', prefixes: ['+1666'] }
    const trunks = [trunk, dead]
    branch = await TestRelay.start(mkdtempSync(join(dir, 'branch-')), {
      ...{ trunks, routes, telnyx: telnyx(webhooks) },
    })
  })
  afterAll(async () => {
    await Promise.all([branch?.stop(), carrier?.stop()])
    await app?.stop()
    await webhooks?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('a number goes through the trunk, past an address that is dead, with its password', async () => {
    const before = app.connections.length
    const call = await dial(branch, '+1 555 123 0002')
    await untilStatus(branch, call, 'in-progress')
    const setup = (await (await app.connection(before)).frame('setup')).frame
    expect(setup).toMatchObject({ from: '+15550001111', to: '0015551230002', direction: 'inbound' })
    await hangup(branch, call)
    expect((await endedCall(branch, call)).call).toMatchObject({
      direction: 'outbound',
      status: 'completed',
      to: '+15551230002',
      endBy: 'relay',
      endCause: 'normal',
      sipStatus: 200,
      route: 'telnyx:app',
    })
    const there = await endedCall(carrier, String(setup['callSid']))
    expect(there.call).toMatchObject({ status: 'completed', endBy: 'caller' })
  })

  it('a number goes through the next trunk when all of one fails', async () => {
    const before = app.connections.length
    const call = await dial(branch, '+16661230002')
    await untilStatus(branch, call, 'in-progress')
    const setup = (await (await app.connection(before)).frame('setup')).frame
    expect(setup).toMatchObject({ to: '0016661230002', direction: 'inbound' })
    expect(branch.output).toContain('a trunk failed: the next one is called')
    await hangup(branch, call)
    expect((await endedCall(branch, call)).call).toMatchObject({ status: 'completed', endCause: 'normal' })
  })

  it('calls come in by the registration', async () => {
    await until(() => branch.output.includes('"state":"registered"'), 'the registration')
    const before = app.connections.length
    const call = await dial(carrier, 'branch')
    await untilStatus(carrier, call, 'in-progress')
    const there = await app.connection(before)
    expect((await there.frame('setup')).frame).toMatchObject({ from: '+15550001111', direction: 'inbound' })
    there.send({ type: 'end' })
    expect((await endedCall(carrier, call)).call).toMatchObject({ endBy: 'callee', status: 'completed' })
  })

  it('nobody is called where nothing is known of them, and nobody is there', async () => {
    await expect(dial(branch, 'nobody')).rejects.toThrow('10016')
    const call = await dial(branch, 'sip:bob@127.0.0.1:9;transport=tcp')
    expect((await endedCall(branch, call)).call).toMatchObject({
      status: 'failed',
      endCause: 'unreachable',
    })
  })
})

describe.skipIf(lacks('baresip-core'))('a phone with two devices', () => {
  let dir: string
  let relay: TestRelay
  let webhooks: WebhookSink
  const phones: Baresip[] = []

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    webhooks = await WebhookSink.start()
    const phone = { name: 'desk', password: 'secret' }
    relay = await TestRelay.start(dir, { phones: [phone], telnyx: telnyx(webhooks) })
    for (const name of ['one', 'two']) {
      phones.push(
        await Baresip.start({
          dir: join(dir, name),
          codec: 'PCMU',
          auth: { user: 'desk', password: 'secret' },
          registrar: `127.0.0.1:${relay.sipPort}`,
        }),
      )
    }
    await until(() => /"contacts":\[[^\]]+,[^\]]+\]/.test(relay.output), 'both to register')
  })
  afterAll(async () => {
    await Promise.all(phones.map((phone) => phone.stop()))
    await relay?.stop()
    await webhooks?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const ringing = (phone: Baresip) => (phone.output.match(/Incoming call from/gi) ?? []).length

  it('rings at both, and who answers has the call', async () => {
    const call = await dial(relay, 'desk')
    await until(() => phones.every((phone) => ringing(phone) === 1), 'both to ring')
    await untilStatus(relay, call, 'ringing')
    await phones[1]!.command('accept')
    await untilStatus(relay, call, 'in-progress')
    await phones[0]!.closed()
    await phones[1]!.hangup()
    expect((await endedCall(relay, call)).call).toMatchObject({
      codec: 'PCMU',
      status: 'completed',
      endBy: 'callee',
      dialled: 'desk',
    })
  })

  it('stops ringing when nobody answers in time', async () => {
    const call = await dial(relay, 'desk', { timeout_secs: 5 })
    await until(() => phones.every((phone) => ringing(phone) === 2), 'both to ring')
    expect((await endedCall(relay, call)).call).toMatchObject({
      status: 'no-answer',
      endCause: 'no-answer',
      answeredAt: null,
    })
  })
})
