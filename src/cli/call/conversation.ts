import { styleText } from 'node:util'
import type { TimelineEvent } from '../../session/index.js'

/** Prints a call as a conversation while it happens. */
export class Conversation {
  private startedAt: number | undefined

  constructor(private readonly write: (line: string) => void) {}

  readonly event = (event: TimelineEvent): void => {
    this.startedAt ??= event.at
    const line = this.line(event)
    if (line === undefined) return
    const seconds = ((event.at - this.startedAt) / 1000).toFixed(2).padStart(7)
    this.write(`${styleText('dim', seconds)}  ${line}`)
  }

  private line({ name, data }: TimelineEvent): string | undefined {
    switch (name) {
      case 'prompt_sent':
        return `${styleText('cyan', 'caller')}  ${data['text']}`
      case 'chunk_played':
        return `${styleText('green', 'agent ')}  ${String(data['text']).trim()}`
      case 'dtmf':
        return `${styleText('cyan', 'caller')}  key ${data['digit']}`
      case 'digit':
        return `${styleText('green', 'agent ')}  keys ${data['digits']}`
      case 'play_media':
        return `${styleText('green', 'agent ')}  plays ${data['source']}`
      case 'interrupt':
        return styleText('yellow', `interrupted after "${data['heard']}" (${data['heard_ms']} ms)`)
      case 'prompt_withheld':
        return styleText('dim', `not sent: "${data['text']}" (${data['why']})`)
      case 'warning':
        return styleText('yellow', `warning: ${data['text']}`)
      case 'error_event':
        return styleText('red', `error: ${(data['error'] as { message?: string })?.message}`)
      case 'language_changed':
        return styleText('dim', `language: ${JSON.stringify(data['language_changed'])}`)
      case 'call_wrap_up':
        return styleText('dim', `over: ${(data['call_wrap_up'] as { end_status?: string })?.end_status}`)
      default:
        return undefined
    }
  }
}
