import type { SpeakRequest, WordMark } from '../engine.js'
import type { VendorError } from '../vendor-error.js'
import type { StreamFormat } from './byte-decoder.js'
import type { Json } from './json.js'
import type { SocketMessage } from './vendor-socket.js'

/** What a text-to-speech vendor's message means to one utterance. */
export type TtsSignal =
  | { readonly type: 'audio'; readonly bytes: Buffer }
  /** Marks count ms of the utterance's audio as the vendor sends it. */
  | { readonly type: 'marks'; readonly marks: readonly WordMark[] }
  /** The vendor waits for more. */
  | { readonly type: 'send'; readonly messages: readonly SocketMessage[] }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: VendorError }

/** One request in a vendor's words. */
export interface Utterance {
  readonly format: StreamFormat
  start(): readonly SocketMessage[]
  /** Stops it; undefined where the connection has to be closed for that. */
  cancel(): readonly SocketMessage[] | undefined
  /** @throws VendorError */
  read(message: Buffer | Json): readonly TtsSignal[]
}

/** Where a request is spoken; requests with the same address can share a connection. */
export interface SpeechAddress {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Tells connections of one URL apart, where their first messages differ. */
  readonly flavour?: string
}

/** How a vendor speaks over a WebSocket. Knows neither sockets nor time. */
export interface TtsWire {
  readonly vendor: string
  /** Utterances at a time on a connection. */
  readonly most: number
  /** Whether another utterance may follow on a connection. */
  readonly reuse: boolean
  /** Whether `done` follows a cancel; where not, messages carry a context, and late ones are passed over by it. */
  readonly confirmsCancel: boolean
  /** Utterances that may begin on a connection within so many ms. */
  readonly pace?: { readonly most: number; readonly withinMs: number } | undefined
  /** How long a connection that is not used is kept, in ms. */
  readonly idleMs: number
  /** Sent while nothing else is. */
  readonly keepAlive?: { readonly everyMs: number; readonly message: SocketMessage } | undefined
  address(request: SpeakRequest): SpeechAddress
  /** First messages on a new connection. */
  opening(request: SpeakRequest): readonly SocketMessage[]
  /** What is said to a message before utterances may start. */
  reply?(message: Json, request: SpeakRequest): readonly SocketMessage[]
  /** Whether utterances may start, once the vendor has said this; they may at once where it is left out. */
  isReady?(message: Json): boolean
  /** Whose message it is; undefined for one that concerns all. */
  contextOf?(message: Json): string | undefined
  /** @param context a name of its own for the utterance, unique on the connection */
  utter(request: SpeakRequest, context: string): Utterance
}

export const done: TtsSignal = { type: 'done' }

/** Audio in base64, as a signal; nothing of an empty text. */
export function audio(base64: string): TtsSignal[] {
  return base64 ? [{ type: 'audio', bytes: Buffer.from(base64, 'base64') }] : []
}
