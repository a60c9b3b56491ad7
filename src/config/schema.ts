import { z } from 'zod'
import { relaySettingsSchema } from '../protocol/index.js'
import { addressRange, host, port, portRange, wholeNumber } from './fields.js'

/** Seals a value in messages; editors hide it too. */
const secret = { writeOnly: true }

const http = z.strictObject({
  host: host.default('127.0.0.1').describe('Address the HTTP server binds to.'),
  port: port.default(8080).describe('Port of the HTTP server; 0 takes a free one.'),
  adminKey: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Opens the records of calls to other machines, as Bearer token.', ...secret }),
})

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

const sip = z.strictObject({
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

const rtp = z.strictObject({
  ports: portRange.prefault('16384-32767').describe('Ports of RTP and RTCP; those in use are skipped.'),
  host: host.optional().describe('Address RTP binds to. Default: `sip.host`.'),
  publicAddress: host.optional().describe('Address SDP names. Default: `sip.publicAddress`.'),
  timeoutMs: wholeNumber(1000, 3_600_000)
    .default(30_000)
    .describe('Silence of RTP, in ms, that ends a session.'),
  jitter: z
    .strictObject({
      minMs: wholeNumber(0, 1000).default(20).describe('Least delay of the jitter buffer, in ms.'),
      maxMs: wholeNumber(20, 2000).default(200).describe('Most delay of the jitter buffer, in ms.'),
    })
    .prefault({})
    .superRefine(notAbove('minMs', 'maxMs')),
})

const engine = z.string().min(1).default('auto')

const route = z.strictObject({
  to: z
    .union([z.string().min(1), z.number()], 'a dialled number such as "1000", or "*"')
    .transform(String)
    .describe('User part of the address dialled; `*` for the rest, `+1555*` for what begins so.'),
  relay: relaySettingsSchema('refuse').describe('Settings of the ConversationRelay session.'),
  record: z.boolean().optional().describe('Whether calls are recorded. Default: `recording.enabled`.'),
})

/** The whole of parley.yaml. What depends on other values or on the machine is filled in by `complete`. */
export const configSchema = z.strictObject({
  http: http.prefault({}),
  sip: sip.prefault({}),
  rtp: rtp.prefault({}),
  media: z
    .strictObject({
      shards: wholeNumber(0, 256)
        .default(0)
        .describe('Worker threads that carry media; 0 keeps it in the main thread.'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      calls: wholeNumber(1, 100_000)
        .optional()
        .describe('Calls at a time; more get 503 with Retry-After. Default: 50 for each core.'),
      sessionMinutes: wholeNumber(1, 10_080).default(240).describe('Longest session, in minutes.'),
      frameBytes: wholeNumber(1024, 67_108_864)
        .default(1_048_576)
        .describe("Largest frame of an app's, in bytes."),
    })
    .prefault({}),
  drain: z
    .strictObject({
      timeoutMs: wholeNumber(0, 86_400_000)
        .default(60_000)
        .describe('How long calls may go on after SIGTERM, in ms.'),
    })
    .prefault({}),
  app: z
    .strictObject({
      connectTimeoutMs: wholeNumber(100, 60_000)
        .default(5000)
        .describe("Time an app's WebSocket has to open, in ms."),
      pingIntervalMs: wholeNumber(0, 3_600_000)
        .default(20_000)
        .describe("Time between pings on an app's WebSocket, in ms; 0 for none."),
      authToken: z
        .string()
        .min(1)
        .optional()
        .meta({ description: "Signs the WebSocket's handshake with `X-Twilio-Signature`.", ...secret }),
    })
    .prefault({}),
  speech: z
    .strictObject({
      stt: engine.describe('Speech-to-text engine; `auto` picks the best that is installed.'),
      tts: engine.describe('Text-to-speech engine; `auto` picks the best that is installed.'),
    })
    .prefault({}),
  data: z
    .strictObject({
      dir: z.string().min(1).default('./data').describe('Folder of the database and the recordings.'),
    })
    .prefault({}),
  recording: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('Whether calls are recorded where the route does not say.'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least level written.'),
      format: z
        .enum(['auto', 'pretty', 'json'])
        .default('auto')
        .describe('Form of the log; `auto` is pretty on a terminal, JSON elsewhere.'),
    })
    .prefault({}),
  demo: z
    .strictObject({
      enabled: z
        .boolean()
        .optional()
        .describe('Whether the demo app is started. Default: only where there are no routes.'),
      port: wholeNumber(1, 65535).default(9000).describe('Port of the demo app, on 127.0.0.1.'),
    })
    .prefault({}),
  routes: z
    .array(route)
    .superRefine(refuseDuplicates)
    .optional()
    .describe('What answers which number. Default: the demo app answers all.'),
})

function notAbove<Low extends string, High extends string>(low: Low, high: High) {
  return (group: Readonly<Record<Low | High, number>>, context: z.RefinementCtx) => {
    if (group[low] <= group[high]) return
    context.addIssue({
      code: 'custom',
      message: `a number not above ${high}, which is ${group[high]}`,
      path: [low],
      input: group[low],
    })
  }
}

function refuseDuplicates(routes: readonly { readonly to: string }[], context: z.RefinementCtx): void {
  routes.forEach(({ to }, i) => {
    if (routes.findIndex((other) => other.to === to) < i) {
      context.addIssue({
        code: 'custom',
        message: 'a number that no route before it has',
        path: [i, 'to'],
        input: to,
      })
    }
  })
}
