import type { RelayCommand } from './commands.js'
import type { RelayEvent } from './events.js'

export type DialectName = 'twilio' | 'telnyx'

/**
 * A frame of the app's that could not be taken. Answer it with an `error` event that carries both values: the
 * dialect puts them into its platform's words.
 */
export interface FrameProblem {
  /** What is wrong, naming the field. */
  readonly problem: string
  /** The frame's text, shortened where it is long. */
  readonly raw: string
}

export type Decoded =
  | { readonly ok: true; readonly command: RelayCommand }
  | { readonly ok: false; readonly problem: FrameProblem }

/** How a socket is closed: RFC 6455 §7.4 code and reason. */
export interface SocketClose {
  readonly code: number
  readonly reason: string
}

/** One platform's wire form of the session protocol. Stateless. */
export interface Dialect {
  readonly name: DialectName
  /** Whether partial prompts are sent without being asked for. */
  readonly partialsByDefault: boolean
  /** The JSON text of a frame; undefined where this platform has no such frame. */
  encode(event: RelayEvent): string | undefined
  /** Never throws: whatever arrives is a command or a problem. */
  decode(data: string | Uint8Array, isBinary: boolean): Decoded
  /** The problem of a frame over the size limit. */
  tooLarge(bytes: number, limit: number): FrameProblem
  readonly closeNormal: SocketClose
  readonly closeTooManyInvalid: SocketClose
}
