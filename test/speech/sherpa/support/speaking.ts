import type { ChildProcess } from 'node:child_process'
import { type CollectedSpeech, collectSpeech } from '../../../../src/speech/collect-speech.js'
import type { SpeakRequest } from '../../../../src/speech/engine.js'
import { launchVoice } from '../../../../src/speech/tts/sherpa/voice-process.js'
import { SherpaTts } from '../../../../src/speech/tts/sherpa-onnx.js'
import type { TestModels } from './models.js'

/**
 * Voices of a test's own models, tried and spoken by the real library in processes of their own: its eSpeak NG keeps to the
 * data that it read first in a process.
 */
export class Speaking {
  private constructor(
    readonly engine: SherpaTts,
    /** The voices' processes so far. */
    readonly processes: readonly ChildProcess[],
  ) {}

  static async start(models: TestModels): Promise<Speaking> {
    const processes: ChildProcess[] = []
    const launch = (settings: Parameters<typeof launchVoice>[0]) => {
      const process = launchVoice(settings)
      processes.push(process)
      return process
    }
    return new Speaking(await SherpaTts.start({ dir: models.dir }, { launch }), processes)
  }

  /** @param voice a speaker's name */
  speak(
    voice: string,
    text: string,
    changes: Partial<SpeakRequest> = {},
    signal = new AbortController().signal,
  ): Promise<CollectedSpeech> {
    const request = {
      text,
      ssml: false,
      language: 'en-US',
      voice,
      sampleRate: 16_000,
      settings: {},
      ...changes,
    }
    return collectSpeech(this.engine.speak(request, signal))
  }
}

/** Samples of a look at whether there is sound. */
const look = 48
/** Of 32767: below it is silence. */
const quiet = 500

/** How long a tone is heard in speech, in ms, and how high it is, in Hz, by its crossings of zero. */
export function toneIn({ pcm, sampleRate }: CollectedSpeech): { readonly ms: number; readonly hz: number } {
  let samples = 0
  let crossings = 0
  for (let from = 0; from + look < pcm.length; from += look) {
    const stretch = pcm.subarray(from, from + look + 1)
    if (stretch.every((one) => Math.abs(one) < quiet)) continue
    samples += look
    for (let i = 1; i <= look; i++) if (stretch[i - 1]! < 0 !== stretch[i]! < 0) crossings++
  }
  if (samples === 0) return { ms: 0, hz: 0 }
  return { ms: (samples * 1000) / sampleRate, hz: (crossings * sampleRate) / (2 * samples) }
}
