/** Frames as the platforms' own documents show them and as they were recorded on real calls, byte for byte. */

const telnyxControlId = 'v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ'

/** Telnyx, AsyncAPI document "ConversationRelay WebSocket channel". */
export const telnyxExamples = {
  fromRelay: [
    `{"type":"setup","sessionId":"7a7e6a4f-1d44-4f0c-b5d4-9f9bf3a5c1f2","accountSid":"1f1a8b6f-1234-4abc-9def-1234567890ab","callSid":"${telnyxControlId}","callControlId":"${telnyxControlId}","callSessionId":"ff55a038-6f5d-11ef-9692-02420aeffb1f","callLegId":"428c31b6-7af4-4b6f-92e7-7a7e6a4f1d44","from":"+13122010094","to":"+13122123456","direction":"inbound","callerName":"","callStatus":"active","customParameters":{"customer_id":"customer_123"}}`,
    '{"type":"prompt","voicePrompt":"hello there","lang":"en","last":false}',
    '{"type":"dtmf","digit":"1"}',
    '{"type":"interrupt","utteranceUntilInterrupt":"Welcome to Telnyx, how can I help","durationUntilInterruptMs":1820}',
    '{"type":"error","description":"Invalid message: unknown type: foo"}',
  ],
  fromApp: [
    '{"type":"text","token":"Hello","last":false}',
    '{"type":"play","source":"https://example.com/audio/welcome.mp3"}',
    '{"type":"sendDigits","digits":"1234#"}',
    '{"type":"language","ttsLanguage":"es-ES","transcriptionLanguage":"es-ES"}',
    '{"type":"end"}',
  ],
}

/** Twilio, page "ConversationRelay WebSocket messages" and recorded calls. */
export const twilioExamples = {
  fromRelay: [
    '{"type":"setup","sessionId":"VX00000000000000000000000000000001","callSid":"CA00000000000000000000000000000001","parentCallSid":"","from":"+15550100001","to":"+15550100001","forwardedFrom":"+15550100001","callerName":"","direction":"inbound","callType":"PSTN","callStatus":"RINGING","accountSid":"AC00000000000000000000000000000000","customParameters":{}}',
    '{"type":"prompt","voicePrompt":"Holding.","lang":"en","last":true}',
    '{"type":"dtmf","digit":"9"}',
    '{"type":"interrupt","utteranceUntilInterrupt":"Sentence 2 of","durationUntilInterruptMs":684}',
    '{"type":"error","description":"Invalid message received, code: 64107, this is not json #1"}',
    '{"type":"info","name":"agentSpeaking","value":"on"}',
    '{"type":"info","name":"clientSpeaking","value":"off"}',
    '{"type":"info","name":"tokensPlayed","value":"I heard:"}',
    '{"type":"info","name":"roundTripDelayMs","value":"148"}',
  ],
  fromApp: [
    '{"type":"text","token":"Hello world!","last":false,"interruptible":false,"preemptible":false}',
    '{"type":"play","source":"https://api.twilio.com/cowbell.mp3","loop":1,"preemptible":false,"interruptible":true}',
    '{"type":"sendDigits","digits":"9www4085551212"}',
    '{"type":"language","ttsLanguage":"sv-SE","transcriptionLanguage":"en-US"}',
    '{"type":"end","handoffData":"{\\"reasonCode\\":\\"live-agent-handoff\\",\\"reason\\":\\"The caller wants to talk to a real person\\"}"}',
  ],
}
