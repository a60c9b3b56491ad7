import { parentPort } from 'node:worker_threads'
import { messageOf, ParleyError } from '../base/errors.js'
import { decodeMedia } from './decode-media.js'
import type { DecodeReply, DecodeRequest } from './media-decoder.js'

/** The thread behind `MediaDecoder`: one request after another. */
parentPort?.on('message', async ({ id, bytes, contentType, options }: DecodeRequest) => {
  try {
    const { pcm, sampleRate } = await decodeMedia(bytes, contentType, options)
    parentPort?.postMessage({ id, pcm, sampleRate } satisfies DecodeReply, [pcm.buffer as ArrayBuffer])
  } catch (thrown) {
    const code = thrown instanceof ParleyError ? thrown.code : 'media_damaged'
    parentPort?.postMessage({ id, code, message: messageOf(thrown) } satisfies DecodeReply)
  }
})
