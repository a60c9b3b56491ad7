import { type FileHandle, open } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { createMp3Encoder } from 'wasm-media-encoders'
import { messageOf } from '../base/errors.js'
import type { Mp3Reply, Mp3Request } from './mp3-encoder.js'

/** Samples of one channel in a frame of MPEG-2 and MPEG-2.5, which is what telephone rates make. */
const frameSamples = 576
/** By so many samples the encoder and a decoder together come late (LAME's 576 + 529). */
const delaySamples = 1105
const fullScale = 1 / 32768

/** One file being encoded. */
interface Encoding {
  readonly file: FileHandle
  readonly encoder: Awaited<ReturnType<typeof createMp3Encoder>>
  readonly channels: 1 | 2
  /** Bytes of one MP3 frame: the bitrate is constant, and divides evenly. */
  readonly frameBytes: number
  bytes: number
}

/** The thread behind `Mp3Encoder`: encodes and writes many files side by side, each in the order of its requests. */
const encodings = new Map<number, Promise<Encoding>>()

type OpenRequest = Extract<Mp3Request, { type: 'open' }>

async function start({ path, sampleRate, channels, bitrate }: OpenRequest): Promise<Encoding> {
  const encoder = await createMp3Encoder()
  encoder.configure({ sampleRate, channels, bitrate, outputSampleRate: sampleRate })
  const file = await open(path, 'w')
  const frameBytes = (frameSamples / 8) * ((bitrate * 1000) / sampleRate)
  return { file, encoder, channels, frameBytes, bytes: 0 }
}

async function encode(encoding: Encoding, pcm: Int16Array): Promise<Encoding> {
  const { encoder, channels } = encoding
  const samples = pcm.length / channels
  const planes = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: samples }, (_, i) => pcm[i * channels + channel]! * fullScale),
  )
  return append(encoding, encoder.encode(planes))
}

async function append(encoding: Encoding, bytes: Uint8Array): Promise<Encoding> {
  try {
    await encoding.file.writeFile(bytes)
  } catch (thrown) {
    await encoding.file.close().catch(() => {})
    throw thrown
  }
  encoding.bytes += bytes.length
  return encoding
}

/** @param keep samples to leave in the file */
async function finish(encoding: Encoding, keep: number): Promise<number> {
  await append(encoding, encoding.encoder.finalize())
  const kept = Math.ceil((keep + delaySamples) / frameSamples) * encoding.frameBytes
  const bytes = Math.min(encoding.bytes, kept)
  await encoding.file.truncate(bytes)
  await encoding.file.close()
  return bytes
}

function handle(request: Mp3Request): void {
  const { id } = request
  const before = encodings.get(id)
  if (request.type === 'open') {
    const opened = start(request)
    settle(id, opened, () => reply({ id, type: 'opened' }))
  } else if (before && request.type === 'encode') {
    settle(
      id,
      before.then((encoding) => encode(encoding, request.pcm)),
    )
  } else if (before && request.type === 'close') {
    encodings.delete(id)
    before
      .then((encoding) => finish(encoding, request.keep))
      .then(
        (bytes) => reply({ id, type: 'closed', bytes }),
        (thrown) => reply({ id, type: 'failed', message: messageOf(thrown) }),
      )
  }
}

function settle(id: number, work: Promise<Encoding>, done = () => {}): void {
  encodings.set(id, work)
  work.then(done, (thrown) => {
    if (encodings.delete(id)) reply({ id, type: 'failed', message: messageOf(thrown) })
  })
}

function reply(message: Mp3Reply): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', handle)
