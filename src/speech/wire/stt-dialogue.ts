import type { Transcript } from '../engine.js'
import type { VendorError } from '../vendor-error.js'
import type { AudioFormat } from './audio-bytes.js'
import type { SocketMessage } from './vendor-socket.js'

/** What a message of a speech-to-text vendor means. */
export type SttSignal =
  /** Audio may be sent. */
  | { readonly type: 'ready' }
  /** The words since the last `final`, so far. */
  | { readonly type: 'partial'; readonly transcript: Transcript }
  /** Words that will not change any more. */
  | { readonly type: 'final'; readonly transcript: Transcript }
  /** The vendor decided that the speaker is done. */
  | { readonly type: 'endOfTurn' }
  /** All that was asked for by `finalize` has come. */
  | { readonly type: 'finalized' }
  | { readonly type: 'failed'; readonly error: VendorError }

/** One recognition session in one vendor's words. Knows neither sockets nor time. */
export interface SttDialogue {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly format: AudioFormat
  /** ms of audio in a message. */
  readonly packetMs: number
  /** ms of audio that a message must have, where the vendor refuses shorter ones. */
  readonly leastPacketMs?: number
  /** Whether audio has to wait for `ready`. */
  readonly waitsForReady: boolean
  /** Whether `finalized` follows each `finalize`; where not, the next final answers it. */
  readonly confirmsFinalize: boolean
  /** ms of silence after which the vendor is asked for the rest, where it ends no turns by itself. */
  readonly silenceMs?: number | undefined
  /** Sent when nothing was for a while. */
  readonly keepAlive?: { readonly afterMs: number; readonly message: SocketMessage } | undefined
  /** First messages on the open socket. */
  opening(): readonly SocketMessage[]
  audio(bytes: Buffer): SocketMessage
  /** Asks for the rest; nothing where the vendor cannot be asked. */
  finalize(): readonly SocketMessage[]
  /** Sent when nobody has spoken for long, where the vendor keeps what it hears until it is asked. */
  idle?(): readonly SocketMessage[]
  /** Last messages before the socket is closed. */
  closing(): readonly SocketMessage[]
  /** @throws VendorError `protocol` */
  read(message: SocketMessage): readonly SttSignal[]
}

export const ready: SttSignal = { type: 'ready' }
export const endOfTurn: SttSignal = { type: 'endOfTurn' }
export const finalized: SttSignal = { type: 'finalized' }

export function partial(transcript: Transcript): SttSignal {
  return { type: 'partial', transcript }
}

export function final(transcript: Transcript): SttSignal {
  return { type: 'final', transcript }
}

export function failed(error: VendorError): SttSignal {
  return { type: 'failed', error }
}
