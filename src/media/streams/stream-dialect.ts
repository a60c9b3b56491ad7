import type { StreamWish } from '../activity.js'

/** A stream as its frames tell of it. */
export interface StreamFacts {
  /** `MZ…` of Twilio, a UUID of Telnyx. */
  readonly id: string
  readonly wish: StreamWish
}

export type StreamTrack = 'inbound' | 'outbound'

/** What the app is told. */
export type StreamFrame =
  | { readonly type: 'connected' }
  | { readonly type: 'start' }
  | {
      readonly type: 'media'
      readonly track: StreamTrack
      /** Counts from 1. */
      readonly chunk: number
      /** ms since the start of the stream. */
      readonly timestamp: number
      readonly payload: Uint8Array
    }
  | { readonly type: 'dtmf'; readonly digit: string; readonly at: Date }
  /** The audio before the app's mark has been played, or cleared. */
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'error'; readonly problem: StreamProblem }
  | { readonly type: 'stop' }

/** What the app asks for. */
export type StreamCommand =
  | { readonly type: 'media'; readonly payload: Buffer }
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'clear' }

/** Why something of the app's was not taken. */
export interface StreamProblem {
  readonly kind: 'malformed' | 'invalid-media' | 'too-much'
  readonly detail: string
}

/** A stream's frames on the wire. Pure. */
export interface StreamFrames {
  /**
   * @param sequence counts the frames from `start` on, from 1
   * @returns undefined where the platform tells nothing of it
   */
  encode(frame: StreamFrame, sequence: number): string | undefined
  decode(text: string): StreamCommand | { readonly problem: StreamProblem }
}

/** A platform's frames for a stream. */
export type StreamDialect = (stream: StreamFacts) => StreamFrames
