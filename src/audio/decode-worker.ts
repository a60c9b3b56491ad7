import { parentPort } from 'node:worker_threads'
import { messageOf, ParleyError } from '../base/errors.js'
import { decodeMedia } from './decode-media.js'
import type { DecodeReply, DecodeRequest } from './media-decoder.js'
import { resample } from './resampler.js'

/** The thread behind `MediaDecoder`: one request after another. */
parentPort?.on('message', async ({ id, bytes, contentType, sampleRate: wanted, options }: DecodeRequest) => {
  try {
    const audio = await decodeMedia(bytes, contentType, options)
    const sampleRate = wanted ?? audio.sampleRate
    const pcm = resample(audio.pcm, audio.sampleRate, sampleRate)
    parentPort?.postMessage({ id, pcm, sampleRate } satisfies DecodeReply, [pcm.buffer as ArrayBuffer])
  } catch (thrown) {
    const code = thrown instanceof ParleyError ? thrown.code : 'media_damaged'
    parentPort?.postMessage({ id, code, message: messageOf(thrown) } satisfies DecodeReply)
  }
})
