import type { CollectedSpeech } from '../collect-speech.js'
import { toBytes } from '../wire/audio-bytes.js'

/** First bytes of a file: what it is, and in which version. */
const MAGIC = Buffer.from('PSPEECH1')

/** A speech as a file: the magic, the length of a JSON head in 4 bytes (little-endian), the head, 16-bit PCM. */
export function encodeSpeech({ pcm, sampleRate, marks }: CollectedSpeech): Buffer {
  const head = Buffer.from(JSON.stringify({ sampleRate, samples: pcm.length, marks }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(head.length)
  return Buffer.concat([MAGIC, length, head, toBytes(pcm, 'pcm')])
}

/** @returns undefined for what is no such file, or a part of one */
export function decodeSpeech(bytes: Buffer): CollectedSpeech | undefined {
  const start = MAGIC.length + 4
  if (bytes.length < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const body = start + bytes.readUInt32LE(MAGIC.length)
  try {
    const { sampleRate, samples, marks } = JSON.parse(bytes.toString('utf8', start, body))
    if (bytes.length !== body + samples * 2 || !Number.isInteger(sampleRate) || !Array.isArray(marks))
      return undefined
    const pcm = new Int16Array(samples)
    for (let i = 0; i < samples; i++) pcm[i] = bytes.readInt16LE(body + i * 2)
    return { pcm, sampleRate, marks }
  } catch {
    return undefined
  }
}
