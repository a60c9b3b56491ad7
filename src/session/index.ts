export { type AppSocket, type DialApp, dialApp, dialAppThrough } from './app-socket.js'
export { type EndCause, type EndRow, endTable } from './end-table.js'
export type { FrameSource, Leg, LegListener, LegRate } from './leg.js'
export { Ear, type EarListener, interruptThresholds, type ResolvedEar } from './listening/index.js'
export { RelaySession } from './session.js'
export type {
  SessionDependencies,
  SessionHost,
  SessionLimits,
  SessionOptions,
  SessionResult,
} from './session-options.js'
export {
  type FetchMedia,
  MediaFetcher,
  Playback,
  type PlaybackContent,
  type PlaybackListener,
  type PlaybackOptions,
} from './speaking/index.js'
export { Timeline, type TimelineEvent, type TimelineEventName, type TimelineSink } from './timeline.js'
export { type NoteKind, noteIn, type TimelineNote, textIn } from './timeline-notes.js'
export { type Turn, TurnTracker } from './turn-tracker.js'
export type { SpeechEngines } from './voices.js'
