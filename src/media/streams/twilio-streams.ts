import { z } from 'zod'
import { decodeCommand } from './decode-command.js'
import type { StreamDialect, StreamFacts, StreamFrame } from './stream-dialect.js'

/** What an app sends on a bidirectional stream. `streamSid` has to be the stream's own. */
const twilioCommands = (streamSid: string) => {
  const own = { streamSid: z.literal(streamSid) }
  return z.discriminatedUnion('event', [
    z.object({ event: z.literal('media'), ...own, media: z.object({ payload: z.string() }) }),
    z.object({ event: z.literal('mark'), ...own, mark: z.object({ name: z.string() }) }),
    z.object({ event: z.literal('clear'), ...own }),
  ])
}

/** Twilio's Media Streams (https://www.twilio.com/docs/voice/media-streams/websocket-messages). */
export const twilioStreams: StreamDialect = (stream) => {
  const commands = twilioCommands(stream.id)
  return {
    encode(frame, sequence) {
      const body = bodyOf(frame, stream)
      if (!body || frame.type === 'connected') return body && JSON.stringify(body)
      const { event, ...rest } = body
      return JSON.stringify({ event, sequenceNumber: `${sequence}`, ...rest, streamSid: stream.id })
    },
    decode: (text) => decodeCommand(text, commands),
  }
}

function bodyOf(
  frame: StreamFrame,
  { id, wish }: StreamFacts,
): { event: string; [field: string]: unknown } | undefined {
  const { track, facts, parameters, bidirectional } = wish
  switch (frame.type) {
    case 'connected':
      return { event: 'connected', protocol: 'Call', version: '1.0.0' }
    case 'start':
      return {
        event: 'start',
        start: {
          ...facts,
          streamSid: id,
          tracks: track === 'both' ? ['inbound', 'outbound'] : [track],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: parameters,
        },
      }
    case 'media': {
      const { chunk, timestamp, payload } = frame
      return {
        event: 'media',
        media: {
          track: frame.track,
          chunk: `${chunk}`,
          timestamp: `${timestamp}`,
          payload: Buffer.from(payload).toString('base64'),
        },
      }
    }
    case 'dtmf':
      // Keys are told on bidirectional streams only.
      return bidirectional && { event: 'dtmf', dtmf: { track: 'inbound_track', digit: frame.digit } }
    case 'mark':
      return { event: 'mark', mark: { name: frame.name } }
    case 'error':
      return undefined
    case 'stop':
      return { event: 'stop', stop: { accountSid: facts['accountSid'], callSid: facts['callSid'] } }
  }
}
