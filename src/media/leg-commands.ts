import type { ListenWish, RecordEnd, RecordWish, StreamEnd, StreamWish } from './activity.js'
import type { Announcement, AnnouncementEnd } from './announcement.js'
import type { AnswerFinding, AnswerWish } from './answering/answer-wish.js'

/**
 * What the signalling plane asks of a leg outside of a session. `id`s are the asker's and name the thing in events. A
 * command for a leg that is gone does nothing.
 */
export type LegCommand =
  /** Puts an announcement at the end of the leg's queue; with `overlay` of the one that is heard over all else. */
  | {
      readonly type: 'announce'
      readonly leg: string
      readonly id: string
      readonly item: Announcement
      readonly overlay?: boolean | undefined
    }
  /** Stops one announcement, playing or waiting; without `id` all of them. */
  | { readonly type: 'stop-announcing'; readonly leg: string; readonly id?: string | undefined }
  /** The party is heard to say this, beside what it says itself; told of as an announcement is. */
  | {
      readonly type: 'speak-as-party'
      readonly leg: string
      readonly id: string
      readonly item: Announcement
    }
  /** Stops all of that. */
  | { readonly type: 'stop-speaking-as-party'; readonly leg: string }
  | { readonly type: 'listen'; readonly leg: string; readonly id: string; readonly wish: ListenWish }
  | { readonly type: 'stop-listening'; readonly leg: string; readonly id: string }
  /** Tells who answered, and when a machine's greeting ends. */
  | { readonly type: 'watch-answer'; readonly leg: string; readonly id: string; readonly wish: AnswerWish }
  | { readonly type: 'stop-watching'; readonly leg: string; readonly id: string }
  /** Tells when the party speaks, without recognition. */
  | { readonly type: 'watch-voice'; readonly leg: string; readonly id: string }
  | { readonly type: 'stop-watching-voice'; readonly leg: string; readonly id: string }
  | { readonly type: 'record'; readonly leg: string; readonly id: string; readonly wish: RecordWish }
  | {
      readonly type: 'pause-recording'
      readonly leg: string
      readonly id: string
      readonly paused: boolean
      /** Silence takes the place of what is left out. */
      readonly silent: boolean
    }
  | { readonly type: 'stop-recording'; readonly leg: string; readonly id: string }
  /** The app knows the stream by `id`: Twilio's stream SID, Telnyx's stream id. */
  | { readonly type: 'stream'; readonly leg: string; readonly id: string; readonly wish: StreamWish }
  | { readonly type: 'stop-stream'; readonly leg: string; readonly id: string }
  /** Both hear each other from now on, whatever shards they live in. What either was joined to before ends. */
  | {
      readonly type: 'bridge'
      readonly leg: string
      readonly other: string
      /** Whose keys the other one does not hear. */
      readonly muteDigits: 'none' | 'leg' | 'other' | 'both'
    }
  /** Bounds the delay of the jitter buffer, within what the plane allows; without `maxMs` as the plane does. */
  | { readonly type: 'limit-delay'; readonly leg: string; readonly maxMs?: number | undefined }
  /** Ends a bridge, or a leg's part in a conference. */
  | { readonly type: 'unbridge'; readonly leg: string }
  | {
      readonly type: 'join-conference'
      readonly leg: string
      readonly conference: string
      readonly muted: boolean
      /** Hears nothing of it and is not heard. */
      readonly held: boolean
      /** Is heard by this leg only, and hears all (`coach`). */
      readonly coaches?: string | undefined
    }
  | {
      readonly type: 'set-conference'
      readonly leg: string
      readonly muted?: boolean | undefined
      readonly held?: boolean | undefined
      readonly coaches?: string | null | undefined
    }

/** What the media plane tells of a leg outside of a session. */
export type LegEvent =
  /** Every key of the party, once, with or without a session. */
  | { readonly type: 'digit'; readonly leg: string; readonly digit: string }
  /** First audible frame. */
  | { readonly type: 'announcing'; readonly leg: string; readonly id: string }
  | {
      readonly type: 'announced'
      readonly leg: string
      readonly id: string
      readonly end: AnnouncementEnd
      readonly detail: string
      /** Error code of `base/error-table.ts` with `failed`. */
      readonly code?: string | undefined
    }
  /** Voice activity of a leg that is listened to, or watched for it. */
  | { readonly type: 'voice'; readonly leg: string; readonly id: string; readonly on: boolean }
  /** Cumulative within an utterance; `final` settles it. Never empty. */
  | {
      readonly type: 'heard'
      readonly leg: string
      readonly id: string
      readonly text: string
      readonly final: boolean
      readonly language: string
      /** 0 to 1, where the engine gives one. */
      readonly confidence: number | undefined
    }
  /** It was stopped, and all is told; only where what is said last is settled. */
  | { readonly type: 'listened'; readonly leg: string; readonly id: string }
  /** Recognition could not be had, or broke again and again; nothing follows. */
  | { readonly type: 'listen-failed'; readonly leg: string; readonly id: string; readonly detail: string }
  | { readonly type: 'answerer'; readonly leg: string; readonly id: string; readonly finding: AnswerFinding }
  | { readonly type: 'recording'; readonly leg: string; readonly id: string }
  | {
      readonly type: 'recorded'
      readonly leg: string
      readonly id: string
      readonly end: RecordEnd
      /** ms of audio, and bytes, in the file. */
      readonly durationMs: number
      readonly bytes: number
      readonly detail: string
    }
  | { readonly type: 'streaming'; readonly leg: string; readonly id: string }
  | {
      readonly type: 'streamed'
      readonly leg: string
      readonly id: string
      readonly end: StreamEnd
      readonly detail: string
    }
