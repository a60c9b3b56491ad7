import type { TalkEntry } from '../api/types.js'

/** What the app has said since it was last spoken to. */
export function answerIn(entries: readonly TalkEntry[]): string {
  let answer = ''
  for (const { kind, text } of entries) {
    const frame = kind === 'sent' || kind === 'received' ? parsed(text) : undefined
    if (kind === 'sent' && (frame?.['type'] === 'prompt' || frame?.['type'] === 'dtmf')) answer = ''
    if (kind === 'received' && frame?.['type'] === 'text') answer += String(frame['token'] ?? '')
  }
  return answer.trim()
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(text))
  } catch {
    return undefined
  }
}
