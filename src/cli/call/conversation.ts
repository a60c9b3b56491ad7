import type { TimelineEvent } from '../../session/index.js'
import type { Paint } from '../paint.js'

/** Prints a call as a conversation while it happens. */
export class Conversation {
  private startedAt: number | undefined

  constructor(
    private readonly write: (line: string) => void,
    private readonly paint: Paint,
  ) {}

  readonly event = (event: TimelineEvent): void => {
    this.startedAt ??= event.at
    const line = this.line(event)
    if (line === undefined) return
    const seconds = ((event.at - this.startedAt) / 1000).toFixed(2).padStart(7)
    this.write(`${this.paint('dim', seconds)}  ${line}`)
  }

  private line({ name, data }: TimelineEvent): string | undefined {
    switch (name) {
      case 'prompt_sent':
        return `${this.paint('cyan', 'caller')}  ${data['text']}`
      case 'chunk_played':
        return `${this.paint('green', 'agent ')}  ${String(data['text']).trim()}`
      case 'dtmf':
        return `${this.paint('cyan', 'caller')}  key ${data['digit']}`
      case 'digit':
        return `${this.paint('green', 'agent ')}  keys ${data['digits']}`
      case 'play_media':
        return `${this.paint('green', 'agent ')}  plays ${data['source']}`
      case 'interrupt':
        return this.paint('yellow', `interrupted after "${data['heard']}" (${data['heard_ms']} ms)`)
      case 'prompt_withheld':
        return this.paint('dim', `not sent: "${data['text']}" (${data['why']})`)
      case 'warning':
        return this.paint('yellow', `warning: ${data['text']}`)
      case 'error_event':
        return this.paint('red', `error: ${(data['error'] as { message?: string })?.message}`)
      case 'language_changed':
        return this.paint('dim', `language: ${JSON.stringify(data['language_changed'])}`)
      case 'call_wrap_up':
        return this.paint('dim', `over: ${(data['call_wrap_up'] as { end_status?: string })?.end_status}`)
      default:
        return undefined
    }
  }
}
