import { expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { loadConfig } from '../../src/config/index.js'
import { TrunkPeers } from '../../src/main/trunk-peers.js'
import type { ResolveHop } from '../../src/sip/index.js'

const { trunks } = loadConfig({
  env: {},
  cores: 1,
  cwd: '/srv',
  readFile: () => `
trunks:
  - {name: one, address: [sip.example.com, 192.0.2.9]}
  - {name: out, address: 192.0.2.50, incoming: false}
`,
}).config

it('knows the password for challenges in calls that came in from a trunk', async () => {
  const { trunks } = loadConfig({
    env: {},
    cores: 1,
    cwd: '/srv',
    readFile: () => `
trunks:
  - {name: one, address: 192.0.2.1, username: u1, password: p1}
  - {name: two, address: 192.0.2.1, registrar: two.example.com, username: u2, password: p2, incoming: false}
  - {name: open, address: 192.0.2.3}
`,
  }).config
  const peers = new TrunkPeers(trunks, new SimulatedClock(), silentLog)
  await peers.watch(async (uri) => [{ transport: 'udp', address: /[\d.]+/.exec(uri)![0], port: 5060 }])
  const userFor = (realm: string, address: string) => peers.credentials(realm, { address })?.username
  expect(userFor('anything', '192.0.2.1')).toBe('u1')
  expect(userFor('two.example.com', '192.0.2.1')).toBe('u2')
  expect(userFor('anything', '192.0.2.3')).toBeUndefined()
  expect(userFor('anything', '192.0.2.9')).toBeUndefined()
  expect(peers.has('192.0.2.1')).toBe(true)
  peers.close()
})

it('knows where trunks call from, also after the DNS has changed or is silent', async () => {
  const clock = new SimulatedClock()
  let addresses: string[] | undefined = ['192.0.2.1', '192.0.2.2']
  const asked: string[] = []
  const resolve: ResolveHop = async (uri) => {
    asked.push(uri)
    if (uri.startsWith('sip:192')) return [{ transport: 'udp', address: '192.0.2.9', port: 5060 }]
    if (!addresses) throw new Error('SERVFAIL')
    return addresses.map((address) => ({ transport: 'udp' as const, address, port: 5060 }))
  }
  const peers = new TrunkPeers(trunks, clock, silentLog)
  const known = () => ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.9', '192.0.2.50'].filter(peers.has)
  expect(known()).toEqual([])
  await peers.watch(resolve)
  expect(asked).toEqual(['sip:sip.example.com;transport=udp', 'sip:192.0.2.9;transport=udp'])
  expect(known()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.9'])
  addresses = ['192.0.2.3']
  await clock.run(300_000, 100_000)
  expect(known()).toEqual(['192.0.2.3', '192.0.2.9'])
  addresses = undefined
  await clock.run(300_000, 100_000)
  expect(known()).toEqual(['192.0.2.3', '192.0.2.9'])
  peers.close()
  addresses = ['192.0.2.1']
  await clock.run(600_000, 100_000)
  expect(known()).toEqual(['192.0.2.3', '192.0.2.9'])
})
