import { describe, expect, it } from 'vitest'
import { type CallFacts, dialects, type RelayEvent, type SetupEvent } from '../../src/protocol/index.js'
import { telnyxExamples, twilioExamples } from './vendor-examples.js'

const { twilio, telnyx } = dialects

const call: CallFacts = {
  accountSid: 'AC00000000000000000000000000000000',
  accountId: '1f1a8b6f-1234-4abc-9def-1234567890ab',
  callSid: 'CA00000000000000000000000000000001',
  parentCallSid: '',
  callControlId: 'v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ',
  callSessionId: 'ff55a038-6f5d-11ef-9692-02420aeffb1f',
  callLegId: '428c31b6-7af4-4b6f-92e7-7a7e6a4f1d44',
  from: '+15550100001',
  to: '+15550100001',
  forwardedFrom: '+15550100001',
  callerName: '',
  direction: 'inbound',
  callType: 'PSTN',
}

const setup: SetupEvent = {
  type: 'setup',
  sessionId: 'VX00000000000000000000000000000001',
  call,
  status: 'ringing',
  parameters: {},
}

describe('what Twilio recorded is written byte for byte', () => {
  const events: RelayEvent[] = [
    setup,
    { type: 'prompt', text: 'Holding.', language: 'en', last: true },
    { type: 'dtmf', digit: '9' },
    { type: 'interrupt', heardText: 'Sentence 2 of', heardMs: 683.7 },
    { type: 'error', problem: 'not JSON', raw: 'this is not json #1', twilio: 64107 },
    { type: 'info', name: 'agentSpeaking', value: 'on' },
    { type: 'info', name: 'clientSpeaking', value: 'off' },
    { type: 'info', name: 'tokensPlayed', value: 'I heard:' },
    { type: 'info', name: 'roundTripDelayMs', value: '148' },
  ]
  it.each(events.map((event, i) => [event.type, event, twilioExamples.fromRelay[i]] as const))(
    '%s',
    (_, event, text) => {
      expect(twilio.encode(event)).toBe(text)
    },
  )

  it('tells a call that is up, and one that goes out', () => {
    const text = twilio.encode({ ...setup, status: 'answered', call: { ...call, direction: 'outbound' } })!
    expect(JSON.parse(text)).toMatchObject({ callStatus: 'IN_PROGRESS', direction: 'outbound-api' })
  })

  it('writes the keys of info in the order of the wire, whatever the order of the event', () => {
    expect(twilio.encode({ value: 'on', name: 'agentSpeaking', type: 'info' })).toBe(
      '{"type":"info","name":"agentSpeaking","value":"on"}',
    )
  })
})

describe('what Telnyx documents is written byte for byte', () => {
  const events: RelayEvent[] = [
    {
      ...setup,
      sessionId: '7a7e6a4f-1d44-4f0c-b5d4-9f9bf3a5c1f2',
      call: { ...call, from: '+13122010094', to: '+13122123456' },
      parameters: { customer_id: 'customer_123' },
    },
    { type: 'prompt', text: 'hello there', language: 'en', last: false },
    { type: 'dtmf', digit: '1' },
    { type: 'interrupt', heardText: 'Welcome to Telnyx, how can I help', heardMs: 1820 },
    { type: 'error', problem: 'unknown type: foo', raw: '{"type":"foo"}' },
  ]
  it.each(events.map((event, i) => [event.type, event, telnyxExamples.fromRelay[i]] as const))(
    '%s',
    (_, event, text) => {
      expect(telnyx.encode(event)).toBe(text)
    },
  )

  it('has no info frame', () => {
    expect(telnyx.encode({ type: 'info', name: 'agentSpeaking', value: 'on' })).toBeUndefined()
  })
})

describe('error frames', () => {
  const described = (event: Omit<Extract<RelayEvent, { type: 'error' }>, 'type'>) => ({
    twilio: JSON.parse(twilio.encode({ type: 'error', ...event })!).description,
    telnyx: JSON.parse(telnyx.encode({ type: 'error', ...event })!).description,
  })

  it("names the field and quotes the app's frame last, as Twilio does", () => {
    expect(described({ problem: 'missing required field: token', raw: '{"type":"text"}' })).toEqual({
      twilio: 'Invalid message received, code: 64107, missing required field: token, {"type":"text"}',
      telnyx: 'Invalid message: missing required field: token',
    })
  })

  it('says how large a frame was, without its text', () => {
    expect(described(twilio.tooLarge(3000, 1024))).toEqual({
      twilio: 'Invalid message received, code: 64107, frame of 3000 bytes where 1024 are allowed',
      telnyx: 'Invalid message: frame of 3000 bytes where 1024 are allowed',
    })
  })

  it('carries the number of an error that no frame caused, where the platform has numbers', () => {
    expect(described({ problem: 'The voice is unknown', twilio: 64106 })).toEqual({
      twilio: 'The voice is unknown, code: 64106',
      telnyx: 'The voice is unknown',
    })
    expect(described({ problem: 'The media is not there' })).toEqual({
      twilio: 'The media is not there',
      telnyx: 'The media is not there',
    })
  })
})

it('closes as the platform does', () => {
  expect(twilio.closeNormal).toEqual({ code: 1000, reason: 'Closing websocket session' })
  expect(twilio.closeTooManyInvalid).toEqual({
    code: 1007,
    reason: 'Too many consecutive malformed messages.',
  })
  // RFC 6455 section 5.5: a control frame has 125 bytes, two of them the code.
  for (const { reason } of [telnyx.closeNormal, telnyx.closeTooManyInvalid]) {
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
  }
})
