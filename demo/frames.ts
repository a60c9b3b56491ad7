/** The frames of ConversationRelay that this app reads; both dialects send them alike. */
export type FromRelay =
  | { type: 'setup'; sessionId: string; callSid: string; from: string; to: string }
  | { type: 'prompt'; voicePrompt: string; lang?: string; last?: boolean }
  | { type: 'dtmf'; digit: string }
  | { type: 'interrupt'; utteranceUntilInterrupt: string; durationUntilInterruptMs: number }
  | { type: 'error'; description: string }
  | { type: 'info'; name: string; value: string }

/** The frames it sends. */
export type ToRelay =
  | { type: 'text'; token: string; last: boolean }
  | { type: 'language'; ttsLanguage: string; transcriptionLanguage: string }
  | { type: 'end'; handoffData?: string }

/** Reads a frame; undefined for what is not JSON or has no type. Fields that should be strings are made so. */
export function readFrame(data: string): FromRelay | undefined {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const frame = value as Record<string, unknown>
  const text = (key: string) => (typeof frame[key] === 'string' ? frame[key] : '')
  switch (frame['type']) {
    case 'setup':
      return {
        type: 'setup',
        sessionId: text('sessionId'),
        callSid: text('callSid'),
        from: text('from'),
        to: text('to'),
      }
    case 'prompt':
      return { type: 'prompt', voicePrompt: text('voicePrompt'), last: frame['last'] !== false }
    case 'dtmf':
      return { type: 'dtmf', digit: text('digit') }
    case 'interrupt':
      return {
        type: 'interrupt',
        utteranceUntilInterrupt: text('utteranceUntilInterrupt'),
        durationUntilInterruptMs: Number(frame['durationUntilInterruptMs']) || 0,
      }
    case 'error':
      return { type: 'error', description: text('description') }
    case 'info':
      return { type: 'info', name: text('name'), value: text('value') }
    default:
      return undefined
  }
}
