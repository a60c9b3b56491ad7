/**
 * Twilio's frames. Key order, spelling and value types are those recorded on real calls; the rules for the app's
 * frames are those of Twilio's page "ConversationRelay WebSocket messages".
 */
import { z } from 'zod'
import {
  dtmfFrame,
  endFrame,
  errorShape,
  interruptFrame,
  languageFrame,
  playFrame,
  promptFrame,
  sendDigitsFrame,
  textFrame,
} from './common.js'

const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`))

const twilioSetupFrame = z
  .object({
    type: z.literal('setup'),
    sessionId: sid('VX'),
    callSid: sid('CA'),
    parentCallSid: z.union([z.literal(''), sid('CA')]),
    from: z.string(),
    to: z.string(),
    forwardedFrom: z.string(),
    callerName: z.string(),
    direction: z.enum(['inbound', 'outbound-api']),
    callType: z.enum(['PSTN', 'SIP', 'CLIENT']),
    callStatus: z.enum(['RINGING', 'IN_PROGRESS']),
    accountSid: sid('AC'),
    customParameters: z.record(z.string(), z.string()),
  })
  .meta({
    title: 'First frame of a session',
    examples: [
      {
        type: 'setup',
        sessionId: 'VX00000000000000000000000000000001',
        callSid: 'CA00000000000000000000000000000001',
        parentCallSid: '',
        from: '+15550100001',
        to: '+15550100001',
        forwardedFrom: '+15550100001',
        callerName: '',
        direction: 'inbound',
        callType: 'PSTN',
        callStatus: 'RINGING',
        accountSid: 'AC00000000000000000000000000000000',
        customParameters: {},
      },
    ],
  })

const twilioInfoFrame = z
  .discriminatedUnion('name', [
    z.object({
      type: z.literal('info'),
      name: z.enum(['agentSpeaking', 'clientSpeaking']),
      value: z.enum(['on', 'off']),
    }),
    z.object({
      type: z.literal('info'),
      name: z.literal('tokensPlayed'),
      value: z.string().describe('Words of a chunk that has been played, or its part that was heard.'),
    }),
    z.object({
      type: z.literal('info'),
      name: z.literal('roundTripDelayMs'),
      value: z.string().regex(/^\d+$/).describe('A number of ms, as a string.'),
    }),
  ])
  .meta({
    title: 'Report the app has subscribed to',
    examples: [
      { type: 'info', name: 'agentSpeaking', value: 'on' },
      { type: 'info', name: 'clientSpeaking', value: 'off' },
      { type: 'info', name: 'tokensPlayed', value: 'I heard:' },
      { type: 'info', name: 'roundTripDelayMs', value: '148' },
    ],
  })

const twilioErrorFrame = errorShape.meta({
  title: 'Something went wrong',
  examples: [
    { type: 'error', description: 'Invalid message received, code: 64107, this is not json #1' },
    {
      type: 'error',
      description: 'Invalid message received, code: 64107, missing required field: token, {"type":"text"}',
    },
  ],
})

/** `w` waits 500 ms, as in the `digits` of `<Play>`. */
const twilioSendDigitsFrame = sendDigitsFrame(/^[0-9w#*]+$/, 'one or more of 0-9 w # *', '9www4085551212')

/** What the relay sends, by `type`. */
export const twilioRelayFrames = {
  setup: twilioSetupFrame,
  prompt: promptFrame,
  dtmf: dtmfFrame,
  interrupt: interruptFrame,
  info: twilioInfoFrame,
  error: twilioErrorFrame,
} as const

/** What the app sends, by `type`. */
export const twilioAppFrames = {
  text: textFrame,
  play: playFrame,
  sendDigits: twilioSendDigitsFrame,
  language: languageFrame,
  end: endFrame,
} as const

export type TwilioSetupFrame = z.output<typeof twilioSetupFrame>
export type TwilioInfoFrame = z.output<typeof twilioInfoFrame>
export type TwilioRelayFrame = z.output<(typeof twilioRelayFrames)[keyof typeof twilioRelayFrames]>
export type TwilioAppFrame = z.input<(typeof twilioAppFrames)[keyof typeof twilioAppFrames]>
