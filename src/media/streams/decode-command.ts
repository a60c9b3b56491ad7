import type { z } from 'zod'
import { expectation } from '../../base/expectation.js'
import type { StreamCommand, StreamProblem } from './stream-dialect.js'

/** What an app's frame says, in the words both platforms share. */
interface AppFrame {
  readonly event: 'media' | 'mark' | 'clear'
  readonly media?: { readonly payload: string }
  readonly mark?: { readonly name: string }
}

/** Reads a frame of an app. @param schema what the platform takes */
export function decodeCommand(
  text: string,
  schema: z.ZodType<AppFrame>,
): StreamCommand | { readonly problem: StreamProblem } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return malformed('not JSON')
  }
  const parsed = schema.safeParse(json, { error: expectation })
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    return malformed(path.length > 0 ? `${path.join('.')}: expected ${message}` : `expected ${message}`)
  }
  const { event, media, mark } = parsed.data
  if (media) return mediaOf(media.payload)
  return mark ? { type: 'mark', name: mark.name } : { type: event as 'clear' }
}

function mediaOf(payload: string): StreamCommand | { readonly problem: StreamProblem } {
  const bytes = Buffer.from(payload, 'base64')
  // Node passes over what is not base64: something is wrong when bytes are missing.
  const expected = Math.floor((payload.replace(/=+$/, '').length * 3) / 4)
  if (bytes.length !== expected) {
    return { problem: { kind: 'invalid-media', detail: 'media.payload: expected base64' } }
  }
  return { type: 'media', payload: bytes }
}

function malformed(detail: string): { readonly problem: StreamProblem } {
  return { problem: { kind: 'malformed', detail } }
}
