import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Goertzel } from '../../src/audio/index.js'
import { Baresip } from './support/baresip.js'
import { Linphone } from './support/linphone.js'
import { lacks } from './support/needs.js'
import { type Pcm, silence } from './support/speech.js'
import { number, TelnyxSide } from './support/telnyx-side.js'
import { until, untilAsync } from './support/wait.js'

const password = 's3cret'

function tone(hz: number, ms: number): Pcm {
  const { sampleRate, samples } = silence(ms)
  return { sampleRate, samples: samples.map((_, i) => 8000 * Math.sin((2 * Math.PI * hz * i) / sampleRate)) }
}

/** Whether the last half second of a recording is mostly this tone. */
function sounds({ sampleRate, samples }: Pcm, hz: number): boolean {
  const last = samples.subarray(-sampleRate / 2)
  const ear = new Goertzel(hz, sampleRate)
  for (const sample of last) ear.add(sample)
  return (Math.sqrt(ear.take()) * 2) / Math.max(1, last.length) > 2000
}

describe.skipIf(lacks('baresip-core', 'linphone-cli'))('a transfer that a telephone asks for', () => {
  let dir: string
  let side: TelnyxSide
  let bob: Baresip
  let carol: Baresip
  const phones: { stop(): Promise<void> }[] = []
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    side = await TelnyxSide.start(dir, { phones: ['bob', 'carol'].map((name) => ({ name, password })) })
    bob = await desk('bob', 600)
    carol = await desk('carol', 900)
  })
  afterAll(async () => {
    await Promise.all(phones.map((phone) => phone.stop()))
    await side?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  async function desk(user: string, hz: number): Promise<Baresip> {
    const registrar = `127.0.0.1:${side.relay.sipPort}`
    const phone = await Baresip.start({
      ...{ dir: join(dir, user), codec: 'PCMU' as const, auth: { user, password }, registrar, answers: true },
      microphone: tone(hz, 60_000),
    })
    phones.push(phone)
    await until(() => /200 OK \(.*\) \[1 binding\]/.test(phone.output), 'the registration')
    return phone
  }

  it('blind, to another phone: whom it talked with is called there, and its own call is over', async () => {
    const caller = await Baresip.start({
      ...{ dir: join(dir, 'blind'), codec: 'PCMU' as const, user: 'blind', microphone: tone(750, 60_000) },
    })
    phones.push(caller)
    const { webhooks, sdk } = side
    await caller.command(`dial sip:${number}@127.0.0.1:${side.relay.sipPort}`)
    const id = await side.incoming('blind')
    await sdk.calls.actions.answer(id, {})
    await sdk.calls.actions.transfer(id, { to: 'bob' })
    const toBob = await webhooks.event(null, 'call.bridged', ({ to }) => to === 'bob')
    await bob.command(`transfer sip:carol@127.0.0.1:${side.relay.sipPort}`)
    await webhooks.event(null, 'call.bridged', ({ to }) => to === 'carol')
    await webhooks.event(toBob.payload.call_control_id, 'call.hangup')
    await untilAsync(
      async () => sounds(caller.heard(), 900) && sounds(carol.heard(), 750),
      'the two to hear each other',
      20_000,
      500,
    )
    expect(webhooks.typesOf(id).filter((type) => type === 'call.bridged')).toHaveLength(2)
    await side.hangUp()
  })

  it('attended, of two calls through the relay: those at their other ends talk', async () => {
    const caller = await Linphone.start(join(dir, 'caller'), 'PCMU')
    phones.push(caller)
    const { webhooks, sdk } = side
    /** The caller calls the number, and is passed on. */
    const talkingTo = async (name: string) => {
      const known = new Set(webhooks.delivered.map(({ payload }) => payload.call_control_id))
      const dialling = caller.dialAlso(`sip:${number}@127.0.0.1:${side.relay.sipPort}`)
      const told = await webhooks.event(
        null,
        'call.initiated',
        ({ call_control_id: id, direction }) => direction === 'incoming' && !known.has(id),
      )
      const id = told.payload.call_control_id
      await sdk.calls.actions.answer(id, {})
      const line = await dialling
      await sdk.calls.actions.transfer(id, { to: name })
      await webhooks.event(id, 'call.bridged')
      return { id, line }
    }
    const one = await talkingTo('bob')
    const two = await talkingTo('carol')
    caller.transfer(one.line, two.line)
    await Promise.all([one, two].map(({ id }) => webhooks.event(id, 'call.hangup')))
    await untilAsync(
      async () => sounds(bob.heard(), 900) && sounds(carol.heard(), 600),
      'the two to hear each other',
      20_000,
      500,
    )
    await side.hangUp()
    await side.conforms()
  })

  it('attended, of a call to the relay to somebody whom the phone called itself', async () => {
    const [boss, colleague] = await Promise.all([
      Linphone.start(join(dir, 'boss'), 'PCMU'),
      // Refer-To is made of the address dialled, without its port: to who takes the call over it says only the host.
      Linphone.start(join(dir, 'colleague'), 'PCMU', 'none', {
        answers: true,
        proxy: `127.0.0.1:${side.relay.sipPort}`,
      }),
    ])
    phones.push(boss, colleague)
    const { webhooks, sdk } = side
    const known = new Set(webhooks.delivered.map(({ payload }) => payload.call_control_id))
    const dialling = boss.dialAlso(`sip:${number}@127.0.0.1:${side.relay.sipPort}`)
    const { payload } = await webhooks.event(
      null,
      'call.initiated',
      ({ call_control_id: id, direction }) => direction === 'incoming' && !known.has(id),
    )
    const id = payload.call_control_id
    await sdk.calls.actions.answer(id, {})
    const first = await dialling
    const second = await boss.dialAlso(`sip:colleague@127.0.0.1:${colleague.sipPort}`)
    boss.transfer(second, first)
    await until(
      () => side.relay.output.includes('another phone takes the call over'),
      'the call to be taken over',
    )
    await until(() => /Call \d+ with .* ended/.test(boss.output), 'the first phone to be out of it')
    // The call goes on, unaware: the app can still speak into it.
    const { data } = await sdk.calls.retrieveStatus(id)
    expect(data!.is_alive).toBe(true)
    expect(webhooks.typesOf(id)).not.toContain('call.hangup')
    await sdk.calls.actions.hangup(id, {})
    await until(() => /Call 2 with .* ended/.test(colleague.output), 'the call to end')
  })
})
