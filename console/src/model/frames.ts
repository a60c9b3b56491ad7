import type { TimelineEvent } from '../api/types.js'

/** A frame as it went over the app's socket. */
export interface Frame {
  readonly id: string
  readonly at: number
  readonly direction: 'sent' | 'received'
  readonly type: string
  /** JSON, or what came instead of it. */
  readonly body: string
  readonly problem: string
}

/** The frames among a call's events. */
export function framesOf(events: readonly TimelineEvent[]): Frame[] {
  return events.flatMap((event) => frameOf(event) ?? [])
}

function frameOf({ name, data, at, sessionId, sequenceNumber }: TimelineEvent): Frame | undefined {
  const id = `${sessionId}-${sequenceNumber}`
  if (name === 'frame_sent') {
    const body = String(data['body'] ?? '')
    return { id, at, direction: 'sent', type: typeOf(body), body, problem: '' }
  }
  if (name !== 'frame_received') return undefined
  if ('invalid' in data) {
    const body = String(data['body'] ?? '')
    return { id, at, direction: 'received', type: typeOf(body), body, problem: String(data['invalid']) }
  }
  const type = String(data['type'] ?? '')
  return { id, at, direction: 'received', type, body: JSON.stringify(data), problem: '' }
}

function typeOf(body: string): string {
  try {
    return String(JSON.parse(body)?.type ?? '')
  } catch {
    return ''
  }
}
