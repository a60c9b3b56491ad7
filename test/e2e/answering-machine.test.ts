import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { concat, type Pcm, say, silence } from './support/speech.js'
import { connectionId, TelnyxSide } from './support/telnyx-side.js'

function beep(ms: number): Pcm {
  const { sampleRate, samples } = silence(ms)
  const sine = samples.map((_, i) => 8000 * Math.sin((2 * Math.PI * 1000 * i) / sampleRate))
  return { sampleRate, samples: sine }
}

describe.skipIf(lacks('baresip-core', 'flite'))('who answers a call that goes out', () => {
  let dir: string
  let side: TelnyxSide
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    side = await TelnyxSide.start(dir)
  })
  afterAll(async () => {
    await side?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  /** Calls a phone that answers and says this. @returns the call */
  async function call(name: string, said: Pcm, mode: 'greeting_end' | 'premium'): Promise<string> {
    const microphone = concat(silence(500), said, silence(60_000))
    const phone = await Baresip.start({
      ...{ dir: join(dir, name), codec: 'PCMU' as const, user: name, microphone, answers: true },
    })
    phones.push(phone)
    const { data } = await side.sdk.calls.dial({
      connection_id: connectionId,
      to: `sip:${name}@127.0.0.1:${phone.sipPort}`,
      from: '+13122010094',
      answering_machine_detection: mode,
    })
    return data!.call_control_id
  }
  const phones: Baresip[] = []
  afterAll(() => Promise.all(phones.map((phone) => phone.stop())))

  it('is told: a machine with its beep, a person, and both the premium way', async () => {
    const greeting = 'You have reached Anna Miller. Please leave a message after the tone.'
    const message = concat(say(greeting, dir), beep(400))
    const hello = say('Hello?', dir)
    const [machine, person, premiumPerson, premiumMachine] = await Promise.all([
      call('machine', message, 'greeting_end'),
      call('person', hello, 'greeting_end'),
      call('friend', hello, 'premium'),
      call('mailbox', message, 'premium'),
    ])
    const result = async (id: string, event: string): Promise<string> =>
      (await side.webhooks.event(id, `call.machine.${event}`)).payload['result'] as string
    expect(await result(person, 'detection.ended')).toBe('human')
    expect(await result(premiumPerson, 'premium.detection.ended')).toBe('human_residence')
    expect(await result(machine, 'detection.ended')).toBe('machine')
    expect(await result(premiumMachine, 'premium.detection.ended')).toBe('machine')
    expect(await result(premiumMachine, 'premium.greeting.ended')).toBe('beep_detected')
    expect(await result(machine, 'greeting.ended')).toBe('beep_detected')
    await side.hangUp()
    expect(side.webhooks.typesOf(person)).not.toContain('call.machine.greeting.ended')
    await side.conforms()
  })
})
