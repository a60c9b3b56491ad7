import { createSocket, type Socket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { lacks } from './support/needs.js'
import { freePort } from './support/ports.js'
import { parley } from './support/program.js'
import { TestRelay } from './support/relay.js'
import { audioPort, SipCaller } from './support/sip-caller.js'
import { header } from './support/sip-text.js'
import { until } from './support/wait.js'

let root: string
let app: TestApp

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'parley-'))
  app = await TestApp.start()
})
afterAll(async () => {
  await app.stop()
  rmSync(root, { recursive: true, force: true })
})

function openRelay(config: Record<string, unknown>): Promise<TestRelay> {
  return TestRelay.start(mkdtempSync(join(root, 'relay-')), {
    routes: [{ to: '*', relay: { url: app.url, dtmfDetection: true } }],
    ...config,
  })
}

/** Runs `work` against a relay of its own. */
async function withRelay<T>(
  config: Record<string, unknown>,
  work: (relay: TestRelay) => Promise<T>,
): Promise<T> {
  const relay = await openRelay(config)
  try {
    return await work(relay)
  } finally {
    await relay.stop()
  }
}

/** Dials, runs `work` on the call, closes. */
async function withCaller<T>(
  options: Parameters<typeof SipCaller.dial>[0],
  work: (caller: SipCaller) => Promise<T>,
): Promise<T> {
  const caller = await SipCaller.dial(options)
  try {
    return await work(caller)
  } finally {
    caller.close()
  }
}

const auth = { realm: 'test', users: { alice: 's3cret' } }

describe('callers of this machine', () => {
  let relay: TestRelay
  beforeAll(async () => {
    relay = await openRelay({ sip: { auth } })
  })
  afterAll(() => relay?.stop())

  it('are not asked for a password unless `sip.trustLoopback` is off', () =>
    withCaller({ port: relay.sipPort }, async (caller) => {
      await caller.answered()
      await caller.hangup()
    }))

  it('with session timers: an interval that is too short gets 422 with the least there is; a longer one is kept by the caller', async () => {
    const timer = (seconds: number) => ['Supported: timer', `Session-Expires: ${seconds};refresher=uac`]
    await withCaller({ port: relay.sipPort, headers: timer(60) }, async (caller) => {
      const { status, text } = await caller.final()
      expect(status).toBe(422)
      expect(header(text, 'Min-SE')).toBe('90')
    })
    await withCaller({ port: relay.sipPort, headers: timer(120) }, async (caller) => {
      const { text } = await caller.answered()
      expect(header(text, 'Session-Expires')).toBe('120;refresher=uac')
      expect(header(text, 'Require')).toBe('timer')
      for (const method of ['UPDATE', 'INVITE']) {
        caller.request(method, timer(120))
        const refresh = await caller.final(method)
        expect(refresh.status).toBe(200)
        expect(header(refresh.text, 'Session-Expires')).toBe('120;refresher=uac')
      }
      await caller.hangup()
    })
  })
})

describe('digest authentication', () => {
  it('lets those in who know the password, and only those', () =>
    withRelay({ sip: { auth, trustLoopback: false } }, async (relay) => {
      const before = app.connections.length
      await withCaller({ port: relay.sipPort }, async (caller) => {
        const { status, text } = await caller.final()
        expect(status).toBe(401)
        expect(header(text, 'WWW-Authenticate')).toMatch(/^Digest .*realm="test"/)
      })
      if (lacks('baresip-core')) return
      for (const [password, welcome] of [
        ['wrong', false],
        ['s3cret', true],
      ] as const) {
        const dir = mkdtempSync(join(root, 'phone-'))
        const phone = await Baresip.start({ dir, codec: 'PCMU', auth: { user: 'alice', password } })
        try {
          const uri = `sip:1000@127.0.0.1:${relay.sipPort}`
          if (welcome) {
            await phone.dial(uri)
            await phone.hangup()
          } else {
            await phone.command(`dial ${uri}`)
            await phone.closed()
            expect(phone.output).toMatch(/401|Unauthorized|authentication/i)
            expect(phone.output).not.toContain('established')
          }
        } finally {
          await phone.stop()
        }
      }
      expect(app.connections.length).toBe(before + 1)
    }))
})

describe('the allow-list', () => {
  it('refuses with 403 whoever is not on it', () =>
    withRelay({ sip: { allow: ['192.0.2.0/24'], trustLoopback: false } }, (relay) =>
      withCaller({ port: relay.sipPort }, async (caller) => expect((await caller.final()).status).toBe(403)),
    ))
})

describe.skipIf(lacks('baresip-core'))('IPv6', () => {
  it('a call on [::1] has media both ways, beside those of IPv4', () =>
    withRelay({ sip: { host: ['127.0.0.1', '::1'] } }, async (relay) => {
      const before = app.connections.length
      const line = { '127.0.0.1': 'c=IN IP4 127.0.0.1', '::1': 'c=IN IP6 ::1' }
      for (const address of ['127.0.0.1', '::1'] as const) {
        await withCaller({ port: relay.sipPort, address }, async (caller) => {
          const answer = await caller.answered()
          expect(answer.body).toContain(line[address])
          await until(() => caller.rtp.length > 25, 'half a second of RTP')
          await caller.hangup()
        })
      }
      const dir = mkdtempSync(join(root, 'phone-'))
      const phone = await Baresip.start({ dir, codec: 'G722', address: '::1' })
      try {
        await phone.dial(`sip:1000@[::1]:${relay.sipPort}`)
        const connection = await app.connection(before + 2)
        await phone.command('sndcode 5')
        expect((await connection.frame('dtmf')).frame).toMatchObject({ digit: '5' })
        connection.send({ type: 'sendDigits', digits: '7' })
        await until(() => phone.digits.length > 0, 'a key from the relay')
        expect(phone.digits.map(({ digit }) => digit)).toEqual(['7'])
        await phone.hangup()
      } finally {
        await phone.stop()
      }
    }))
})

describe('RTP ports', () => {
  it('that others use are skipped; when there are none left, the call gets 503 and the others go on', async () => {
    const even = 12_000 + 2 * (process.pid % 1_500)
    const taken = await Promise.all([udp(even), udp(even + 3)])
    try {
      // Whose callers are on the allow-list, so that they are let in.
      const sip = { allow: ['192.0.2.0/24', '127.0.0.0/8'], trustLoopback: false }
      await withRelay({ sip, rtp: { ports: `${even}-${even + 7}` } }, async (relay) => {
        const options = { port: relay.sipPort }
        await withCaller(options, (one) =>
          withCaller(options, async (two) => {
            const ports = (await Promise.all([one.answered(), two.answered()])).map(audioPort)
            expect(ports.sort()).toEqual([even + 4, even + 6])
            await withCaller(options, async (three) => {
              const refusal = await three.final()
              expect(refusal.status).toBe(503)
            })
            await until(() => one.rtp.length > 25 && two.rtp.length > 25, 'half a second of RTP')
            await Promise.all([one.hangup(), two.hangup()])
            // A port that is given back is used again.
            await withCaller(options, async (four) => {
              await four.answered()
              await four.hangup()
            })
          }),
        )
      })
    } finally {
      for (const socket of taken) socket.close()
    }
  })
})

describe('addresses that are taken', () => {
  const environment = (sipPort: number, httpPort: number) => ({
    PARLEY_CONFIG: '',
    PARLEY_DATA_DIR: join(root, 'taken'),
    PARLEY_SIP_PORT: String(sipPort),
    PARLEY_HTTP_PORT: String(httpPort),
    PARLEY_DEMO_ENABLED: 'false',
  })

  it('of SIP over UDP: the message names it and what to do, the exit code is 1, nothing is left running', async () => {
    const [port, httpPort] = [await freePort(), await freePort()]
    const socket = await udp(port)
    try {
      const { code, stderr } = await parley(['start'], environment(port, httpPort), 20_000)
      expect(code).toBe(1)
      expect(stderr).toContain(`127.0.0.1:${port}`)
      expect(stderr).toContain('sip.port')
      expect(stderr).not.toMatch(/^ +at /m)
      await expect(fetch(`http://127.0.0.1:${httpPort}/healthz`)).rejects.toThrow()
    } finally {
      socket.close()
    }
  })

  it.each(['sip', 'http'] as const)('of %s over TCP: the same', async (which) => {
    const [free, port] = [await freePort(), await freePort()]
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    try {
      const env = which === 'sip' ? environment(port, free) : environment(free, port)
      const { code, stderr } = await parley(['start'], env, 20_000)
      expect(code).toBe(1)
      expect(stderr).toContain(`127.0.0.1:${port}`)
      expect(stderr).toContain(`${which}.port`)
    } finally {
      server.close()
    }
  })
})

describe('mistakes in the configuration', () => {
  const file = () => join(root, 'parley.yaml')

  it('`parley config check` and `parley start` name file, line, path, value and what was expected', async () => {
    writeFileSync(
      file(),
      [
        'http:',
        '  port: 80a',
        'routes:',
        '  - to: "1000"',
        '    relay:',
        '      url: http://example.com',
      ].join('\n'),
    )
    for (const command of [['config', 'check'], ['start']]) {
      const { code, stderr } = await parley(command, { PARLEY_CONFIG: file(), PARLEY_SIP_PORT: 'x' })
      expect(code).toBe(1)
      expect(stderr).toContain(`${file()}:2: http.port is "80a"; expected a whole number from 0 to 65535`)
      expect(stderr).toContain(`${file()}:6: routes[0].relay.url`)
      expect(stderr).toContain('PARLEY_SIP_PORT: sip.port is "x"')
    }
  })

  it('a good one is told to be good, with code 0', async () => {
    writeFileSync(file(), 'http: { port: 8081 }\n')
    const { code, stdout } = await parley(['config', 'check'], { PARLEY_CONFIG: file() })
    expect(code).toBe(0)
    expect(stdout).toContain(file())
  })

  it('a file that is not there is a mistake', async () => {
    const { code, stderr } = await parley(['config', 'check'], { PARLEY_CONFIG: join(root, 'none.yaml') })
    expect(code).toBe(1)
    expect(stderr).toContain('none.yaml')
  })
})

async function udp(port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve))
  return socket
}
