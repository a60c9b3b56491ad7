import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { TestRelay } from './support/relay.js'
import { concat, recognise, say, silence, spokeAfter } from './support/speech.js'
import { untilAsync } from './support/wait.js'

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('a real phone and the demo', () => {
  let dir: string
  let relay: TestRelay

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    relay = await TestRelay.start(dir, { demo: { enabled: true, port: await freePort() } })
  })
  afterAll(async () => {
    await relay?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  // At 8 kHz the independent recogniser mishears a good part: two words of the answer, in order, have to do.
  it.concurrent.each([
    ['G722', 'udp', /nine.*(six|evening)/],
    ['opus', 'udp', /nine.*(six|evening)/],
    ['PCMU', 'tcp', /morning.*evening/],
  ] as const)('%s over %s: a spoken question gets a spoken answer', async (codec, transport, answer) => {
    const own = join(dir, codec)
    const phone = await Baresip.start({
      dir: own,
      codec,
      transport,
      microphone: concat(silence(9_000), say('what are your opening hours', own, 'rms'), silence(20_000)),
    })
    try {
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      await untilAsync(async () => spokeAfter(phone.heard(), 12), 'the whole answer', 60_000, 1_000)
      await phone.command('hangup')
      await phone.closed()
      expect(recognise(phone.heard(), own)).toMatch(answer)
    } finally {
      await phone.stop()
    }
  })
})
