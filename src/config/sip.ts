import { z } from 'zod'
import { addressRange, host, notAbove, port, secret, wholeNumber } from './fields.js'

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

/** `sip`: how the telephone network reaches this node, and who may call it. */
export const sip = z.strictObject({
  host: host.default('127.0.0.1').describe('Address SIP binds to; 0.0.0.0 for all of IPv4, :: for IPv6.'),
  port: port.default(5060).describe('Port of SIP, for UDP and TCP.'),
  transports: z
    .array(z.enum(['udp', 'tcp']))
    .min(1)
    .default(['udp', 'tcp'])
    .describe('Transports SIP listens on.'),
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
