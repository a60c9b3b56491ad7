import { describe, expect, it } from 'vitest'
import { ConfigError, type Environment, loadConfig } from '../../src/config/index.js'
import { configKeys } from '../../src/config/keys.js'

const load = (env: Environment, text?: string) =>
  loadConfig({ env, cores: 1, cwd: '/srv', readFile: () => text })

describe('the environment', () => {
  it('names a key by its path in upper case', () => {
    const variables = Object.fromEntries(configKeys().map(({ path, variable }) => [path.join('.'), variable]))
    expect(variables).toMatchObject({
      'http.port': 'PARLEY_HTTP_PORT',
      'http.adminKey': 'PARLEY_HTTP_ADMIN_KEY',
      'rtp.timeoutMs': 'PARLEY_RTP_TIMEOUT_MS',
      'sip.sessionTimers.expiresSeconds': 'PARLEY_SIP_SESSION_TIMERS_EXPIRES_SECONDS',
      'data.dir': 'PARLEY_DATA_DIR',
      routes: 'PARLEY_ROUTES',
    })
    expect(new Set(Object.values(variables)).size).toBe(configKeys().length)
  })

  it('goes before the file, which goes before the defaults', () => {
    const file = 'http: { port: 1, host: 10.0.0.1 }'
    expect(load({ PARLEY_HTTP_PORT: '2' }, file).config.http).toEqual({ port: 2, host: '10.0.0.1' })
  })

  it('gives every kind of value', () => {
    const { config } = load({
      PARLEY_SIP_TRANSPORTS: 'udp, tcp',
      PARLEY_SIP_ALLOW: '["10.0.0.0/8"]',
      PARLEY_SIP_AUTH_USERS: '{alice: "1234"}',
      PARLEY_RTP_PORTS: '20000-20100',
      PARLEY_RECORDING_ENABLED: 'true',
      PARLEY_APP_AUTH_TOKEN: '0123',
      PARLEY_DATA_DIR: '/var/lib/parley',
      PARLEY_ROUTES: '[{"to":"*","relay":{"url":"wss://example.com/"}}]',
    })
    expect(config).toMatchObject({
      sip: {
        transports: ['udp', 'tcp'],
        allow: ['10.0.0.0/8'],
        auth: { realm: 'parley', users: { alice: '1234' } },
      },
      rtp: { ports: { from: 20000, to: 20100 } },
      app: { authToken: '0123' },
      data: { dir: '/var/lib/parley' },
      routes: [{ to: '*', record: true, relay: { url: 'wss://example.com/' } }],
    })
  })

  it('that is empty counts as not set', () => {
    expect(load({ PARLEY_HTTP_PORT: '', PARLEY_CONFIG: '' }).config.http.port).toBe(8080)
  })

  it('is warned of where it looks like a mistake, since whatever runs us may set names of its own', () => {
    expect(load({ PARLEY_HTP_PORT: '1', PARLEY_PORT_5060_UDP: 'x', PATH: '/bin' }).warnings).toEqual([
      'PARLEY_HTP_PORT sets nothing; did you mean PARLEY_HTTP_PORT?',
      expect.stringMatching(/^PARLEY_PORT_5060_UDP sets nothing/),
    ])
  })

  it('is named in what it has wrong', () => {
    const routes = '[{"to":"*","relay":{"url":"x"}}]'
    expect(() => load({ PARLEY_ROUTES: routes, PARLEY_LOG_LEVEL: 'loud' })).toThrow(ConfigError)
    expect(() => load({ PARLEY_ROUTES: routes, PARLEY_LOG_LEVEL: 'loud' })).toThrow(
      /^PARLEY_LOG_LEVEL: log\.level is "loud"; expected one of .*\nPARLEY_ROUTES: routes\[0\]\.relay\.url is "x"/,
    )
    expect(() => load({ PARLEY_ROUTES: '[{' })).toThrow('PARLEY_ROUTES: routes is "[{"; expected a list')
    expect(() => load({ PARLEY_SIP_AUTH_REALM: 'x' })).toThrow('environment: sip.auth.users is missing')
  })
})
