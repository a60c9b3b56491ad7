import { clip } from '../../../audio/index.js'
import { messageOf } from '../../../base/errors.js'
import { loadSherpa } from '../../sherpa/addon.js'
import { voiceConfig } from '../../sherpa/voice-config.js'
import type { FromVoice, ToVoice, VoiceSettings } from './messages.js'

/** Entry of a voice's process: one loaded model, which speaks a piece of text at a time. */
const { model, threads, language }: VoiceSettings = JSON.parse(process.argv[2]!)
const tell = (message: FromVoice): void => {
  process.send!(message)
}
const voice = new (loadSherpa().OfflineTts)(voiceConfig(model, threads, language))

function speak({ id, text, speaker, speed }: ToVoice): void {
  try {
    const { samples, sampleRate } = voice.generate({ text, generationConfig: { sid: speaker, speed } })
    const pcm = new Int16Array(samples.length)
    for (let i = 0; i < pcm.length; i++) pcm[i] = clip(Math.round(samples[i]! * 32_767))
    tell({ type: 'spoken', id, pcm, sampleRate })
  } catch (thrown) {
    tell({ type: 'failed', id, message: messageOf(thrown) })
  }
}

process.on('message', speak)
// Whoever stops a service tells all of its processes; calls that are still live need this one.
process.on('SIGTERM', () => {})
process.on('disconnect', () => process.exit())
tell({ type: 'ready' })
