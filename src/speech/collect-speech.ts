import { joinPcm } from '../audio/index.js'
import type { SpeechAudio, WordMark } from './engine.js'

/** The whole of what was spoken. */
export interface CollectedSpeech {
  readonly pcm: Int16Array
  /** Hz; 0 where nothing came. */
  readonly sampleRate: number
  readonly marks: readonly WordMark[]
}

/**
 * Waits for all of a speech and joins it.
 * @param heard called at each stretch that has audio
 * @throws what the engine throws
 */
export async function collectSpeech(
  stretches: AsyncIterable<SpeechAudio>,
  heard: () => void = () => {},
): Promise<CollectedSpeech> {
  let pieces: Int16Array[] = []
  let marks: WordMark[] = []
  let sampleRate = 0
  for await (const audio of stretches) {
    const { joinsAtMs } = audio
    if (joinsAtMs !== undefined) {
      pieces = [joinPcm(pieces).subarray(0, Math.round((joinsAtMs * sampleRate) / 1000))]
      marks = marks.filter(({ startMs }) => startMs < joinsAtMs)
    }
    sampleRate = audio.sampleRate
    pieces.push(audio.pcm)
    marks.push(...audio.marks)
    if (audio.pcm.length > 0) heard()
  }
  return { pcm: joinPcm(pieces), sampleRate, marks }
}
