import { messageOf } from '../../base/errors.js'
import { type InstalledModel, isStreaming, isVoice } from '../../models/index.js'
import { loadSherpa, type Sherpa } from './addon.js'
import { loadOffline, loadStreaming } from './load.js'
import { rateOf } from './recogniser-config.js'
import { voiceConfig } from './voice-config.js'

/** Entry of the process that tries a model: loads it as it will be used, lets it work once, and says whether it did. */
const options = { threads: 1, endOfTurnMs: 700, hints: [] }

function use(sherpa: Sherpa, model: InstalledModel): void {
  const sampleRate = rateOf(model.kind)
  const second = { samples: new Float32Array(sampleRate), sampleRate }
  if (isStreaming(model.kind)) {
    const { recogniser } = loadStreaming(sherpa, model, options)
    const stream = recogniser.createStream()
    stream.acceptWaveform(second)
    while (recogniser.isReady(stream)) recogniser.decodeStreams([stream])
    recogniser.getResult(stream)
  } else if (isVoice(model.kind)) {
    const voice = new sherpa.OfflineTts(voiceConfig(model, options.threads, ''))
    voice.generate({ text: 'one', sid: 0, speed: 1 })
  } else {
    const { recogniser } = loadOffline(sherpa, model, options)
    const stream = recogniser.createStream()
    stream.acceptWaveform(second)
    recogniser.decode(stream)
    recogniser.getResult(stream)
  }
}

let wrong: string | undefined
try {
  use(loadSherpa(), JSON.parse(process.argv[2]!))
} catch (thrown) {
  wrong = messageOf(thrown)
}
process.send!({ wrong }, () => process.disconnect())
