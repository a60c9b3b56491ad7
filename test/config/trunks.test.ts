import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config/index.js'

function load(text: string) {
  return loadConfig({ env: {}, cores: 2, cwd: '/srv', readFile: () => text }).config
}

function mistakes(text: string): string[] {
  try {
    load(text)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('trunks', () => {
  it('are none unless told', () => {
    expect(load('').trunks).toEqual([])
  })

  it('need a name and an address', () => {
    expect(load('trunks: [{name: carrier, address: sip.example.com}]').trunks).toEqual([
      {
        name: 'carrier',
        addresses: ['sip.example.com'],
        transport: 'udp',
        credentials: undefined,
        register: false,
        incoming: true,
        domain: 'sip.example.com',
        prefixes: [''],
        strip: '',
        prepend: '',
        encryption: 'none',
        headers: [],
      },
    ])
  })

  it('may say more', () => {
    const [trunk] = load(`
trunks:
  - name: germany
    address: ["192.0.2.1:5070", "2001:db8::1", "[2001:db8::2]:5071"]
    transport: tcp
    username: u
    password: p
    register: true
    registrar: example.net:5080
    callerId: +15551230002
    codecs: [PCMA, opus]
    prefixes: [+49, "+43*", 0049, "*"]
    strip: +49
    prepend: 0
    encryption: srtp
    headers: {X-Account: "42"}
`).trunks
    expect(trunk).toEqual({
      name: 'germany',
      addresses: ['192.0.2.1:5070', '[2001:db8::1]', '[2001:db8::2]:5071'],
      transport: 'tcp',
      credentials: { username: 'u', password: 'p' },
      register: true,
      incoming: true,
      registrar: 'example.net:5080',
      domain: 'example.net',
      callerId: '+15551230002',
      codecs: ['PCMA', 'opus'],
      prefixes: ['+49', '+43', '0049', ''],
      strip: '+49',
      prepend: '0',
      encryption: 'srtp',
      headers: [['X-Account', '42']],
    })
  })

  it.each([
    ['2001:db8::1', '2001:db8::1'],
    ['"[2001:db8::1]:5070"', '2001:db8::1'],
    ['sip.example.com:5070', 'sip.example.com'],
  ])('at %s are called %s', (address, domain) => {
    expect(load(`trunks: [{name: a, address: "${address.replaceAll('"', '')}"}]`).trunks[0]!.domain).toBe(
      domain,
    )
  })
})

describe('mistakes', () => {
  it.each([
    ['[{address: h}]', 'trunks[0].name is missing; expected a string'],
    [
      '[{name: a}]',
      'trunks[0].address is missing; expected a host name or an IP address, with or without a port',
    ],
    [
      '[{name: a, address: "h:99999"}]',
      'trunks[0].address is "h:99999"; expected a host name or an IP address',
    ],
    ['[{name: a, address: "sip:h"}]', 'trunks[0].address is "sip:h"; expected a host name'],
    ['[{name: a, address: []}]', 'trunks[0].address is []; expected'],
    [
      '[{name: a, address: h, transport: tls}]',
      'trunks[0].transport is "tls"; expected one of sip.transports, which',
    ],
    ['[{name: a, address: h, transport: ws}]', 'trunks[0].transport is "ws"; expected one of'],
    [
      '[{name: a, address: h, username: u}]',
      'trunks[0].password is missing; expected a password, since there is',
    ],
    [
      '[{name: a, address: h, register: true}]',
      'trunks[0].username is missing; expected a username, since it',
    ],
    [
      '[{name: a, address: h, password: 1234}]',
      'trunks[0].password is not right; expected a string, in quotes',
    ],
    [
      '[{name: a, address: h, prefixes: [abc]}]',
      'trunks[0].prefixes[0] is "abc"; expected the beginning of a',
    ],
    ['[{name: a, address: h, callerId: bob}]', 'trunks[0].callerId is "bob"; expected a number such as'],
    ['[{name: a, address: h, codecs: [g729]}]', 'trunks[0].codecs[0] is "g729"; expected one of'],
    ['[{name: a, address: h, headers: {"X A": b}}]', 'trunks[0].headers'],
    [
      '[{name: a, address: h}, {name: a, address: i}]',
      'trunks[1].name is "a"; expected a name that no trunk before',
    ],
    ['[{name: a, address: h, adress: i}]', 'trunks[0].adress is not a known key; did you mean address?'],
  ])('%s', (trunks, expected) => {
    expect(mistakes(`trunks: ${trunks}`)[0]).toContain(expected)
  })

  it('in the hosts that may be called directly', () => {
    expect(
      load('sip: {allowDirect: ["*.example.com", 10.0.0.0/8, "::1", localhost]}').sip.allowDirect,
    ).toHaveLength(4)
    expect(load('').sip.allowDirect).toEqual(['*'])
    expect(mistakes('sip: {allowDirect: ["exa mple"]}')[0]).toContain(
      'sip.allowDirect[0] is "exa mple"; expected a host name, *.example.com, an IP address',
    )
  })
})
