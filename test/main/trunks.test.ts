import { expect, it } from 'vitest'
import { type LogFields, silentLog } from '../../src/base/log.js'
import { type Config, loadConfig } from '../../src/config/index.js'
import { registerWithTrunks } from '../../src/main/trunks.js'
import type {
  ListeningSipEdge,
  RegistrationRequest,
  RegistrationState,
  SipEdge,
} from '../../src/sip/index.js'

function load(text: string): Config {
  return loadConfig({ env: {}, cores: 1, cwd: '/srv', readFile: () => text }).config
}

function register(text: string) {
  const requests: RegistrationRequest[] = []
  const lines: string[] = []
  let told: (state: RegistrationState) => void = () => {}
  const write = (fields: LogFields, message: string) =>
    void lines.push(`${fields['trunk']}: ${message} ${fields['detail'] ?? ''}`.trim())
  const edge: Pick<SipEdge, 'register'> = {
    register(request, changed) {
      requests.push(request)
      told = changed
      return { current: { state: 'registering' }, close: async () => {} }
    },
  }
  registerWithTrunks(load(text), edge as ListeningSipEdge, { ...silentLog, info: write, warn: write })
  return { requests, lines, told: (state: RegistrationState) => told(state) }
}

it('registers with the trunks that want it, and with no others', () => {
  const { requests } = register(`
trunks:
  - {name: static, address: 192.0.2.1, username: u, password: p}
  - {name: own, address: ["sip1.example.com", "192.0.2.7:5070"], username: a@b, password: p, register: true}
  - {name: far, address: 192.0.2.8, registrar: "example.net:5080", username: u, password: q, register: true, transport: tcp}
  - {name: six, address: "2001:db8::1", username: u, password: q, register: true}
`)
  expect(requests).toEqual([
    {
      registrar: 'sip:sip1.example.com',
      addressOfRecord: 'sip:a%40b@sip1.example.com',
      hops: ['sip:sip1.example.com;transport=udp', 'sip:192.0.2.7:5070;transport=udp'],
      credentials: { username: 'a@b', password: 'p' },
      expiresSeconds: 600,
    },
    {
      registrar: 'sip:example.net',
      addressOfRecord: 'sip:u@example.net',
      hops: ['sip:example.net:5080;transport=tcp'],
      credentials: { username: 'u', password: 'q' },
      expiresSeconds: 600,
    },
    {
      registrar: 'sip:[2001:db8::1]',
      addressOfRecord: 'sip:u@[2001:db8::1]',
      hops: ['sip:[2001:db8::1];transport=udp'],
      credentials: { username: 'u', password: 'q' },
      expiresSeconds: 600,
    },
  ])
})

it('logs what becomes of it', () => {
  const { lines, told } = register(
    'trunks: [{name: t, address: h, username: u, password: p, register: true}]',
  )
  told({ state: 'registered', expiresAt: 1 })
  told({ state: 'failed', detail: '403 Forbidden', retryAt: 3 })
  expect(lines).toEqual(['t: registration with a trunk', 't: registration with a trunk failed 403 Forbidden'])
})
