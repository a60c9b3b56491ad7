import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../../src/base/errors.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { CachedDns } from '../../../src/sip/resolve/cached-dns.js'
import type { Dns, NaptrRecord, SrvRecord } from '../../../src/sip/resolve/dns.js'
import { createResolver, type ResolverOptions } from '../../../src/sip/resolve/resolver.js'
import { srvOrder } from '../../../src/sip/resolve/srv-order.js'

/** Records as a zone file would have them: `NAPTR name`, `SRV name`, `A name`, `AAAA name`. */
type Zone = Readonly<Record<string, readonly unknown[] | Error>>

class ZoneDns implements Dns {
  readonly asked: string[] = []

  constructor(private readonly zone: Zone) {}

  naptr = (name: string) => this.answer<NaptrRecord>(`NAPTR ${name}`)
  srv = (name: string) => this.answer<SrvRecord>(`SRV ${name}`)
  addresses = (name: string, family: 4 | 6) => this.answer<string>(`${family === 4 ? 'A' : 'AAAA'} ${name}`)

  private async answer<T>(question: string): Promise<readonly T[]> {
    this.asked.push(question)
    const found = this.zone[question] ?? []
    if (found instanceof Error) throw found
    return found as readonly T[]
  }
}

function naptr(order: number, preference: number, service: string, replacement: string): NaptrRecord {
  return { order, preference, flags: 's', service, regexp: '', replacement }
}

function srv(priority: number, weight: number, port: number, name: string): SrvRecord {
  return { priority, weight, port, name }
}

function resolving(zone: Zone, options: Partial<ResolverOptions> = {}) {
  const dns = new ZoneDns(zone)
  const resolve = createResolver({
    dns,
    transports: ['udp', 'tcp', 'tls'],
    families: [4],
    random: () => 0,
    ...options,
  })
  const hops = async (uri: string) =>
    (await resolve(uri)).map(({ transport, address, port }) => `${transport} ${address}:${port}`)
  return { dns, resolve, hops }
}

describe('a URI that says everything', () => {
  it.each([
    ['sip:a@192.0.2.1', 'udp 192.0.2.1:5060'],
    ['sip:a@192.0.2.1:5070', 'udp 192.0.2.1:5070'],
    ['sip:192.0.2.1;transport=TCP', 'tcp 192.0.2.1:5060'],
    ['sip:192.0.2.1;transport=tls', 'tls 192.0.2.1:5061'],
    ['sips:a@192.0.2.1', 'tls 192.0.2.1:5061'],
    ['sips:a@192.0.2.1;transport=tcp', 'tls 192.0.2.1:5061'],
    ['sip:a@proxy.example;maddr=192.0.2.9', 'udp 192.0.2.9:5060'],
  ])('%s asks nobody: %s', async (uri, hop) => {
    const { hops, dns } = resolving({})
    expect(await hops(uri)).toEqual([hop])
    expect(dns.asked).toEqual([])
  })

  it('a port leaves only the address to be found', async () => {
    const { hops, dns } = resolving({ 'A pbx.example': ['192.0.2.1', '192.0.2.2'] })
    expect(await hops('sip:a@pbx.example:5080')).toEqual(['udp 192.0.2.1:5080', 'udp 192.0.2.2:5080'])
    expect(dns.asked).toEqual(['A pbx.example'])
  })

  it.each([
    ['sip:a@192.0.2.1;transport=sctp', 'a transport nobody has'],
    ['sips:a@192.0.2.1;transport=udp', 'TLS over UDP'],
    ['sip:a@[2001:db8::1]', 'a family that is not bound'],
    ['sip:a@nowhere.example', 'a name that is not there'],
  ])('%s is refused (%s)', async (uri) => {
    const { resolve } = resolving({})
    const failure = await resolve(uri).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ParleyError)
    expect((failure as ParleyError).code).toBe('sip_unresolvable')
    expect((failure as ParleyError).message).toContain(uri)
  })

  it('what is no SIP URI rejects, and does not throw', async () => {
    const { resolve } = resolving({})
    await expect(resolve('tel:+1555')).rejects.toMatchObject({ code: 'sip_message_invalid' })
  })
})

describe('a name by NAPTR (RFC 3263 §4.1)', () => {
  const zone: Zone = {
    'NAPTR example.com': [
      naptr(90, 50, 'SIP+D2U', '_sip._udp.example.com'),
      naptr(50, 50, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(90, 20, 'SIP+D2T', '_sip._tcp.example.com'),
      naptr(10, 10, 'SIP+D2W', '_sip._ws.example.com'),
    ],
    'SRV _sips._tcp.example.com': [srv(0, 0, 5061, 's1.example.com')],
    'SRV _sip._tcp.example.com': [srv(0, 0, 5060, 's2.example.com')],
    'SRV _sip._udp.example.com': [srv(20, 0, 5062, 's3.example.com'), srv(10, 0, 5060, 's2.example.com')],
    'A s1.example.com': ['192.0.2.1'],
    'A s2.example.com': ['192.0.2.2'],
    'A s3.example.com': ['192.0.2.3'],
  }

  it("follows the owner's order, then preference; skips what this end does not speak", async () => {
    const { hops } = resolving(zone)
    expect(await hops('sip:a@example.com')).toEqual([
      'tls 192.0.2.1:5061',
      'tcp 192.0.2.2:5060',
      'udp 192.0.2.2:5060',
      'udp 192.0.2.3:5062',
    ])
  })

  it('sips: takes TLS alone, and the certificate has to be for the domain asked for (RFC 5922 §4)', async () => {
    const { resolve } = resolving(zone)
    expect(await resolve('sips:a@example.com')).toEqual([
      { transport: 'tls', address: '192.0.2.1', port: 5061, domain: 'example.com' },
    ])
  })

  it('a transport in the URI asks its SRV records at once', async () => {
    const { hops, dns } = resolving(zone)
    expect(await hops('sip:example.com;transport=tcp')).toEqual(['tcp 192.0.2.2:5060'])
    expect(dns.asked).toEqual(['SRV _sip._tcp.example.com', 'A s2.example.com'])
  })

  it('without NAPTR all transports are asked for; without SRV the name itself is the host', async () => {
    const { 'NAPTR example.com': _, ...rest } = zone
    expect(await resolving(rest).hops('sip:example.com')).toEqual([
      'udp 192.0.2.2:5060',
      'udp 192.0.2.3:5062',
      'tcp 192.0.2.2:5060',
      'tls 192.0.2.1:5061',
    ])
    const plain = resolving({ 'A example.com': ['192.0.2.7'] })
    expect(await plain.hops('sip:example.com')).toEqual(['udp 192.0.2.7:5060'])
    expect(await plain.hops('sips:example.com')).toEqual(['tls 192.0.2.7:5061'])
  })

  it('name servers that fail at NAPTR and SRV do not matter as long as there is an address', async () => {
    const broken = {
      'NAPTR x.example': new Error('SERVFAIL'),
      'SRV _sip._udp.x.example': new Error('SERVFAIL'),
    }
    expect(await resolving({ ...broken, 'A x.example': ['192.0.2.7'] }).hops('sip:x.example')).toEqual([
      'udp 192.0.2.7:5060',
    ])
    await expect(
      resolving({ ...broken, 'A x.example': new Error('timeout') }).resolve('sip:x.example'),
    ).rejects.toThrow('the DNS does not answer')
  })

  it('one server that cannot be found leaves the others', async () => {
    const { hops } = resolving({ ...zone, 'A s2.example.com': new Error('timeout') })
    expect(await hops('sip:example.com')).toEqual(['tls 192.0.2.1:5061', 'udp 192.0.2.3:5062'])
  })

  it('families come in the order of preference', async () => {
    const both = { 'A x.example': ['192.0.2.7'], 'AAAA x.example': ['2001:db8::7'] }
    expect(await resolving(both, { families: [6, 4] }).hops('sip:x.example')).toEqual([
      'udp 2001:db8::7:5060',
      'udp 192.0.2.7:5060',
    ])
  })

  it('a name with hundreds of addresses comes to sixteen', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `192.0.2.${i % 256}`)
    expect(await resolving({ 'A x.example': many }).hops('sip:x.example')).toHaveLength(16)
  })
})

describe('srvOrder (RFC 2782)', () => {
  it('puts priorities first, and shares the load by weight', () => {
    const records = [
      srv(2, 9, 1, 'backup'),
      srv(1, 60, 1, 'big'),
      srv(1, 20, 1, 'small'),
      srv(1, 0, 1, 'none'),
    ]
    const first: Record<string, number> = {}
    let state = 1
    const random = () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    for (let i = 0; i < 2_430; i++) {
      const order = srvOrder(records, random).map(({ name }) => name)
      expect(order).toHaveLength(4)
      expect(order[3]).toBe('backup')
      first[order[0]!] = (first[order[0]!] ?? 0) + 1
    }
    expect(first['big']! / 2_430).toBeCloseTo(60 / 81, 1)
    expect(first['small']! / 2_430).toBeCloseTo(20 / 81, 1)
    expect(first['none']!).toBeGreaterThan(3)
    expect(first['none']!).toBeLessThan(90)
  })
})

describe('CachedDns', () => {
  it('asks once in half a minute, whoever asks; failures are asked again', async () => {
    const clock = new SimulatedClock(0)
    const zone: Record<string, readonly unknown[] | Error> = { 'A x.example': ['192.0.2.7'] }
    const dns = new ZoneDns(zone)
    const cached = new CachedDns(dns, clock)
    const twice = await Promise.all([cached.addresses('x.example', 4), cached.addresses('X.example', 4)])
    expect(twice).toEqual([['192.0.2.7'], ['192.0.2.7']])
    clock.advance(29_000)
    await cached.addresses('x.example', 4)
    expect(dns.asked).toEqual(['A x.example'])
    zone['A x.example'] = new Error('timeout')
    clock.advance(2_000)
    await expect(cached.addresses('x.example', 4)).rejects.toThrow('timeout')
    zone['A x.example'] = ['192.0.2.8']
    expect(await cached.addresses('x.example', 4)).toEqual(['192.0.2.8'])
    expect(dns.asked).toHaveLength(3)
  })
})
