import { z } from 'zod'
import { host, hosts, notAbove, portRange, wholeNumber } from './fields.js'

/** `rtp`: the calls' audio. */
export const rtp = z.strictObject({
  ports: portRange.prefault('16384-32767').describe('Ports of RTP and RTCP; those in use are skipped.'),
  host: hosts.optional().describe('Address RTP binds to, or one of each family. Default: `sip.host`.'),
  publicAddress: host.optional().describe('Address SDP names. Default: `sip.publicAddress`.'),
  timeoutMs: wholeNumber(1000, 3_600_000)
    .default(30_000)
    .describe('Silence of RTP, in ms, that ends a session.'),
  srtp: z
    .enum(['off', 'optional', 'required'])
    .default('optional')
    .describe(
      'Whether audio is encrypted (SRTP with keys in SDP): as the caller offers, or `required`: others get 488.',
    ),
  jitter: z
    .strictObject({
      minMs: wholeNumber(0, 1000).default(20).describe('Least delay of the jitter buffer, in ms.'),
      maxMs: wholeNumber(20, 2000).default(200).describe('Most delay of the jitter buffer, in ms.'),
    })
    .prefault({})
    .superRefine(notAbove('minMs', 'maxMs')),
})
