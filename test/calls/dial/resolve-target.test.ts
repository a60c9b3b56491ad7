import { describe, expect, it } from 'vitest'
import { isAllowedHost } from '../../../src/calls/dial/allowed-hosts.js'
import { formatNumber, numberOf } from '../../../src/calls/dial/numbers.js'
import { redirections } from '../../../src/calls/dial/redirections.js'
import { resolveTarget } from '../../../src/calls/dial/resolve-target.js'
import type { DialTarget } from '../../../src/calls/dial/target.js'
import { headersOfUri } from '../../../src/calls/dial/uri-headers.js'
import type { DialDirectory, DialRequest, Trunk } from '../../../src/calls/index.js'

const carrier: Trunk = {
  name: 'carrier',
  addresses: ['192.0.2.1:5070', 'sip.example.com'],
  transport: 'udp',
  credentials: { username: 'u', password: 'p' },
  domain: 'example.com',
  callerId: undefined,
  codecs: undefined,
  prefixes: [''],
  strip: '',
  prepend: '',
  encryption: 'none',
  headers: [],
}

const directory: DialDirectory = {
  trunks: [carrier],
  phones: {
    lookup: (name) =>
      ({ desk: [{ uri: 'sip:desk@10.0.0.7:5062', hops: [] }], away: [] as const })[name] ?? undefined,
  },
  allowDirect: ['*.example.com', '10.0.0.0/8'],
}

function resolve(request: Partial<DialRequest>, known: Partial<DialDirectory> = {}) {
  return resolveTarget(
    { to: '+15551230002', from: '+15550001111', route: 'test', ...request },
    { ...directory, ...known },
  )
}

describe('a number', () => {
  it('goes through a trunk, as it is written there', () => {
    expect(resolve({ to: '+1 (555) 123-0002' })).toMatchObject({
      dialled: '+15551230002',
      callType: 'PSTN',
      branches: [
        {
          uri: 'sip:+15551230002@example.com',
          hops: ['sip:192.0.2.1:5070;transport=udp', 'sip:sip.example.com;transport=udp'],
        },
      ],
      from: '+15550001111',
      fromDomain: 'example.com',
      credentials: { username: 'u', password: 'p' },
      encryption: 'none',
    })
  })

  it.each([
    ['+4930123456', 'germany'],
    ['+49170123456', 'mobile'],
    ['+15551230002', 'carrier'],
    ['911', 'carrier'],
  ])('%s goes through the trunk with the longest prefix: %s', (to, name) => {
    const trunks = [
      carrier,
      { ...carrier, name: 'germany', prefixes: ['+49', '+43'] },
      { ...carrier, name: 'mobile', prefixes: ['+4917'] },
      { ...carrier, name: 'second', prefixes: [''] },
    ].map((trunk) => ({ ...trunk, domain: trunk.name }))
    expect(resolve({ to }, { trunks }).fromDomain).toBe(name)
  })

  it('may go through every trunk that takes it, one after the other', () => {
    const trunks = [
      carrier,
      { ...carrier, name: 'germany', prefixes: ['+49'], codecs: ['PCMA'] as const },
      { ...carrier, name: 'other', prefixes: ['+1'] },
      { ...carrier, name: 'second', prefixes: [''] },
    ]
    const names: (string | undefined)[] = []
    const first = resolve({ to: '+4930123456' }, { trunks })
    for (let target: DialTarget | undefined = first; target; target = target.otherwise)
      names.push(target.trunk)
    expect(names).toEqual(['germany', 'carrier', 'second'])
    expect([first.codecs, first.otherwise?.codecs]).toEqual([['PCMA'], undefined])
  })

  it('is refused when no trunk takes it', () => {
    const trunks = [{ ...carrier, prefixes: ['+49'] }]
    expect(() => resolve({}, { trunks })).toThrow(expect.objectContaining({ code: 'call_route_missing' }))
    expect(() => resolve({}, { trunks: [] })).toThrow(/\+15551230002/)
  })

  it('is asked to hide who calls, and told it; everybody else is not', () => {
    expect(resolve({ anonymous: true })).toMatchObject({
      from: '+15550001111',
      headers: [['Privacy', 'id']],
    })
    expect(resolve({ anonymous: true, to: 'sip:bob@10.0.0.9' })).toMatchObject({
      from: 'sip:anonymous@anonymous.invalid',
      headers: [],
    })
  })

  it('takes from the trunk what the request leaves open', () => {
    const trunk: Trunk = {
      ...carrier,
      strip: '+',
      prepend: '00',
      callerId: '+15559999999',
      codecs: ['PCMA'],
      encryption: 'srtp',
      headers: [['X-Trunk', '1']],
    }
    const given = resolve({}, { trunks: [trunk] })
    expect(given).toMatchObject({
      branches: [{ uri: 'sip:0015551230002@example.com' }],
      from: '+15559999999',
      codecs: ['PCMA'],
      encryption: 'srtp',
      headers: [['X-Trunk', '1']],
    })
    const asked = resolve(
      {
        codecs: ['OPUS', 'VP8', 'pcmu'],
        encryption: 'none',
        credentials: { username: 'own', password: 'word' },
        headers: [['X-Own', '2']],
      },
      { trunks: [trunk] },
    )
    expect(asked).toMatchObject({
      codecs: ['opus', 'PCMU'],
      encryption: 'none',
      credentials: { username: 'own' },
      headers: [
        ['X-Trunk', '1'],
        ['X-Own', '2'],
      ],
    })
    expect(resolve({ codecs: ['VP8'] }, { trunks: [trunk] }).codecs).toEqual(['PCMA'])
  })
})

describe('a SIP URI', () => {
  it('goes out directly, with the headers it names', () => {
    expect(
      resolve({
        to: 'sip:bob@pbx.example.com:5070?X-Account=a%20b&Replaces=1%40x&Via=bad',
        transport: 'tcp',
      }),
    ).toMatchObject({
      dialled: 'bob',
      callType: 'SIP',
      branches: [{ uri: 'sip:bob@pbx.example.com:5070;transport=tcp', hops: [] }],
      fromDomain: undefined,
      credentials: undefined,
      headers: [
        ['X-Account', 'a b'],
        ['Replaces', '1@x'],
      ],
    })
  })

  it('keeps the transport it names', () => {
    expect(resolve({ to: 'sip:bob@10.1.2.3;transport=tls', transport: 'udp' }).branches[0]!.uri).toBe(
      'sip:bob@10.1.2.3;transport=tls',
    )
  })

  it.each(['sip:bob@192.0.2.1', 'sip:bob@example.com', 'sips:bob@', 'sip:a b@10.0.0.1'])(
    '%s is refused',
    (to) => {
      expect(() => resolve({ to })).toThrow(expect.objectContaining({ code: 'call_target_invalid' }))
    },
  )
})

describe('a phone', () => {
  it('is rung where it registered', () => {
    expect(resolve({ to: 'desk' })).toMatchObject({
      dialled: 'desk',
      callType: 'SIP',
      branches: [{ uri: 'sip:desk@10.0.0.7:5062', hops: [] }],
    })
  })

  it('that is not there has no way to it, and one that is none is refused', () => {
    expect(resolve({ to: 'away' }).branches).toEqual([])
    expect(() => resolve({ to: 'nobody' })).toThrow(expect.objectContaining({ code: 'call_target_invalid' }))
  })
})

it.each([
  ['+1 555 123 0002', '+15551230002'],
  ['tel:+1-555-123-0002;phone-context=x', '+15551230002'],
  ['(030) 12.34/56', '030123456'],
  ['*21#', '*21#'],
  ['1+2', undefined],
  ['alice', undefined],
  ['', undefined],
])('%s is the number %s', (text, number) => {
  expect(numberOf(text)).toBe(number)
})

it.each([
  ['+4930123', '+49', '0', '030123'],
  ['+1555', '+49', '0', '0+1555'],
  ['+1555', '+', '', '1555'],
  ['1555', '+', '', '1555'],
])('%s without %s behind %s is %s', (dialled, strip, prepend, expected) => {
  expect(formatNumber(dialled, { strip, prepend })).toBe(expected)
})

it.each([
  ['a.example.com', ['*.example.com'], true],
  ['A.Example.Com', ['a.example.com'], true],
  ['example.com', ['*.example.com'], false],
  ['evilexample.com', ['*.example.com'], false],
  ['10.2.3.4', ['10.0.0.0/8'], true],
  ['11.2.3.4', ['10.0.0.0/8', '::1'], false],
  ['::1', ['::1'], true],
  ['fc00::9', ['fc00::/7'], true],
  ['anything', ['*'], true],
  ['anything', [], false],
])('%s is among %j: %s', (host, allowed, expected) => {
  expect(isAllowedHost(host, allowed)).toBe(expected)
})

it('takes no header lines that are not a URI’s business, nor broken ones', () => {
  expect(
    headersOfUri('User-to-User=1;encoding=hex&CSeq=1&bad name=2&X=a%0d%0aVia:%20b&Y=%zz&subject'),
  ).toEqual([
    ['User-to-User', '1;encoding=hex'],
    ['Y', '%zz'],
    ['subject', ''],
  ])
})

describe('a redirection', () => {
  const follows = (to: string, allowDirect: readonly string[]) => redirections(resolve({ to }), allowDirect)

  it.each([
    ['sip:bob@10.1.2.3', true],
    ['sip:bob@192.0.2.1:5090;transport=tcp', true],
    ['sip:bob@sip.example.com', true],
    ['sip:bob@169.254.169.254', false],
    ['sips:bob@elsewhere.example', false],
  ])('of a call through a trunk to %s is followed: %s', (uri, followed) => {
    expect(follows('+15551230002', ['10.0.0.0/8'])(uri)).toBe(followed)
  })

  it('goes anywhere where calls may go anywhere', () => {
    expect(follows('desk', ['*'])('sip:bob@elsewhere.example')).toBe(true)
    expect(follows('desk', [])('sip:bob@elsewhere.example')).toBe(false)
    expect(follows('desk', [])('sip:bob@10.0.0.7')).toBe(true)
  })
})
