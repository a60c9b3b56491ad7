import { z } from 'zod'
import { streamCodecs } from '../../media/index.js'
import { everyCommand, notHere, socketUrl, text } from './fields.js'

/** How a call's audio goes to an app and comes back: of streaming_start, dial and answer. */
export const streamFields = {
  stream_url: socketUrl.optional(),
  stream_track: z.enum(['inbound_track', 'outbound_track', 'both_tracks']).default('inbound_track'),
  stream_codec: z
    .enum([...streamCodecs, 'default'])
    .default('default')
    .describe("The call's own codec in place of one that this machine does not have."),
  stream_bidirectional_mode: z.enum(['mp3', 'rtp']).default('mp3'),
  stream_bidirectional_codec: z.enum(streamCodecs).default('PCMU'),
  stream_bidirectional_sampling_rate: z
    .union([z.literal(8000), z.literal(16_000), z.literal(22_050), z.literal(24_000), z.literal(48_000)])
    .default(8000),
  stream_bidirectional_target_legs: z.enum(['self', 'opposite', 'both']).default('opposite'),
  stream_auth_token: text(1, 4000).optional(),
  enable_dialogflow: notHere('Dialogflow agents'),
}

export const streamingStart = z.object({
  ...everyCommand,
  ...streamFields,
  stream_url: socketUrl,
  custom_parameters: z.array(z.object({ name: z.string().min(1), value: z.string() })).optional(),
})

export const streamingStop = z.object({
  ...everyCommand,
  stream_id: z.string().optional().describe('Without it: every stream.'),
})

const fields = z.object(streamFields)
export type StreamFields = z.output<typeof fields>
/** A stream as streaming_start asks for it. */
export type StreamingRequest = StreamFields & {
  readonly stream_url: string
  readonly custom_parameters?: readonly { readonly name: string; readonly value: string }[] | undefined
}

/** The stream that dial and answer ask for; undefined for none. */
export function streamFromAnswer(body: StreamFields): StreamingRequest | undefined {
  return body.stream_url === undefined ? undefined : { ...body, stream_url: body.stream_url }
}
