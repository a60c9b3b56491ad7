import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CallControl } from '../../calls/index.js'
import type { PlaybackRequest } from '../call/playback.js'
import type { TelnyxCall } from '../call/telnyx-call.js'
import { refuse } from '../errors/index.js'
import type { SpeechFields } from '../schemas/playback.js'
import type { CommandContext } from './command.js'

type TargetLegs = PlaybackRequest['targetLegs']

/** Speech as a command asks for it. @param loop times; 0 is endless */
export function speech(
  fields: Omit<SpeechFields, 'service_level'>,
  { resolveKeys }: CommandContext,
  { loop = 1, targetLegs = 'self' as TargetLegs } = {},
): PlaybackRequest {
  return {
    kind: 'speak',
    item: {
      kind: 'speech',
      text: fields.payload,
      ssml: fields.payload_type === 'ssml',
      voice: {
        provider: '',
        voice: fields.voice,
        language: fields.language ?? '',
        settings: resolveKeys(fields.voice_settings ?? {}),
      },
      loop,
    },
    payload: {},
    targetLegs,
  }
}

/** Audio as a command names it; undefined where it names none. */
export interface AudioSource {
  readonly audio_url?: string | undefined
  readonly media_name?: string | undefined
  readonly playback_content?: string | undefined
  readonly audio_type?: 'mp3' | 'wav' | undefined
}

/** Audio as a command asks for it; undefined where it names none. @param loop times; 0 is endless */
export function audio(
  source: AudioSource,
  { mediaFolder }: CommandContext,
  { loop = 1, targetLegs = 'self' as TargetLegs, overlay = false } = {},
): PlaybackRequest | undefined {
  const request = (url: string, payload: object): PlaybackRequest => ({
    kind: 'playback',
    item: { kind: 'media', source: url, loop },
    payload: { ...payload, overlay },
    targetLegs,
    overlay,
  })
  if (source.audio_url !== undefined) return request(source.audio_url, { media_url: source.audio_url })
  if (source.media_name !== undefined) {
    return request(pathToFileURL(join(mediaFolder, source.media_name)).href, {
      media_name: source.media_name,
    })
  }
  if (source.playback_content === undefined) return undefined
  const type = source.audio_type === 'wav' ? 'audio/wav' : 'audio/mpeg'
  return request(`data:${type};base64,${source.playback_content.replace(/\s+/g, '')}`, {})
}

/** Puts it into the call's queue. @throws ApiError 10027 when it is for another leg and there is none */
export function announce(
  call: TelnyxCall,
  request: PlaybackRequest,
  stop: 'current' | 'all' | undefined,
): void {
  const legs = legsOf(call, request.targetLegs)
  if (stop) call.playback.stop(stop)
  call.playback.add(request, legs)
}

function legsOf({ call }: TelnyxCall, target: TargetLegs): readonly CallControl[] {
  if (target === 'self') return [call]
  if (call.partner) return target === 'both' ? [call, call.partner] : [call.partner]
  if (target === 'both') return [call]
  refuse('10027', 'The call is not bridged: there is no opposite leg.', '/target_legs')
}
