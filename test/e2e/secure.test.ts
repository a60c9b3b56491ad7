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

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('a phone that encrypts, and the demo', () => {
  let dir: string
  let relay: TestRelay
  let tlsPort: number

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    tlsPort = await freePort()
    relay = await TestRelay.start(dir, {
      sip: { transports: ['udp', 'tls'], tls: { port: tlsPort } },
      demo: { enabled: true, port: await freePort() },
    })
  })
  afterAll(async () => {
    await relay?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('over TLS, with SRTP mandatory: a spoken question gets a spoken answer', async () => {
    const own = join(dir, 'tls')
    const phone = await Baresip.start({
      dir: own,
      codec: 'G722',
      transport: 'tls',
      encryption: 'srtp-mand',
      microphone: concat(silence(9_000), say('what are your opening hours', own, 'rms'), silence(20_000)),
    })
    try {
      await phone.dial(`sip:1000@127.0.0.1:${tlsPort};transport=tls`)
      await untilAsync(async () => spokeAfter(phone.heard(), 12), 'the whole answer', 60_000, 1_000)
      await phone.command('hangup')
      await phone.closed()
      expect(phone.output).toMatch(/SRTP is Enabled/)
      expect(recognise(phone.heard(), own)).toMatch(/open from nine.*six.*evening/)
    } finally {
      await phone.stop()
    }
  })
})
