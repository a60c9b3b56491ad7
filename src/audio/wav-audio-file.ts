import { open } from 'node:fs/promises'
import type { AudioFile, AudioFileOptions } from './audio-file.js'
import { WavWriter, wavFileOn } from './wav-writer.js'

/** Creates (or empties) the file at `path`. What is written before it is open is kept. */
export function createWavAudioFile(path: string, { onError, ...options }: AudioFileOptions): AudioFile {
  const opening = open(path, 'w')
  const writer = new WavWriter(wavFileOn(opening), { ...options, onError })
  const opened = opening.then(() => {})
  opened.catch(() => {})
  return {
    opened,
    write: (left, right) => writer.write(left, right),
    close: async (keep) => {
      await writer.close(keep)
      return writer.bytes
    },
  }
}
