import type { RelayCommand } from './commands.js'
import type { RelayEvent } from './events.js'

export type DialectName = 'twilio' | 'telnyx'

/** A frame of the app's that could not be taken: what was wrong with it, naming the field, and its text. */
export interface FrameProblem {
  readonly problem: string
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
  /** The problem of a frame over the size limit, in this dialect's words. */
  tooLarge(bytes: number, limit: number): FrameProblem
  readonly closeNormal: SocketClose
  readonly closeTooManyInvalid: SocketClose
}
