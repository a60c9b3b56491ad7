import type { AddressInfo } from 'node:net'
import TelnyxSdk from 'telnyx'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeCall } from '../support/fake-call.js'
import { apiKey, connectionId, Rig, settle } from './support/rig.js'

let rig: Rig
let client: TelnyxSdk
beforeEach(async () => {
  rig = await Rig.start()
  client = await connected(rig)
})
afterEach(() => rig.close())

/** Telnyx's own SDK, which knows only where we are and which keys count. */
async function connected(rig: Rig, key = apiKey): Promise<TelnyxSdk> {
  if (!rig.app.server.listening) await rig.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = rig.app.server.address() as AddressInfo
  const options = { apiKey: key, baseURL: `http://127.0.0.1:${port}/v2`, publicKey: rig.signing.publicKey }
  return new TelnyxSdk({ ...options, maxRetries: 0 })
}

const idOf = (call: FakeCall): string => call.identity.callControlId

describe('the SDK', () => {
  it('drives a call from its beginning to its end', async () => {
    const { actions } = client.calls
    const call = rig.incoming()
    const ok = { data: { result: 'ok' } }
    expect(await actions.answer(idOf(call), { client_state: 'YQ==' })).toEqual(ok)
    const relay = await actions.startConversationRelay(idOf(call), {
      url: 'wss://example.com/relay',
      greeting: 'Hi',
      interruptible: 'speech',
      voice_settings: { type: 'telnyx', voice_speed: 1 },
    })
    expect(relay.data).toEqual({ result: 'ok', conversation_relay_id: call.session })
    // Without parameters, as JavaScript may call it, the SDK sends a JSON content type and no body.
    expect(await actions.stopConversationRelay(idOf(call), undefined as never)).toEqual(ok)
    expect(await actions.speak(idOf(call), { payload: 'Bye', voice: 'Telnyx.KokoroTTS.af' })).toEqual(ok)
    expect(await actions.stopPlayback(idOf(call), {})).toEqual(ok)
    expect(await actions.startPlayback(idOf(call), { audio_url: 'http://h/a.mp3' })).toEqual(ok)
    expect(await actions.gather(idOf(call), { maximum_digits: 1 })).toEqual(ok)
    expect(await actions.stopGather(idOf(call), {})).toEqual(ok)
    expect(await actions.gatherUsingSpeak(idOf(call), { payload: 'Key?', voice: 'Telnyx' })).toEqual(ok)
    expect(await actions.gatherUsingAudio(idOf(call), { audio_url: 'http://h/b.mp3' })).toEqual(ok)
    expect(await actions.sendDtmf(idOf(call), { digits: '1' })).toEqual(ok)
    expect(await actions.updateClientState(idOf(call), { client_state: 'Yg==' })).toEqual(ok)
    expect(await actions.startTranscription(idOf(call), {})).toEqual(ok)
    expect(await actions.stopTranscription(idOf(call), {})).toEqual(ok)
    expect(await actions.startStreaming(idOf(call), { stream_url: 'wss://h/' })).toMatchObject(ok)
    expect(await actions.stopStreaming(idOf(call), {})).toEqual(ok)
    expect(await actions.startRecording(idOf(call), { format: 'mp3', channels: 'dual' })).toMatchObject(ok)
    expect(await actions.pauseRecording(idOf(call), {})).toEqual(ok)
    expect(await actions.resumeRecording(idOf(call), {})).toEqual(ok)
    expect(await actions.stopRecording(idOf(call), {})).toEqual(ok)
    expect(await actions.transfer(idOf(call), { to: '+15550002222' })).toEqual(ok)
    const other = rig.answered()
    // The SDK's own name for the other call; on the wire it is call_control_id.
    expect(await actions.bridge(idOf(call), { call_control_id_to_bridge_with: idOf(other) })).toEqual(ok)
    expect((await client.calls.retrieveStatus(idOf(call))).data).toMatchObject({ is_alive: true })
    expect(await actions.hangup(idOf(call), {})).toEqual(ok)
    expect((await client.calls.retrieveStatus(idOf(call))).data).toMatchObject({ is_alive: false })
    const refused = rig.incoming()
    expect(await actions.reject(idOf(refused), { cause: 'USER_BUSY' })).toEqual(ok)
  })

  it('dials', async () => {
    const { data } = await client.calls.dial({
      connection_id: connectionId,
      to: '+15550002222',
      from: '+13122010094',
      conversation_relay_config: { url: 'wss://example.com/relay' },
    })
    expect(data).toMatchObject({
      record_type: 'call',
      is_alive: false,
      call_control_id: idOf(rig.calls.last),
    })
    rig.calls.last.pickUp()
    expect(rig.calls.last.sessions).toHaveLength(1)
  })

  it('keeps applications, numbers and secrets', async () => {
    const { data: made } = await client.callControlApplications.create({
      application_name: 'mine',
      webhook_event_url: 'http://h/',
    })
    const names: (string | undefined)[] = []
    for await (const entry of client.callControlApplications.list({ 'page[size]': 1 }))
      names.push(entry.application_name)
    expect(names).toEqual(['mine', 'test'])
    const order = await client.numberOrders.create({ phone_numbers: [{ phone_number: '+15551234567' }] })
    const id = order.data!.phone_numbers![0]!.id!
    const { data: number } = await client.phoneNumbers.update(id, { connection_id: made!.id! })
    expect(number).toMatchObject({ connection_name: 'mine' })
    const secret = await client.integrationSecrets.create({ identifier: 'k', type: 'bearer', token: 't' })
    await client.integrationSecrets.delete(secret.data.id)
    expect((await client.integrationSecrets.list()).data).toEqual([])
    expect((await client.webhookDeliveries.list()).data).toEqual([])
    expect((await client.recordings.list()).data).toEqual([])
  })

  it('verifies and reads every webhook', async () => {
    const call = rig.incoming()
    await client.calls.actions.answer(idOf(call), {})
    call.press('1')
    call.hangUp()
    // The SDK takes what was signed within five minutes of its own clock.
    rig.calls.clock.advance(Date.now() - rig.calls.clock.now())
    const types = []
    for (const webhook of rig.sent) {
      const { body, headers } = rig.render(webhook)
      const event = (await client.webhooks.unwrap(body, { headers })) as { data: { event_type: string } }
      types.push(event.data.event_type)
      await expect(client.webhooks.unwrap(`${body} `, { headers })).rejects.toThrow(
        'Signature verification failed',
      )
    }
    expect(types).toEqual(['call.initiated', 'call.answered', 'call.dtmf.received', 'call.hangup'])
  })
})

describe('errors of the SDK', () => {
  /** What the SDK throws: its class, the status, and the first code. */
  async function thrown(promise: Promise<unknown>): Promise<{ name: string; status: number; code: string }> {
    const error = await promise.then(
      () => {
        throw new Error('nothing was thrown')
      },
      (error: unknown) => error,
    )
    if (!(error instanceof TelnyxSdk.APIError)) throw error
    const body = error.error as { errors: { code: string }[] }
    return { name: error.constructor.name, status: error.status as number, code: body.errors[0]!.code }
  }

  it('are those that are documented', async () => {
    const { actions } = client.calls
    const ringing = rig.incoming()
    const over = rig.answered()
    over.hangUp()
    const unprocessable = { name: 'UnprocessableEntityError', status: 422 }
    const speech = { payload: 'Hi', voice: 'Telnyx' }
    expect(await thrown(actions.speak(idOf(ringing), speech))).toEqual({ ...unprocessable, code: '90034' })
    expect(await thrown(actions.speak(idOf(over), speech))).toEqual({ ...unprocessable, code: '90018' })
    expect(await thrown(actions.hangup('v3:nobody', {}))).toEqual({ ...unprocessable, code: '90015' })
    expect(await thrown(client.calls.retrieveStatus('v3:nobody'))).toEqual({
      name: 'NotFoundError',
      status: 404,
      code: '10005',
    })
    const stranger = await connected(rig, 'KEY_other')
    expect(await thrown(stranger.calls.actions.hangup(idOf(ringing), {}))).toEqual({
      name: 'AuthenticationError',
      status: 401,
      code: '10009',
    })
    const call = rig.answered()
    const url = 'wss://example.com/relay'
    await actions.startConversationRelay(idOf(call), { url })
    expect(await thrown(actions.startConversationRelay(idOf(call), { url }))).toEqual({
      ...unprocessable,
      code: '90061',
    })
    const legacy = { url, transcription: { model: 'x' } }
    expect(await thrown(actions.startConversationRelay(idOf(call), legacy))).toEqual({
      ...unprocessable,
      code: '10027',
    })
  })

  it('tell of too many requests', async () => {
    const bounded = await Rig.start({ requestsPerMinute: 1 })
    const hasty = await connected(bounded)
    await hasty.callControlApplications.list()
    expect(await thrown(Promise.resolve(hasty.callControlApplications.list()))).toEqual({
      name: 'RateLimitError',
      status: 429,
      code: '10011',
    })
    await bounded.close()
  })

  it('lead to retries that act once', async () => {
    const call = rig.answered()
    let failures = 1
    rig.app.server.prependListener('request', (request, response) => {
      if (!request.url?.includes('/actions/speak') || failures-- <= 0) return
      // The command acted, and its answer was lost.
      const end = response.end.bind(response)
      response.end = ((...args: Parameters<typeof end>) => {
        request.socket.destroy()
        return end(...args)
      }) as typeof response.end
    })
    const patient = client.withOptions({ maxRetries: 1 })
    const speech = { payload: 'Hi', voice: 'Telnyx', command_id: 'c1' }
    expect(await patient.calls.actions.speak(idOf(call), speech)).toEqual({ data: { result: 'ok' } })
    await settle()
    expect(call.announcements).toHaveLength(1)
  })
})
