import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Baresip } from './support/baresip.js'
import { Linphone } from './support/linphone.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { TestRelay } from './support/relay.js'
import { concat, levels, type Pcm, recognise, say, silence, spokeAfter } from './support/speech.js'
import { violationsOf } from './support/telnyx-answers.js'
import { until, untilAsync } from './support/wait.js'
import { WebhookSink } from './support/webhook-sink.js'

let dir: string
let relay: TestRelay
let webhooks: WebhookSink
let tlsPort: number

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-'))
  tlsPort = await freePort()
  webhooks = await WebhookSink.start()
  relay = await TestRelay.start(dir, {
    sip: { transports: ['udp', 'tls'], tls: { port: tlsPort } },
    phones: [{ name: 'desk', password: 's3cret' }],
    telnyx: { apiKey: 'KEY_e2e', applications: [{ id: '1', webhook_event_url: webhooks.url }] },
    demo: { enabled: true, port: await freePort() },
  })
})
afterAll(async () => {
  await relay?.stop()
  await webhooks?.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('a phone that encrypts, and the demo', () => {
  it('over TLS, with SRTP mandatory: a spoken question gets a spoken answer', async () => {
    const own = join(dir, 'encrypted')
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
      expect(recognise(phone.heard(), own)).toMatch(/nine.*(six|evening)/)
    } finally {
      await phone.stop()
    }
  })
})

describe.skipIf(lacks('linphone-cli', 'baresip-core', 'flite', 'pocketsphinx'))('rtp.srtp: required', () => {
  let strict: TestRelay

  beforeAll(async () => {
    strict = await TestRelay.start(mkdtempSync(join(dir, 'strict-')), {
      rtp: { srtp: 'required' },
      demo: { enabled: true, port: await freePort() },
    })
  })
  afterAll(() => strict?.stop())

  it('linphone, whose SRTP is of another make, is heard and hears', async () => {
    const phone = await Linphone.start(join(dir, 'linphone'), 'opus', 'srtp')
    try {
      await phone.dial(`sip:1000@127.0.0.1:${strict.sipPort}`)
      await until(() => phone.heardSeconds > 8, 'the greeting', 30_000)
      phone.speak(say('what are your opening hours', dir, 'rms'))
      await until(() => phone.heardSeconds > 18, 'the answer', 30_000)
      phone.hangup()
      await phone.closed()
      expect(recognise(phone.heard(), dir)).toMatch(/nine.*(six|evening)/)
    } finally {
      await phone.stop()
    }
  })

  it('a phone that encrypts nothing is refused', async () => {
    const phone = await Baresip.start({ dir: join(dir, 'plain'), codec: 'PCMU' })
    try {
      await phone.command(`dial sip:1000@127.0.0.1:${strict.sipPort}`)
      await phone.closed()
      expect(phone.output).toContain('488 Not Acceptable Here')
      expect(phone.output).not.toContain('established')
    } finally {
      await phone.stop()
    }
  })
})

describe.skipIf(lacks('baresip-core'))('a phone that registers', () => {
  /** How many contacts the relay has told of at each change of a registration. */
  const contacts = () =>
    [...relay.output.matchAll(/"contacts":\[(.*?)\]/g)].map(([, list]) => (list ? list.split(',').length : 0))

  it.each(['udp', 'tls'] as const)(
    'over %s is known by its password, and forgotten when it quits',
    async (transport) => {
      const phone = await Baresip.start({
        dir: join(dir, transport),
        codec: 'PCMU',
        transport,
        auth: { user: 'desk', password: 's3cret' },
        registrar: `127.0.0.1:${transport === 'udp' ? relay.sipPort : tlsPort}`,
      })
      try {
        await until(() => /200 OK \(.*\) \[1 binding\]/.test(phone.output), 'the registration', 10_000)
        expect(contacts().at(-1)).toBe(1)
      } finally {
        await phone.stop()
      }
      await until(() => contacts().at(-1) === 0, 'the end of the registration', 10_000)
    },
  )

  const command = async (path: string, body: object): Promise<string> => {
    const url = `http://127.0.0.1:${relay.httpPort}/v2/calls${path}`
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: 'Bearer KEY_e2e', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(await violationsOf('POST', url, response)).toEqual([])
    const text = await response.text()
    expect(response.status, text).toBe(200)
    return JSON.parse(text).data.call_control_id
  }

  it('over TLS is called by its name on the connection it opened, with SRTP, and hears', async () => {
    const phone = await Baresip.start({
      dir: join(dir, 'called'),
      codec: 'PCMU',
      transport: 'tls',
      encryption: 'srtp-mand',
      auth: { user: 'desk', password: 's3cret' },
      registrar: `127.0.0.1:${tlsPort}`,
    })
    try {
      await until(() => contacts().at(-1) === 1, 'the registration', 10_000)
      const dial = { connection_id: '1', to: 'desk', from: '+13125550100', media_encryption: 'SRTP' }
      const id = await command('', dial)
      await until(() => /Incoming call/i.test(phone.output), 'the phone to ring', 10_000)
      await phone.command('accept')
      await until(() => /Call established/i.test(phone.output), 'the call to be up', 10_000)
      await command(`/${id}/actions/speak`, {
        payload: 'Good morning, this is a call for you.',
        voice: 'female',
      })
      await untilAsync(async () => voicedMs(phone.heard()) > 1_000, 'the voice', 20_000)
      await command(`/${id}/actions/hangup`, {})
      await phone.closed()
      expect(phone.output).toMatch(/SRTP is Enabled/)
    } finally {
      await phone.stop()
    }
  })

  it('with a wrong password is not', async () => {
    const before = contacts().length
    const phone = await Baresip.start({
      dir: join(dir, 'wrong'),
      codec: 'PCMU',
      auth: { user: 'desk', password: 'wrong' },
      registrar: `127.0.0.1:${relay.sipPort}`,
    })
    try {
      await until(() => relay.output.includes('registration with a wrong password'), 'the refusal', 10_000)
      expect(contacts()).toHaveLength(before)
    } finally {
      await phone.stop()
    }
  })
})

/** How much of what was heard is sound. */
function voicedMs(pcm: Pcm): number {
  return levels(pcm).filter((level) => level > 300).length * 20
}
