import { ParleyError } from '../../base/errors.js'
import type { CallControl } from '../../calls/index.js'
import type { RelaySettings } from '../../protocol/index.js'
import type { SessionResult } from '../../session/index.js'
import { refuse } from '../errors/index.js'
import { conversationEnded } from '../webhooks/payloads.js'
import type { Publish } from './events.js'

/** The ConversationRelay session of a call. */
export class Conversation {
  private settings: RelaySettings | undefined

  constructor(
    private readonly call: CallControl,
    private readonly publish: Publish,
  ) {}

  /** @returns the session's id @throws ApiError 90061 while one runs, 90018 after the call's end */
  start(settings: RelaySettings): string {
    try {
      const session = this.call.startSession(settings)
      this.settings = settings
      return session
    } catch (thrown) {
      if (!(thrown instanceof ParleyError)) throw thrown
      if (thrown.code === 'session_in_progress') refuse('90061')
      if (thrown.code === 'call_over') refuse('90018')
      throw thrown
    }
  }

  /** The call goes on. */
  stop(): void {
    if (this.call.session) this.call.endSession('stopped', 'conversation_relay_stop')
  }

  ended(result: SessionResult): void {
    const { settings } = this
    this.settings = undefined
    if (settings) this.publish('call.conversation.ended', conversationEnded(this.call, result, settings))
  }
}
