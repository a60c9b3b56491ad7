import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Linphone } from './support/linphone.js'
import { lacks } from './support/needs.js'
import { TestRelay } from './support/relay.js'
import { levels, recognise, say, spokeAfter } from './support/speech.js'
import { until, untilAsync } from './support/wait.js'

describe.skipIf(lacks('linphone-cli', 'flite', 'pocketsphinx'))('linphone and the demo', () => {
  let dir: string
  let relay: TestRelay

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    relay = await TestRelay.start(dir, { demo: { enabled: true, port: 19_800 + (process.pid % 100) } })
  })
  afterAll(async () => {
    await relay.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const lastCall = async () => {
    const { calls } = (await (await relay.get('/v1/calls?limit=1')).json()) as {
      calls: { codec: string; status: string; endBy: string }[]
    }
    return calls[0]!
  }

  it('Opus: a spoken question gets a spoken answer; the caller hangs up', async () => {
    const phone = await Linphone.start(join(dir, 'opus'), 'opus')
    try {
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      const heardAfter = async (seconds: number) => spokeAfter(phone.heard(), seconds)
      await untilAsync(() => heardAfter(0), 'the whole greeting', 60_000, 500)
      const asked = phone.heardSeconds
      phone.speak(say('what are your opening hours', dir, 'rms'))
      await untilAsync(() => heardAfter(asked), 'the whole answer', 60_000, 500)
      phone.hangup()
      await phone.closed()
      expect(recognise(phone.heard(), dir)).toMatch(/nine.*(six|evening)/)
      await until(() => relay.output.includes('"msg":"call over"'), 'the relay to hear of it')
      expect(await lastCall()).toMatchObject({ codec: 'opus', status: 'completed', endBy: 'caller' })
    } finally {
      await phone.stop()
    }
  })

  it('G.711: the greeting is heard; the app hangs up', async () => {
    const phone = await Linphone.start(join(dir, 'pcmu'), 'PCMU')
    try {
      await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
      await until(() => phone.heardSeconds > 8, 'the greeting', 30_000)
      // The independent recogniser makes little of 8 kHz: that somebody speaks for some seconds has to do.
      const voiced = levels(phone.heard()).filter((level) => level > 300).length * 20
      expect(voiced).toBeGreaterThan(2_500)
      phone.speak(say('goodbye', dir, 'rms'))
      await phone.closed()
      expect(await lastCall()).toMatchObject({ codec: 'PCMU', status: 'completed', endBy: 'relay' })
    } finally {
      await phone.stop()
    }
  })
})
