import { z } from 'zod'
import { addressRange, host, hostPattern, hosts, notAbove, port, secret, wholeNumber } from './fields.js'

const sipAuth = z.strictObject({
  realm: z.string().min(1).default('parley').describe('Realm of the digest challenge.'),
  users: z
    .record(z.string().min(1), z.string().min(1))
    .refine((users) => Object.keys(users).length > 0, 'at least one name with its password')
    .meta({ description: 'Names and passwords of those who may call.', ...secret }),
  // MD5 alone as long as phones are about that give up at any challenge but MD5's (baresip before 3.11, for one).
  algorithms: z
    .array(z.enum(['MD5', 'SHA-256']))
    .min(1)
    .default(['MD5'])
    .describe('Hashes that callers may choose from, the one preferred first; old phones know MD5 only.'),
})

const file = z.string().min(1)

const sipTls = z
  .strictObject({
    port: port.default(5061).describe('Port of SIP over TLS; 0 takes a free one.'),
    certFile: file
      .optional()
      .describe(
        'Certificate with its chain, in PEM. Default: one that Parley makes and keeps in `data.dir`.',
      ),
    keyFile: file.optional().describe('Private key of the certificate, in PEM.'),
    caFile: file
      .optional()
      .describe('Authorities whose certificates are trusted, in PEM. Default: the well-known ones.'),
    verify: z
      .boolean()
      .default(true)
      .describe('Whether servers that Parley connects to must have a trusted certificate for their domain.'),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('Oldest version of TLS spoken.'),
  })
  .superRefine(({ certFile, keyFile }, context) => {
    if ((certFile === undefined) === (keyFile === undefined)) return
    const path = [certFile === undefined ? 'certFile' : 'keyFile']
    context.addIssue({ code: 'custom', message: 'certFile and keyFile together', path, input: undefined })
  })

/** `sip`: how the telephone network reaches this node, and who may call it. */
export const sip = z.strictObject({
  host: hosts
    .prefault('127.0.0.1')
    .describe('Address SIP binds to; 0.0.0.0 for all of IPv4, :: for IPv6, [0.0.0.0, "::"] for both.'),
  port: port.default(5060).describe('Port of SIP, for UDP and TCP.'),
  transports: z
    .array(z.enum(['udp', 'tcp', 'tls']))
    .min(1)
    .default(['udp', 'tcp'])
    .describe('Transports SIP listens on, and sends by.'),
  tls: sipTls.prefault({}),
  publicAddress: host.optional().describe('What the outside calls this machine where a NAT is between.'),
  auth: sipAuth.optional().describe('Challenges callers by digest (RFC 8760, RFC 3261 section 22).'),
  allow: z
    .array(addressRange)
    .optional()
    .describe(
      'Addresses that may send SIP. Default: everyone where `sip.auth` is set or SIP binds to loopback, ' +
        'otherwise private addresses only.',
    ),
  trustLoopback: z
    .boolean()
    .default(true)
    .describe('Whether this machine may call without a password and without being on `sip.allow`.'),
  allowDirect: z
    .array(hostPattern)
    .default(['*'])
    .describe('Hosts that calls may go to directly, by a sip: or sips: URI; none with an empty list.'),
  maxMessageBytes: wholeNumber(2048, 1_048_576)
    .default(65_536)
    .describe('Largest body of a SIP message over TCP, in bytes.'),
  sessionTimers: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether session timers are used (RFC 4028).'),
      expiresSeconds: wholeNumber(90, 86_400)
        .default(1800)
        .describe('Session interval that is proposed, in seconds.'),
      minSeconds: wholeNumber(90, 86_400)
        .default(90)
        .describe('Shortest session interval accepted, in seconds.'),
    })
    .prefault({})
    .superRefine(notAbove('minSeconds', 'expiresSeconds')),
})
