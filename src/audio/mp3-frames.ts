/** What the frame headers of an MPEG audio stream say, without decoding it. */
export interface Mp3Info {
  /** Byte of the first frame. */
  readonly start: number
  readonly sampleRate: number
  /** Length of the audio in samples of one channel, from the frames found. */
  readonly samples: number
}

const RATES = [44100, 48000, 32000]
/** Bit rates in kbit/s by index 1 to 14, layer III (ISO 11172-3, ISO 13818-3). */
const KBITS_1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const KBITS_2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
/** Junk that is passed over before the first frame; taken for no MP3 beyond it. */
const SEARCHED = 64 * 1024

/**
 * Finds the MP3 frames in `bytes`: two in a row, the second where the first ends and like it, or one that ends the
 * file. An ID3v2 tag at the front is passed over.
 * @returns undefined where there are none
 */
export function scanMp3(bytes: Uint8Array): Mp3Info | undefined {
  const from = afterId3(bytes)
  for (let at = from; at < Math.min(bytes.length, from + SEARCHED); at++) {
    const first = frameAt(bytes, at)
    if (!first) continue
    const next = at + first.bytes
    if (next !== bytes.length && frameAt(bytes, next)?.sampleRate !== first.sampleRate) continue
    return { start: at, sampleRate: first.sampleRate, samples: countSamples(bytes, at) }
  }
  return undefined
}

interface Frame {
  readonly bytes: number
  readonly samples: number
  readonly sampleRate: number
}

function countSamples(bytes: Uint8Array, start: number): number {
  let samples = 0
  for (let at = start; at < bytes.length; ) {
    const frame = frameAt(bytes, at)
    samples += frame?.samples ?? 0
    at += frame?.bytes ?? 1
  }
  return samples
}

/** The layer III frame whose header lies at `at`. Free-format streams have no length to check and are not taken. */
function frameAt(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe6) !== 0xe2) return undefined
  const version = (bytes[at + 1] >> 3) & 3 // 0: MPEG 2.5, 2: MPEG 2, 3: MPEG 1
  const kbitIndex = bytes[at + 2] >> 4
  const rateIndex = (bytes[at + 2] >> 2) & 3
  if (version === 1 || kbitIndex === 0 || kbitIndex === 15 || rateIndex === 3) return undefined
  const first = version === 3
  const sampleRate = RATES[rateIndex] / (first ? 1 : version === 2 ? 2 : 4)
  const kbits = (first ? KBITS_1 : KBITS_2)[kbitIndex - 1]
  const samples = first ? 1152 : 576
  const padding = (bytes[at + 2] >> 1) & 1
  return { bytes: Math.floor((samples / 8) * ((kbits * 1000) / sampleRate)) + padding, samples, sampleRate }
}

function afterId3(bytes: Uint8Array): number {
  if (bytes.length < 10 || bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return 0
  const size =
    ((bytes[6] & 127) << 21) | ((bytes[7] & 127) << 14) | ((bytes[8] & 127) << 7) | (bytes[9] & 127)
  return 10 + size + (bytes[5] & 0x10 ? 10 : 0)
}
