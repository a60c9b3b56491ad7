import { ParleyError } from '../base/errors.js'
import { joinPcm } from './join-pcm.js'
import { scanMp3 } from './mp3-frames.js'
import { Mp3Stream } from './mp3-stream.js'
import { type Audio, looksLikeWav, readWav } from './wav-reader.js'

export interface DecodeOptions {
  /** The longest audio accepted, in seconds. Default 600. */
  readonly longestSeconds?: number
}

/** Bytes given to the MP3 decoder at a time. */
const SLICE = 64 * 1024

/**
 * Decodes a WAV or MP3 file, told apart by their content. Works on the thread it is called on: a long MP3 takes whole
 * seconds, so that next to live calls `MediaDecoder` is the one to use.
 *
 * @param contentType what the server called it, for the message when it is neither
 * @throws ParleyError `media_unsupported`, `media_damaged` or `media_too_long`, saying what was found
 */
export async function decodeMedia(
  bytes: Uint8Array,
  contentType?: string,
  options: DecodeOptions = {},
): Promise<Audio> {
  const longest = options.longestSeconds ?? 600
  if (looksLikeWav(bytes)) {
    const { pcm, sampleRate } = readWav(bytes)
    checkLength(pcm.length / sampleRate, longest)
    return { pcm, sampleRate }
  }
  const mp3 = scanMp3(bytes)
  if (!mp3) throw new ParleyError('media_unsupported', `Neither WAV nor MP3: ${describe(bytes, contentType)}`)
  checkLength(mp3.samples / mp3.sampleRate, longest)
  return decodeMp3(bytes.subarray(mp3.start))
}

async function decodeMp3(bytes: Uint8Array): Promise<Audio> {
  const stream = await Mp3Stream.open()
  try {
    const pieces: Int16Array[] = []
    let sampleRate = 0
    for (let at = 0; at < bytes.length; at += SLICE) {
      const decoded = stream.decode(bytes.subarray(at, at + SLICE))
      if (!decoded) continue
      sampleRate = decoded.sampleRate
      pieces.push(decoded.pcm)
    }
    if (sampleRate === 0)
      throw new ParleyError('media_damaged', 'MP3 file without a frame that can be decoded')
    return { pcm: joinPcm(pieces), sampleRate }
  } finally {
    stream.close()
  }
}

function checkLength(seconds: number, longest: number): void {
  if (seconds > longest) {
    throw new ParleyError(
      'media_too_long',
      `The media lasts ${Math.round(seconds)} s; at most ${longest} s are allowed`,
    )
  }
}

/** First bytes of the formats people send by mistake. */
const KNOWN: readonly (readonly [start: string, name: string])[] = [
  ['OggS', 'an Ogg file'],
  ['fLaC', 'a FLAC file'],
  ['RIFX', 'a big-endian WAV file'],
  ['FORM', 'an AIFF file'],
  ['.snd', 'an AU file'],
  ['\x1aE\xdf\xa3', 'a WebM or Matroska file'],
  ['<', 'a text such as HTML or XML'],
  ['{', 'a text such as JSON'],
]

/** What the bytes seem to be, for people. */
function describe(bytes: Uint8Array, contentType: string | undefined): string {
  const served = contentType ? `, served as ${contentType.slice(0, 80)}` : ''
  if (bytes.length === 0) return `no bytes at all${served}`
  const text = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  const known = KNOWN.find(([start]) => text.trimStart().startsWith(start))?.[1]
  if (known) return known + served
  if (text.slice(4, 8) === 'ftyp') return `an MP4 or M4A file${served}`
  const start = Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  return `${bytes.length} bytes beginning ${start}${served}`
}
