import { describe, expect, it } from 'vitest'
import { ConfigError, type Environment, loadConfig } from '../../src/config/index.js'

/** Loads as on a machine with two cores, in /srv, with `text` as parley.yaml. */
function load(text?: string, env: Environment = {}) {
  return loadConfig({
    env,
    cores: 2,
    cwd: '/srv',
    readFile: (path) => (path === '/srv/parley.yaml' ? text : undefined),
  })
}

/** The message of the ConfigError that loading ends in, line by line. */
function mistakes(text?: string, env?: Environment): string[] {
  try {
    load(text, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('without a file', () => {
  const { config, file, warnings } = load()

  it('has the documented defaults', () => {
    expect(config).toMatchObject({
      http: { host: '127.0.0.1', port: 8080 },
      sip: { hosts: ['127.0.0.1'], port: 5060, transports: ['udp', 'tcp'] },
      rtp: { hosts: ['127.0.0.1'], ports: { from: 16384, to: 32767 }, timeoutMs: 30_000 },
      data: { dir: '/srv/data' },
    })
    expect(file).toBeUndefined()
    expect(warnings).toEqual([])
  })

  it('lets every number reach the demo app', () => {
    expect(config.demo).toEqual({ enabled: true, port: 9000 })
    expect(config.routes).toMatchObject([
      { to: '*', record: false, relay: { url: 'ws://127.0.0.1:9000/ws', dialect: 'twilio' } },
    ])
    const moved = load(undefined, { PARLEY_DEMO_PORT: '9100' }).config
    expect(moved.routes[0]?.relay.url).toBe('ws://127.0.0.1:9100/ws')
  })

  it('routes nothing where the demo app is turned off', () => {
    expect(load('demo: {enabled: false}').config.routes).toEqual([])
  })

  it('takes as many calls as the cores carry', () => {
    expect(config.limits.calls).toBe(100)
    expect(load('limits: {calls: 7}').config.limits.calls).toBe(7)
  })

  it('is plain data', () => {
    expect(structuredClone(config)).toEqual(config)
  })
})

describe('the file', () => {
  it('says what answers which number', () => {
    const { config, file } = load(`
recording: { enabled: true }
routes:
  - to: "1000"
    relay:
      url: ws://127.0.0.1:9000/ws
      dialect: telnyx
      welcomeGreeting: Hello. How can I help?
      elevenlabsTextNormalization: on
      hints: [opening hours, book a table]
      parameters: { customer_id: customer_123 }
    record: false
  - to: '*'
    relay: { url: wss://example.com/relay }
`)
    expect(file).toBe('parley.yaml')
    expect(config.demo.enabled).toBe(false)
    expect(config.routes).toMatchObject([
      {
        to: '1000',
        record: false,
        relay: {
          dialect: 'telnyx',
          partialPrompts: true,
          elevenlabsTextNormalization: 'on',
          hints: ['opening hours', 'book a table'],
          parameters: { customer_id: 'customer_123' },
        },
      },
      { to: '*', record: true, relay: { dialect: 'twilio', partialPrompts: false } },
    ])
  })

  it('may be empty, and its groups too', () => {
    expect(load('').config).toEqual(load().config)
    expect(load('http:\nsip:\n  # port: 5070\n').config).toEqual(load().config)
  })

  it('keeps telephone numbers that YAML would take for numbers', () => {
    const relay = 'relay: { url: ws://h/ }'
    const { routes } = load(`
routes:
  - { to: 1000, ${relay} }
  - { to: +4930123, ${relay} }
  - { to: 0301, ${relay} }
  - { to: +1555*, ${relay} }
`).config
    expect(routes.map(({ to }) => to)).toEqual(['1000', '+4930123', '0301', '+1555*'])
  })

  it('may repeat itself by anchor and merge', () => {
    const { routes } = load(`
routes:
  - to: "1"
    relay: &sales { url: ws://h/sales, language: de-DE }
  - to: "2"
    relay: { <<: *sales, language: fr-FR }
`).config
    expect(routes.map(({ relay }) => [relay.url, relay.ttsLanguage])).toEqual([
      ['ws://h/sales', 'de-DE'],
      ['ws://h/sales', 'fr-FR'],
    ])
  })

  it('is the one PARLEY_CONFIG names, absolute or not', () => {
    const files: Record<string, string> = {
      '/etc/parley.yaml': 'http: {port: 1}',
      '/srv/b.yaml': 'http: {port: 2}',
    }
    const portFrom = (PARLEY_CONFIG: string) =>
      loadConfig({ env: { PARLEY_CONFIG }, cores: 1, cwd: '/srv', readFile: (path) => files[path] }).config
        .http.port
    expect(portFrom('/etc/parley.yaml')).toBe(1)
    expect(portFrom('b.yaml')).toBe(2)
    expect(() => portFrom('c.yaml')).toThrow('PARLEY_CONFIG: there is no file c.yaml')
    const unreadable = () => {
      throw new Error('EISDIR: illegal operation on a directory, read')
    }
    const load = () => loadConfig({ env: {}, cores: 1, cwd: '/srv', readFile: unreadable })
    expect(load).toThrow(
      'parley.yaml: cannot be read: EISDIR: illegal operation on a directory, read; expected',
    )
  })
})

describe('who may call', () => {
  it('is not asked on loopback', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.0.0.2']) {
      expect(load(`sip: {host: '${host}'}`).config.sip.allow).toBeUndefined()
    }
  })

  it('is private addresses where SIP is open and callers are not challenged', () => {
    for (const host of ['0.0.0.0', '[127.0.0.1, "::"]']) {
      const { allow } = load(`sip: {host: ${host}}`).config.sip
      expect(allow).toContain('192.168.0.0/16')
      expect(allow).toContain('127.0.0.0/8')
    }
  })

  it('is everyone who knows a password', () => {
    const { sip } = load('sip: {host: "::", auth: {users: {alice: secret}}}').config
    expect(sip.allow).toBeUndefined()
    expect(sip.auth).toEqual({ realm: 'parley', algorithms: ['MD5'], users: { alice: 'secret' } })
  })

  it('is what the file says', () => {
    expect(load('sip: {host: 0.0.0.0, allow: [203.0.113.0/24]}').config.sip.allow).toEqual(['203.0.113.0/24'])
  })
})

describe('IPv4 and IPv6', () => {
  it.each([
    ['0.0.0.0', ['0.0.0.0']],
    ['::', ['::']],
    ['::1', ['::1']],
    ['0.0.0.0, ::', ['0.0.0.0', '::']],
    ['["::", "192.0.2.1"]', ['::', '192.0.2.1']],
  ])('PARLEY_SIP_HOST=%s binds to %j', (text, expected) => {
    const { sip, rtp } = load(undefined, { PARLEY_SIP_HOST: text }).config
    expect(sip.hosts).toEqual(expected)
    expect(rtp.hosts).toEqual(expected)
  })

  it.each(['[]', '[192.0.2.1, 192.0.2.2]', '["::", "::1"]', '[192.0.2.1, "::", "::1"]', '"a b"'])(
    '%s is neither an address nor one of each',
    (value) => {
      expect(mistakes(`sip: {host: ${value}}`).join()).toContain(
        'a host name or an IP address, or one of IPv4 and one of IPv6',
      )
    },
  )
})

describe('RTP', () => {
  it('follows SIP where it is not told otherwise', () => {
    const { rtp } = load('sip: {host: 0.0.0.0, publicAddress: 203.0.113.9}').config
    expect(rtp).toMatchObject({ hosts: ['0.0.0.0'], publicAddress: '203.0.113.9' })
    expect(load('rtp: {host: 10.0.0.1, publicAddress: a.example}').config.rtp).toMatchObject({
      hosts: ['10.0.0.1'],
      publicAddress: 'a.example',
    })
  })
})

describe('a mistake', () => {
  it('names file, line, path, value and what was expected', () => {
    expect(mistakes('log:\n  level: info\nhttp:\n  port: 80a\n')).toEqual([
      'parley.yaml:4: http.port is "80a"; expected a whole number from 0 to 65535',
    ])
  })

  it('is told together with all others, in the order of the file', () => {
    expect(
      mistakes(
        `
routes:
  - to: "1000"
    relay:
      dialect: twillio
      speechTimeout: 10
  - relay: { url: "http://h" }
http: [1]
rtp:
  ports: 32767-16384
  jitter: { minMs: 500 }
sip:
  allow: [10.0.0.0/33]
`,
        { PARLEY_SIP_PORT: 'x' },
      ),
    ).toEqual([
      'PARLEY_SIP_PORT: sip.port is "x"; expected a whole number from 0 to 65535',
      'parley.yaml:4: routes[0].relay.url is missing; expected a ws:// or wss:// URL',
      'parley.yaml:5: routes[0].relay.dialect is "twillio"; expected twilio or telnyx',
      'parley.yaml:6: routes[0].relay.speechTimeout is 10; expected a whole number from 600 to 5000',
      'parley.yaml:7: routes[1].to is missing; expected a dialled number such as "1000", or "*"',
      'parley.yaml:7: routes[1].relay.url is "http://h"; expected a ws:// or wss:// URL',
      'parley.yaml:8: http is [1]; expected an object',
      'parley.yaml:10: rtp.ports is "32767-16384"; expected two ports between 1024 and 65535, such as 16384-32767',
      'parley.yaml:11: rtp.jitter.minMs is 500; expected a number not above maxMs, which is 200',
      'parley.yaml:13: sip.allow[0] is "10.0.0.0/33"; expected an IP address or a range such as 192.0.2.0/24',
    ])
  })

  it('in a key is met with the key that was meant', () => {
    expect(
      mistakes(`
http:
  prot: 80
telephones: 5
routes:
  - to: "1"
    relay:
      url: ws://h/
      welcomegreeting: Hi
      languages: [{ code: de, voce: x }]
`),
    ).toEqual([
      'parley.yaml:3: http.prot is not a known key; did you mean port?',
      expect.stringMatching(
        /^parley.yaml:4: telephones is not a known key; expected one of http, sip, rtp, /,
      ),
      'parley.yaml:9: routes[0].relay.welcomegreeting is not a known key; did you mean welcomeGreeting?',
      'parley.yaml:10: routes[0].relay.languages[0].voce is not a known key; did you mean voice?',
    ])
  })

  it('of two routes for one number is found', () => {
    const relay = 'relay: { url: ws://h/ }'
    expect(mistakes(`routes:\n  - { to: "1", ${relay} }\n  - { to: 1, ${relay} }\n`)).toEqual([
      'parley.yaml:3: routes[1].to is "1"; expected a number that no route before it has',
    ])
  })

  it('never shows a secret', () => {
    const text = 'sip: {auth: {users: {alice: 123456}}}\napp: {authToken: [hunter2]}\n'
    expect(mistakes(text)).toEqual([
      'parley.yaml:1: sip.auth.users.alice is not right; expected a string, in quotes',
      'parley.yaml:2: app.authToken is not right; expected a string, in quotes',
    ])
  })

  it('of the YAML itself has its line', () => {
    expect(mistakes('http:\n  port: 80\n port: 81\n')).toEqual([expect.stringMatching(/^parley\.yaml:3: /)])
    expect(mistakes('http: {port: 1}\nhttp: {port: 2}\n')).toEqual(['parley.yaml:2: Map keys must be unique'])
  })

  it('of YAML that looks right is met with what was meant', () => {
    const stars = 'routes:\n  - { to: *all }\n'
    expect(mistakes(stars)).toEqual([
      'parley.yaml:2: there is no anchor &all; where * is meant as text, it needs quotes',
    ])
    expect(mistakes('routes:\n  - to: *\n')).toEqual(['parley.yaml:2: a * of its own needs quotes'])
    expect(mistakes('a: &a [*a]')).toEqual(['parley.yaml:1: nested too deeply, or an anchor in itself'])
    expect(mistakes('a: {<<: 5}')).toEqual(['parley.yaml:1: Merge sources must be maps or map aliases'])
  })

  it('of a file that is no group of keys', () => {
    expect(mistakes('- 1\n')).toEqual(['parley.yaml:1: is [1]; expected an object'])
    expect(mistakes('hello', { PARLEY_HTTP_PORT: '80' })).toEqual([
      'parley.yaml:1: is "hello"; expected an object',
    ])
  })

  it('has the code of the error table', () => {
    expect(() => load('http: 1')).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  })
})
