import { type InstalledModel, isStreaming, isVoice } from '../../models/index.js'
import type { Sherpa } from './addon.js'
import { loadOffline, loadStreaming } from './load.js'
import { rateOf } from './recogniser-config.js'
import { languageOfLoading, voiceConfig } from './voice-config.js'
import { voicesOf } from './voices.js'

/** A hint, since there are models that sherpa-onnx ends the process over where it is given one. */
const options = { threads: 1, endOfTurnMs: 700, hints: ['a'] }

/**
 * Loads a model as it will be used, and lets it work once: a second of silence, or a word.
 * @throws Error when it does not work; a file that is no model ends the process
 */
export function exerciseModel(sherpa: Sherpa, model: InstalledModel): void {
  const sampleRate = rateOf(model.kind)
  const second = { samples: new Float32Array(sampleRate), sampleRate }
  if (isStreaming(model.kind)) {
    const { recogniser } = loadStreaming(sherpa, model, options)
    const stream = recogniser.createStream()
    stream.acceptWaveform(second)
    while (recogniser.isReady(stream)) recogniser.decodeStreams([stream])
    recogniser.getResult(stream)
  } else if (isVoice(model.kind)) {
    const language = languageOfLoading(model, voicesOf(model)[0]!.language)
    const voice = new sherpa.OfflineTts(voiceConfig(model, options.threads, language))
    // A Chinese voice may have no sounds for Latin letters.
    const text = language === 'zh' ? '一' : 'one'
    voice.generate({ text, generationConfig: { sid: 0, speed: 1 } })
  } else {
    const { recogniser, createStream } = loadOffline(sherpa, model, options)
    const stream = createStream()
    stream.acceptWaveform(second)
    recogniser.decode(stream)
    recogniser.getResult(stream)
  }
}
