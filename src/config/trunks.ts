import { isIPv6 } from 'node:net'
import { z } from 'zod'
import { isHostPort, secretText, uniqueNames } from './fields.js'

const anAddress = 'a host name or an IP address, with or without a port: sip.example.com, 192.0.2.1:5070'

const address = z.string(anAddress).refine(isHostPort, anAddress)

const aPrefix = 'the beginning of a number such as "+1", or "*" for all'

const prefix = z
  .union([z.string(), z.number()], aPrefix)
  .transform(String)
  .refine((text) => /^(\*|\+?[\d*#]*\d\*?)$/.test(text), aPrefix)
  .transform((text) => text.replace(/\*$/, ''))

const digits = z
  .union([z.string(), z.number()], 'the beginning of a number such as "+" or "00"')
  .transform(String)
  .refine((text) => /^[+\d*#]*$/.test(text), 'the beginning of a number such as "+" or "00"')
  .default('')

const aCallerId = 'a number such as "+15551230002" or a sip: URI'

const trunk = z
  .strictObject({
    name: z.string().min(1).describe('Name of the trunk, in messages and the log.'),
    address: z
      .union([address.transform((one) => [one]), z.array(address).min(1)], anAddress)
      .describe('Host or hosts it is reached at, tried in order; a name without a port is looked up by SRV.'),
    transport: z.enum(['udp', 'tcp', 'tls']).default('udp').describe('Transport to it.'),
    username: z.string().min(1).optional().describe('Name for its digest challenge.'),
    password: secretText('Password for its digest challenge.'),
    register: z
      .boolean()
      .default(false)
      .describe('Whether this node registers, so that calls come in by it.'),
    registrar: address
      .optional()
      .describe('Host that it registers with and that its URIs name. Default: the first address.'),
    incoming: z
      .boolean()
      .default(true)
      .describe(
        'Whether calls from its addresses are let in, without a password and whatever `sip.allow` says.',
      ),
    callerId: z
      .union([z.string(), z.number()], aCallerId)
      .transform(String)
      .refine((text) => /^(\+?\d+|sips?:\S+)$/.test(text), aCallerId)
      .optional()
      .describe('Caller that all calls by it show, in place of their own.'),
    codecs: z
      .array(z.enum(['opus', 'G722', 'PCMU', 'PCMA']))
      .min(1)
      .optional()
      .describe('Codecs that are offered, in this order. Default: all.'),
    prefixes: z
      .array(prefix)
      .min(1)
      .prefault(['*'])
      .describe(
        'Beginnings of the numbers it takes; of several trunks the longest comes first. Default: all numbers.',
      ),
    strip: digits.describe(
      'Beginning that is taken off the number dialled: "+" for carriers that want none.',
    ),
    prepend: digits.describe('Beginning that is then put in front of it.'),
    encryption: z
      .enum(['none', 'srtp'])
      .default('none')
      .describe('Whether audio is encrypted (SRTP); `rtp.srtp: required` encrypts all.'),
    headers: z
      .record(
        z.string().regex(/^[\w.!%*+`'~-]+$/, 'a header name such as X-Account'),
        z.string().regex(/^[^\r\n]*$/, 'a single line'),
      )
      .default({})
      .describe('Header lines added to its INVITEs.'),
  })
  .superRefine(wholeCredentials)

/** `trunks`: the ways out into the telephone network. */
export const trunks = z
  .array(trunk)
  .superRefine(uniqueNames('trunk'))
  .default([])
  .describe('Carriers, gateways and PBXs that calls go out through.')

/** Refuses a trunk over a transport that SIP does not listen on: answers would have no way back. */
export function reachableTrunks(
  {
    sip,
    trunks,
  }: { readonly sip: { readonly transports: readonly string[] }; readonly trunks: readonly ParsedTrunk[] },
  context: z.RefinementCtx,
): void {
  trunks.forEach(({ transport }, i) => {
    if (sip.transports.includes(transport)) return
    const message = `one of sip.transports, which are ${sip.transports.join(', ')}`
    context.addIssue({ code: 'custom', message, path: ['trunks', i, 'transport'], input: transport })
  })
}

type ParsedTrunk = z.output<typeof trunk>

/** A trunk with what follows from the rest of it. */
export interface ConfiguredTrunk extends Omit<ParsedTrunk, 'address' | 'username' | 'password' | 'headers'> {
  readonly addresses: readonly string[]
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** Host, without a port, in the URIs of its calls. */
  readonly domain: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
}

export function completeTrunk({
  address,
  username,
  password,
  headers,
  ...rest
}: ParsedTrunk): ConfiguredTrunk {
  return {
    ...rest,
    addresses: address.map(bracketed),
    credentials: username && password ? { username, password } : undefined,
    domain: hostOf(rest.registrar ?? address[0]!),
    headers: Object.entries(headers),
  }
}

/** In URIs an IPv6 address stands in brackets. */
function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}

function hostOf(address: string): string {
  if (isIPv6(address)) return address
  return address.startsWith('[') ? address.slice(1, address.indexOf(']')) : address.replace(/:\d+$/, '')
}

function wholeCredentials(trunk: Partial<Record<string, unknown>>, context: z.RefinementCtx): void {
  const require = (key: 'username' | 'password', why: string): void => {
    if (trunk[key] !== undefined) return
    context.addIssue({ code: 'custom', message: `a ${key}, since ${why}`, path: [key], input: undefined })
  }
  if (trunk['username'] !== undefined) require('password', 'there is a username')
  if (trunk['password'] !== undefined) require('username', 'there is a password')
  if (trunk['register'] === true) {
    require('username', 'it registers')
    require('password', 'it registers')
  }
}
