import type { TimelineEvent } from './timeline.js'

/** What there is in a conversation beside speech; `away` and `back` are about the app's socket. */
export type NoteKind =
  | 'key'
  | 'digits'
  | 'play'
  | 'language'
  | 'frame'
  | 'error'
  | 'warning'
  | 'watchdog'
  | 'away'
  | 'back'
  | 'end'

export interface TimelineNote {
  readonly kind: NoteKind
  readonly tone: 'plain' | 'warning' | 'error'
  readonly text: string
}

/** What an event says to readers of the conversation; undefined for speech, and for what only machines ask for. */
export function noteIn(event: TimelineEvent): TimelineNote | undefined {
  const note = (kind: NoteKind, text: string, tone: TimelineNote['tone'] = 'plain') => ({ kind, tone, text })
  switch (event.name) {
    case 'dtmf':
      return note('key', textIn(event, 'digit'))
    case 'digit':
      return note('digits', textIn(event, 'digits'))
    case 'play_media':
      return note('play', textIn(event, 'source'))
    case 'language_changed':
      return note('language', Object.values(Object(event.data['language_changed'])).join(', '))
    case 'frame_received':
      return 'invalid' in event.data ? note('frame', textIn(event, 'invalid'), 'error') : undefined
    case 'error_event':
      return note('error', textIn(event, 'error', 'message'), 'error')
    case 'warning':
      return note('warning', textIn(event, 'text'), 'warning')
    case 'watchdog':
      return note('watchdog', textIn(event, 'invariant'), 'warning')
    case 'app_away':
      return note('away', textIn(event, 'detail'), 'warning')
    case 'app_back':
      return note('back', textIn(event, 'kept_frames'))
    case 'call_wrap_up':
      return note('end', textIn(event, 'call_wrap_up', 'end_status').replaceAll('_', ' '))
    default:
      return undefined
  }
}

/** A value somewhere in an event's data, as text; '' where there is none. */
export function textIn(event: TimelineEvent, ...path: string[]): string {
  const value = path.reduce<unknown>((inner, key) => Object(inner)[key], event.data)
  return value === undefined || value === null ? '' : String(value)
}
