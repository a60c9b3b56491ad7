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

/** What events were made of once. */
const made = new WeakMap<TimelineEvent, Frame>()

/** The frames among a call's events. */
export function framesOf(events: readonly TimelineEvent[]): Frame[] {
  const frames: Frame[] = []
  for (const event of events) {
    if (event.name !== 'frame_sent' && event.name !== 'frame_received') continue
    const frame = made.get(event) ?? frameOf(event)
    made.set(event, frame)
    frames.push(frame)
  }
  return frames
}

function frameOf({ name, data, at, sessionId, sequenceNumber }: TimelineEvent): Frame {
  const id = `${sessionId}-${sequenceNumber}`
  if (name === 'frame_sent') {
    const body = String(data['body'] ?? '')
    return { id, at, direction: 'sent', type: typeOf(body), body, problem: '' }
  }
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
