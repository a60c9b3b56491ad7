import type { TelnyxCall } from '../call/telnyx-call.js'
import { relaySettings } from '../relay/settings.js'
import type { DetectFields } from '../schemas/answering.js'
import { type RecordingRequest, recordingFromAnswer } from '../schemas/recording.js'
import type { EmbeddedRelay } from '../schemas/relay.js'
import { type StreamFields, streamFromAnswer } from '../schemas/streaming.js'
import type { TranscriptionRequest } from '../schemas/transcription.js'
import type { CommandContext } from './command.js'
import { codable } from './stream-codecs.js'

/** What dial and answer let begin when the call is answered. */
export interface AfterAnswer extends StreamFields {
  readonly transcription: boolean
  readonly transcription_config: TranscriptionRequest
  readonly conversation_relay_config?: EmbeddedRelay | undefined
}

/** @throws ApiError when the relay's settings make no session, or the stream none; nothing will begin then */
export function startAfterAnswer(body: AfterAnswer, context: CommandContext): (call: TelnyxCall) => void {
  const relay = body.conversation_relay_config
  const settings = relay && relaySettings(relay, context.resolveKeys)
  const asked = streamFromAnswer(body)
  const stream = asked && codable(asked, context)
  return (call) =>
    call.whenAnswered(() => {
      if (body.transcription) call.transcribing.start(body.transcription_config)
      if (stream) call.streaming.start(stream, context.uuid(), streamFacts(call, context))
      if (settings && !call.call.session) call.conversation.start(settings)
    })
}

export function streamFacts(call: TelnyxCall, { userId }: CommandContext) {
  return { userId, clientState: call.clientState, tags: call.tags }
}

/** @returns the recording's id, for the answer; undefined where none was asked for */
export function recordAfterAnswer(
  call: TelnyxCall,
  body: Parameters<typeof recordingFromAnswer>[0],
  { uuid }: CommandContext,
): { readonly recording_id: string } | undefined {
  const request: RecordingRequest | undefined = recordingFromAnswer(body)
  if (!request) return undefined
  const id = uuid()
  call.whenAnswered(() => call.recordings.start(request, id))
  return { recording_id: id }
}

/** Lets it be told who answered. */
export function detectMachine(
  call: TelnyxCall,
  { answering_machine_detection: mode, answering_machine_detection_config: config }: DetectFields,
): void {
  if (mode !== 'disabled') call.whenAnswered(() => call.answering.start(mode, config))
}
