import { z } from 'zod'
import { decodeCommand } from './decode-command.js'
import type { StreamDialect, StreamFacts, StreamFrame, StreamProblem } from './stream-dialect.js'
import { streamRate } from './stream-rates.js'

/** What an app sends on a bidirectional stream; it need not name the stream. */
const telnyxCommands = z.discriminatedUnion('event', [
  z.object({ event: z.literal('media'), media: z.object({ payload: z.string() }) }),
  z.object({ event: z.literal('mark'), mark: z.object({ name: z.string() }) }),
  z.object({ event: z.literal('clear') }),
])

const errors: Readonly<Record<StreamProblem['kind'], object>> = {
  malformed: {
    code: 100003,
    title: 'malformed_frame',
    detail: 'Received frame was not formed correctly',
  },
  'invalid-media': { code: 100004, title: 'invalid_media', detail: 'Media is not valid' },
  'too-much': { code: 100005, title: 'rate_limit_reached', detail: 'Too many requests' },
}

/** Telnyx's media streaming (https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming). */
export const telnyxStreams: StreamDialect = (stream) => ({
  encode(frame, sequence) {
    const body = bodyOf(frame, stream)
    if (frame.type === 'connected') return JSON.stringify(body)
    const { event, ...rest } = body
    const number = frame.type === 'error' ? {} : { sequence_number: `${sequence}` }
    return JSON.stringify({ event, ...number, ...rest, stream_id: stream.id })
  },
  decode: (text) => decodeCommand(text, telnyxCommands),
})

function bodyOf(frame: StreamFrame, { wish }: StreamFacts): { event: string; [field: string]: unknown } {
  const { codec, facts, parameters } = wish
  switch (frame.type) {
    case 'connected':
      return { event: 'connected', version: '1.0.0' }
    case 'start': {
      const format = { encoding: codec, sample_rate: streamRate(codec, wish.sampleRate), channels: 1 }
      const custom = Object.keys(parameters).length > 0 && { custom_parameters: parameters }
      return { event: 'start', start: { ...facts, ...custom, media_format: format } }
    }
    case 'media': {
      const { track, chunk, timestamp, payload } = frame
      return {
        event: 'media',
        media: {
          track,
          chunk: `${chunk}`,
          timestamp: `${timestamp}`,
          payload: Buffer.from(payload).toString('base64'),
        },
      }
    }
    case 'dtmf':
      return { event: 'dtmf', occurred_at: frame.at.toISOString(), dtmf: { digit: frame.digit } }
    case 'mark':
      return { event: 'mark', mark: { name: frame.name } }
    case 'error':
      return { event: 'error', payload: errors[frame.problem.kind] }
    case 'stop':
      return {
        event: 'stop',
        stop: { user_id: facts['user_id'], call_control_id: facts['call_control_id'] },
      }
  }
}
