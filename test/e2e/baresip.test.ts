import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { TestRelay } from './support/relay.js'
import { concat, recognise, say, silence } from './support/speech.js'
import { until } from './support/wait.js'

let dir: string
let relay: TestRelay | undefined
let phone: Baresip | undefined

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
})
afterEach(async () => {
  await phone?.stop()
  await relay?.stop()
  phone = undefined
  relay = undefined
  rmSync(dir, { recursive: true, force: true })
})

describe('a real phone and the demo', () => {
  it.each([
    ['G722', 'udp'],
    ['PCMU', 'tcp'],
    ['opus', 'udp'],
  ] as const)('%s over %s: a spoken question gets a spoken answer', async (codec, transport) => {
    relay = await TestRelay.start(dir, { demo: { enabled: true, port: 19100 } })
    const question = concat(silence(9_000), say('what are your opening hours', dir, 'rms'), silence(12_000))
    phone = await Baresip.start({
      dir: join(dir, 'phone'),
      codec,
      transport,
      microphone: question,
    })
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    await until(() => phone!.heard().samples.length > 19 * phone!.heard().sampleRate, 'the answer', 40_000)
    await phone.command('hangup')
    await phone.closed()
    expect(recognise(phone.heard(), dir)).toMatch(/open from nine.*six.*evening/)
  })
})
