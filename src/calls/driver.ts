import type { RelaySettings } from '../protocol/index.js'
import type { SessionResult } from '../session/index.js'

/** What decides about a call outside a session: a static route today; documents, commands and flows as well. */
export interface Driver {
  /** The call has come in and its media is ready; it has not been answered. */
  incoming(): void
  /** The caller's ACK arrived: media flows both ways. */
  answered(): void
  /** A session's app is connected. */
  sessionReady(): void
  /** A session is over and the call may go on; not called when the call itself ended. */
  sessionEnded(result: SessionResult): void
}

/** What a driver can do with its call. */
export interface CallActions {
  /** Whether a session can start before the answer: with a late offer the codec is known only after it. */
  readonly hasMedia: boolean
  /** 180 Ringing; nothing with a late offer, where it would have to carry an offer. */
  ring(): void
  answer(): void
  /**
   * Refuses an unanswered call.
   * @param reason for the records
   * @param phrase for the caller, in place of the status's own reason phrase
   */
  reject(status: number, reason?: string, phrase?: string): void
  hangup(reason: string): void
  /** Starts a session; one at a time. */
  startSession(settings: RelaySettings): void
}
