import { z } from 'zod'
import { everyCommand, text, whole } from './fields.js'

const fileName = text(1, 40).describe('Begins the name of the file, in place of the call leg id.')
const maxLength = whole(0, 43_200).default(0).describe('In seconds; 0 for none.')
const silence = whole(0, 43_200)
  .default(0)
  .describe('Silence that ends the recording, in seconds; 0 for none.')
const track = z.enum(['both', 'inbound', 'outbound']).default('both')

export const recordStart = z.object({
  ...everyCommand,
  format: z.enum(['wav', 'mp3']),
  channels: z.enum(['single', 'dual']),
  play_beep: z.boolean().default(false),
  max_length: maxLength,
  timeout_secs: silence,
  recording_track: track,
  trim: z.enum(['trim-silence']).optional(),
  custom_file_name: fileName.optional(),
})

const recordingId = { recording_id: z.uuid().optional().describe('Without it: every recording.') }
export const recordStop = z.object({ ...everyCommand, ...recordingId })
export const recordPause = z.object({ ...everyCommand, ...recordingId })

/** Fields by which dial, answer, transfer and bridge record from the answer on. */
export const recordFields = {
  record: z.enum(['record-from-answer']).optional(),
  record_channels: z.enum(['single', 'dual']).default('dual'),
  record_format: z.enum(['wav', 'mp3']).default('mp3'),
  record_max_length: maxLength,
  record_timeout_secs: silence,
  record_track: track,
  record_trim: z.enum(['trim-silence']).optional(),
  record_custom_file_name: fileName.optional(),
}

/** A recording as record_start asks for it. */
export type RecordingRequest = Omit<z.output<typeof recordStart>, 'client_state' | 'command_id'>

const fields = z.object(recordFields)

/** The recording that `record-from-answer` asks for; undefined for none. */
export function recordingFromAnswer(body: z.output<typeof fields>): RecordingRequest | undefined {
  if (body.record === undefined) return undefined
  return {
    format: body.record_format,
    channels: body.record_channels,
    play_beep: false,
    max_length: body.record_max_length,
    timeout_secs: body.record_timeout_secs,
    recording_track: body.record_track,
    trim: body.record_trim,
    custom_file_name: body.record_custom_file_name,
  }
}
