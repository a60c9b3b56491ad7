import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resample } from '../../../src/audio/index.js'

/** Mono 16-bit PCM. */
export interface Pcm {
  readonly sampleRate: number
  readonly samples: Int16Array
}

/** Speaks a sentence with flite's slt voice: 16 kHz. */
export function say(text: string, dir: string, voice = 'slt'): Pcm {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, `say-${text.replace(/\W+/g, '-').slice(0, 40)}.wav`)
  execFileSync('flite', ['-voice', voice, '-t', text, '-o', file])
  return readWav(file)
}

export function silence(ms: number, sampleRate = 16_000): Pcm {
  return { sampleRate, samples: new Int16Array(Math.round((ms * sampleRate) / 1000)) }
}

/** White noise at an RMS amplitude, seeded. */
export function noise(ms: number, rms: number, sampleRate = 16_000): Pcm {
  const { samples } = silence(ms, sampleRate)
  let seed = 1
  for (let i = 0; i < samples.length; i++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    samples[i] = Math.round((seed / 1_073_741_824 - 1) * rms * Math.sqrt(3))
  }
  return { sampleRate, samples }
}

export function concat(...parts: readonly Pcm[]): Pcm {
  const sampleRate = parts[0]!.sampleRate
  if (parts.some((part) => part.sampleRate !== sampleRate)) throw new Error('parts of different rates')
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.samples.length, 0))
  let at = 0
  for (const part of parts) {
    samples.set(part.samples, at)
    at += part.samples.length
  }
  return { sampleRate, samples }
}

/** The same on both channels, interleaved. */
export function stereo({ sampleRate, samples }: Pcm): Pcm {
  const both = new Int16Array(samples.length * 2)
  for (let i = 0; i < samples.length; i++) both[2 * i] = both[2 * i + 1] = samples[i]!
  return { sampleRate, samples: both }
}

/** @param channels how many are interleaved in `samples` */
export function writeWav(file: string, { sampleRate, samples }: Pcm, channels = 1): string {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * 2 * channels, 28)
  header.writeUInt16LE(2 * channels, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  writeFileSync(
    file,
    Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]),
  )
  return file
}

/** Reads a 16-bit WAV; of several channels, the one asked for. */
export function readWav(file: string, channel = 0): Pcm {
  const data = readFileSync(file)
  const channels = data.readUInt16LE(22)
  const sampleRate = data.readUInt32LE(24)
  let at = 12
  while (at + 8 <= data.length && data.toString('latin1', at, at + 4) !== 'data') {
    at += 8 + data.readUInt32LE(at + 4) + (data.readUInt32LE(at + 4) & 1)
  }
  const start = at + 8
  const count = Math.max(0, Math.floor((data.length - start) / 2 / channels))
  // A copy, since samples may begin at an odd place; files are read again and again while they grow.
  const all = new Int16Array(new Uint8Array(data.subarray(start, start + count * channels * 2)).buffer)
  return { sampleRate, samples: channels === 1 ? all : all.filter((_, i) => i % channels === channel) }
}

/** What an independent PocketSphinx (its own command-line program) understands in a recording, lower case. */
export function recognise(pcm: Pcm, dir: string): string {
  const at16k = { sampleRate: 16_000, samples: resample(pcm.samples, pcm.sampleRate, 16_000) }
  const file = writeWav(join(dir, `recognise-${Date.now()}.wav`), at16k)
  return execFileSync('pocketsphinx_continuous', ['-infile', file, '-logfn', '/dev/null'], {
    encoding: 'utf8',
  })
    .replaceAll('\n', ' ')
    .trim()
    .toLowerCase()
}

/** RMS of each 20 ms, for finding where sound begins and ends. */
export function levels({ sampleRate, samples }: Pcm): number[] {
  const size = sampleRate / 50
  const out: number[] = []
  for (let at = 0; at + size <= samples.length; at += size) {
    let sum = 0
    for (let i = at; i < at + size; i++) sum += samples[i]! ** 2
    out.push(Math.sqrt(sum / size))
  }
  return out
}

/** Whether somebody spoke after `seconds` and has been silent since for one and a half. */
export function spokeAfter(pcm: Pcm, seconds: number): boolean {
  const frames = levels(pcm).slice(seconds * 50)
  return frames.slice(0, -75).some((level) => level > 300) && frames.slice(-75).every((level) => level < 300)
}
