import type { KeyGatherOptions } from '../call/key-gather.js'
import type { PlaybackRequest } from '../call/playback.js'
import type { TelnyxCall } from '../call/telnyx-call.js'
import * as schemas from '../schemas/gather.js'
import { payloads } from '../webhooks/index.js'
import type { Payload } from '../webhooks/payloads.js'
import { audio, speech } from './announcements.js'
import { command } from './command.js'

export const gather = command({
  summary: 'Wait for keys',
  body: schemas.gather,
  run(call, body, { uuid }) {
    call.gathering.start({
      keys: keysOf(body),
      firstMs: body.initial_timeout_millis,
      totalMs: body.timeout_millis,
      payload: told(call, { gather_id: body.gather_id ?? uuid() }),
    })
  },
})

export const gatherUsingSpeak = command({
  summary: 'Say something and wait for keys',
  body: schemas.gatherUsingSpeak,
  run(call, body, context) {
    const { invalid_payload: invalid } = body
    const correction = invalid === undefined ? undefined : speech({ ...body, payload: invalid }, context)
    prompted(call, body, speech(body, context), correction)
  },
})

export const gatherUsingAudio = command({
  summary: 'Play a file and wait for keys',
  body: schemas.gatherUsingAudio,
  run(call, body, context) {
    const correction = audio(
      { audio_url: body.invalid_audio_url, media_name: body.invalid_media_name },
      context,
    )
    prompted(call, body, audio(body, context)!, correction)
  },
})

export const gatherStop = command({
  summary: 'Stop waiting for keys',
  body: schemas.gatherStop,
  run(call) {
    call.gathering.end('cancelled')
  },
})

function keysOf(fields: schemas.KeyFields): KeyGatherOptions {
  return {
    minimum: fields.minimum_digits,
    maximum: fields.maximum_digits,
    valid: fields.valid_digits,
    terminating: fields.terminating_digit,
    interDigitMs: fields.inter_digit_timeout_millis,
  }
}

/** Waits for keys with what is played before, and again, or `correction` in its place, when they do not fit. */
function prompted(
  call: TelnyxCall,
  body: schemas.KeyFields & { readonly maximum_tries: number },
  prompt: PlaybackRequest,
  correction: PlaybackRequest | undefined,
): void {
  call.gathering.start({
    keys: keysOf(body),
    firstMs: body.timeout_millis,
    prompt: {
      play: () => call.playback.add(prompt),
      playInvalid: correction && (() => call.playback.add(correction)),
      tries: body.maximum_tries,
    },
    payload: told(call),
  })
}

function told(call: TelnyxCall, more: Payload = {}): Payload {
  return { ...payloads.parties(call.call), ...more }
}
