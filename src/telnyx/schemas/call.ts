import { z } from 'zod'
import { detectFields } from './answering.js'
import {
  clientState,
  customHeaders,
  everyCommand,
  failing,
  httpUrl,
  named,
  notHere,
  sipHeaders,
  webhookOverrides,
  whole,
} from './fields.js'
import { mediaName } from './playback.js'
import { recordFields } from './recording.js'
import { embeddedRelay } from './relay.js'
import { streamFields } from './streaming.js'
import { transcribeFields } from './transcription.js'

const assistant = notHere('AI assistants')
const headers = { custom_headers: customHeaders, sip_headers: sipHeaders }
const digits = z.string().regex(/^[0-9A-DwW*#]+$/)
const muteDigits = z.enum(['none', 'both', 'self', 'opposite']).default('none')
const parkAfterUnbridge = z.enum(['self']).optional()

const preferred_codecs = z
  .string()
  .optional()
  .describe('Names with commas between them, the one preferred first.')

export const noDtls = 'Calls to telephones cannot be encrypted by DTLS here: SRTP is available.'

/** How a new leg is called: of dial and transfer. */
const newLeg = {
  from_display_name: z.string().max(128, 'The display name has at most 128 characters.').optional(),
  timeout_secs: whole(5, 600).default(30).describe('Time to answer, in seconds.'),
  time_limit_secs: whole(30, 14_400).default(14_400).describe('Longest call, in seconds.'),
  ...headers,
  sip_auth_username: z.string().optional(),
  sip_auth_password: z.string().optional(),
  sip_transport_protocol: z.enum(['UDP', 'TCP', 'TLS']).optional(),
  media_encryption: z
    .enum(['disabled', 'SRTP', 'DTLS'])
    .default('disabled')
    .refine((value) => value !== 'DTLS', failing('10027', noDtls)),
  preferred_codecs,
  privacy: z.enum(['id', 'none']).optional(),
  send_digits_on_answer: digits.max(64, 'At most 64 digits can be sent.').optional(),
  audio_url: httpUrl.optional(),
  media_name: mediaName.optional(),
  park_after_unbridge: parkAfterUnbridge,
  ...detectFields,
  ...recordFields,
  ...webhookOverrides,
}

/** Body of POST /calls. */
export const dial = z
  .object({
    ...everyCommand,
    connection_id: z.string().min(1),
    to: z.union([z.string().min(1), z.array(z.string().min(1)).min(1, 'There must be somebody to call.')]),
    from: z.string().min(1),
    ...newLeg,
    retry_on_timeout: z
      .boolean()
      .default(true)
      .describe('`false`: a call that nobody answers in time ends with `no_answer` in place of `timeout`.'),
    link_to: z.string().optional(),
    bridge_intent: z.boolean().default(false).describe('`from` is that of the linked call.'),
    bridge_on_answer: z.boolean().default(false),
    prevent_double_bridge: z.boolean().default(false),
    conversation_relay_config: embeddedRelay.optional(),
    ...streamFields,
    ...transcribeFields,
    assistant,
    conference_config: notHere('Conferences'),
    supervise_call_control_id: notHere('Supervised calls'),
    deepfake_detection: notHere('Deepfake detection'),
  })
  .superRefine(({ bridge_intent, bridge_on_answer, park_after_unbridge: park, link_to }, context) => {
    if (link_to !== undefined || !(bridge_intent || bridge_on_answer || park)) return
    context.addIssue({
      code: 'custom',
      path: ['link_to'],
      params: { telnyx: '10004', detail: "The 'link_to' parameter is required and cannot be blank." },
    })
  })

export const answer = z.object({
  ...everyCommand,
  ...headers,
  ...webhookOverrides,
  ...streamFields,
  ...transcribeFields,
  ...recordFields,
  preferred_codecs,
  conversation_relay_config: embeddedRelay.optional(),
  assistant,
  deepfake_detection: notHere('Deepfake detection'),
})

export const hangup = z.object({ ...everyCommand, custom_headers: customHeaders })

export const reject = z.object({ ...everyCommand, cause: z.enum(['CALL_REJECTED', 'USER_BUSY']) })

export const transfer = z.object({
  ...everyCommand,
  to: z.string().min(1),
  from: z.string().min(1).optional(),
  ...newLeg,
  target_leg_client_state: clientState.optional(),
  early_media: z.boolean().default(true),
  mute_dtmf: muteDigits,
})

export const bridge = z.object({
  ...everyCommand,
  call_control_id: z.string().min(1).describe('The other call.'),
  park_after_unbridge: parkAfterUnbridge,
  hold_after_unbridge: z.boolean().default(false),
  mute_dtmf: muteDigits,
  prevent_double_bridge: z.boolean().default(false),
  play_ringtone: z.boolean().default(false),
  ringtone: named(
    'at au be bg br ch cl cn cz de dk ee es fi fr gr hu il in it jp lt mx my nl no nz ph pl pt ' +
      'ru se sg th tw uk us-old us ve za',
  ).default('us'),
  queue: notHere('Queues'),
  video_room_id: notHere('Video rooms'),
  ...recordFields,
})

export const sendDtmf = z.object({ ...everyCommand, digits, duration_millis: whole(100, 500).default(250) })

export const refer = z.object({
  ...everyCommand,
  ...headers,
  sip_address: z
    .string()
    .regex(/^(sips?|tel):\S+$/i, 'The address must be a sip:, sips: or tel: URI.')
    .describe('Whom the party is to call.'),
})

export const clientStateUpdate = z.object({ client_state: clientState, command_id: everyCommand.command_id })

export type Dial = z.output<typeof dial>
export type Answer = z.output<typeof answer>
export type Transfer = z.output<typeof transfer>
export type Bridge = z.output<typeof bridge>
