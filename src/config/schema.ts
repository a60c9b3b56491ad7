import { z } from 'zod'
import { relaySettingsSchema } from '../protocol/index.js'
import { host, port, secretText, wholeNumber } from './fields.js'
import { models } from './models.js'
import { phones } from './phones.js'
import { rtp } from './rtp.js'
import { sip } from './sip.js'
import { speechSchema } from './speech.js'
import { studio } from './studio.js'
import { telnyx } from './telnyx.js'
import { reachableTrunks, trunks } from './trunks.js'
import { twilio } from './twilio.js'
import { webrtc } from './webrtc.js'

const http = z.strictObject({
  host: host.default('127.0.0.1').describe('Address the HTTP server binds to.'),
  port: port.default(8080).describe('Port of the HTTP server; 0 takes a free one.'),
  adminKey: secretText(
    'Opens the console and the records of calls. Default: none on loopback, else one that is made and shown once.',
  ),
  publicUrl: z
    .string('an http:// or https:// URL')
    .refine((text) => /^https?:\/\/[^?#]+$/i.test(text) && URL.canParse(text), 'an http:// or https:// URL')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .describe('What others call the HTTP server, in addresses told to apps. Default: where it listens.'),
})

const route = z.strictObject({
  to: z
    .union([z.string().min(1), z.number()], 'a dialled number such as "1000", or "*"')
    .transform(String)
    .describe('User part of the address dialled; `*` for the rest, `+1555*` for what begins so.'),
  relay: relaySettingsSchema('refuse').describe('Settings of the ConversationRelay session.'),
  record: z.boolean().optional().describe('Whether calls are recorded. Default: `recording.enabled`.'),
})

const sections = z.strictObject({
  http: http.prefault({}),
  sip: sip.prefault({}),
  rtp: rtp.prefault({}),
  webrtc: webrtc.prefault({}),
  media: z
    .strictObject({
      shards: wholeNumber(0, 256)
        .default(0)
        .describe('Worker threads that carry media; 0 keeps it in the main thread.'),
      priority: z
        .enum(['high', 'normal'])
        .default('high')
        .describe(
          'Whether threads that carry media go before all others: in real time (`SCHED_RR`) or, where that is not allowed, ' +
            'by nice value; Linux, as root or with CAP_SYS_NICE.',
        ),
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
      authToken: secretText(
        "Signs the WebSocket's handshake with `X-Twilio-Signature`. Default: `twilio.authToken`.",
      ),
    })
    .prefault({}),
  speech: speechSchema.prefault({}),
  models: models.prefault({}),
  telnyx: telnyx.prefault({}),
  twilio: twilio.prefault({}),
  studio: studio.prefault({}),
  data: z
    .strictObject({
      dir: z.string().min(1).default('./data').describe('Folder of the database and the recordings.'),
    })
    .prefault({}),
  retention: z
    .strictObject({
      calls: wholeNumber(0, 36_500)
        .default(0)
        .describe('Days that calls are kept, with all their records and recordings; 0 for ever.'),
      traces: wholeNumber(0, 36_500)
        .default(30)
        .describe("Days that calls' SIP messages and figures of RTP are kept; 0 for ever."),
    })
    .prefault({}),
  console: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether the console is served, and SIP messages and turns are kept for it.'),
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
  trunks,
  phones,
  routes: z
    .array(route)
    .superRefine(refuseDuplicates)
    .optional()
    .describe('What answers which number. Default: the demo app answers all.'),
})

/** The whole of parley.yaml. What depends on other values or on the machine is filled in by `complete`. */
export const configSchema = sections.superRefine(reachableTrunks)

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
