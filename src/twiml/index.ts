export {
  type AnsweredBy,
  answeredByFields,
  type MachineDetection,
  watchAnsweredBy,
} from './callbacks/answered-by.js'
export {
  type ProgressEvent,
  type ProgressReport,
  type ProgressServices,
  progressEvents,
  reportProgress,
} from './callbacks/call-progress.js'
export { timestamp } from './callbacks/timestamp.js'
export { callStatus } from './dialects/call-status.js'
export type { TwimlDialect } from './dialects/dialect.js'
export { telnyxDialect } from './dialects/telnyx.js'
export { twilioDialect } from './dialects/twilio.js'
export { elementOf, type TwimlElement, xmlOf } from './document/element.js'
export { parseDocument } from './document/parse-document.js'
export { DocumentError, type Problem, problem } from './document/problem.js'
export {
  DocumentFetcher,
  type DocumentFetcherOptions,
  type SignRequest,
} from './fetching/document-fetcher.js'
export type { DocumentRequest, FetchDocument, FetchedDocument } from './fetching/request.js'
export { twilioSignature } from './fetching/twilio-signature.js'
export type { CallQueue, QueueMember } from './rooms/call-queue.js'
export type { ConferenceRoom, EndReason } from './rooms/conference-room.js'
export type { Conferences } from './rooms/conferences.js'
export type { Invitation } from './rooms/invitations.js'
export type { Queues } from './rooms/queues.js'
export { roomEventNames } from './rooms/room-report.js'
export type { Beep, LeaveReason, Seat, SeatChanges } from './rooms/seat.js'
export type { Activity, ActivityKind } from './running/activities.js'
export type { RunOutcome } from './running/context.js'
export type {
  Callback,
  Exchange,
  RecordedText,
  RecordingFacts,
  RecordingResult,
  RecordingShelf,
  RunningRecording,
  ShelvedRecording,
  TwimlEvent,
  TwimlOptions,
} from './running/services.js'
export { newSid } from './running/sids.js'
export { type DocumentRun, type Instructions, Twiml } from './twiml.js'
export { elementModels } from './verbs/models.js'
export { type StartedRecording, seconds } from './verbs/recording.js'
