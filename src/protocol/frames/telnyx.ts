/** Telnyx's frames, as in its AsyncAPI document "ConversationRelay WebSocket channel". */
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

const telnyxSetupFrame = z
  .object({
    type: z.literal('setup'),
    sessionId: z.guid(),
    accountSid: z.guid(),
    callSid: z.string().describe('Same as callControlId.'),
    callControlId: z.string(),
    callSessionId: z.guid(),
    callLegId: z.guid(),
    from: z.string(),
    to: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    callerName: z.string(),
    callStatus: z.literal('active'),
    customParameters: z.record(z.string(), z.string()),
  })
  .meta({
    title: 'First frame of a session',
    examples: [
      {
        type: 'setup',
        sessionId: '7a7e6a4f-1d44-4f0c-b5d4-9f9bf3a5c1f2',
        accountSid: '1f1a8b6f-1234-4abc-9def-1234567890ab',
        callSid: 'v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ',
        callControlId: 'v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ',
        callSessionId: 'ff55a038-6f5d-11ef-9692-02420aeffb1f',
        callLegId: '428c31b6-7af4-4b6f-92e7-7a7e6a4f1d44',
        from: '+13122010094',
        to: '+13122123456',
        direction: 'inbound',
        callerName: '',
        callStatus: 'active',
        customParameters: { customer_id: 'customer_123' },
      },
    ],
  })

const telnyxErrorFrame = errorShape.meta({
  title: 'Something went wrong',
  examples: [
    { type: 'error', description: 'Invalid message: unknown type: foo' },
    { type: 'error', description: 'Invalid message: missing required field: token' },
  ],
})

/** `w` waits 500 ms, `W` 1,000 ms. */
const telnyxSendDigitsFrame = sendDigitsFrame(/^[0-9A-DwW#*]+$/, 'one or more of 0-9 A-D w W # *', '1234#')

/** What the relay sends, by `type`. Telnyx has no `info`. */
export const telnyxRelayFrames = {
  setup: telnyxSetupFrame,
  prompt: promptFrame,
  dtmf: dtmfFrame,
  interrupt: interruptFrame,
  error: telnyxErrorFrame,
} as const

/** What the app sends, by `type`. */
export const telnyxAppFrames = {
  text: textFrame,
  play: playFrame,
  sendDigits: telnyxSendDigitsFrame,
  language: languageFrame,
  end: endFrame,
} as const

export type TelnyxSetupFrame = z.output<typeof telnyxSetupFrame>
export type TelnyxRelayFrame = z.output<(typeof telnyxRelayFrames)[keyof typeof telnyxRelayFrames]>
export type TelnyxAppFrame = z.input<(typeof telnyxAppFrames)[keyof typeof telnyxAppFrames]>
