/** Architectures of speech-to-text models that hear as they go. */
const streaming = [
  'streaming-transducer',
  'streaming-ctc',
  'streaming-nemo-transducer',
  'streaming-nemo-ctc',
  'streaming-t-one',
  'streaming-paraformer',
] as const
/** Those that understand a stretch of speech when it is over. */
const offline = [
  'transducer',
  'nemo-transducer',
  'nemo-ctc',
  'zipformer-ctc',
  'whisper',
  'sense-voice',
  'paraformer',
  'moonshine',
] as const
const voices = ['vits', 'kokoro', 'matcha', 'kitten'] as const

export const modelKinds = [...streaming, ...offline, ...voices] as const

/** What a model is, and with that how sherpa-onnx loads it. */
export type ModelKind = (typeof modelKinds)[number]
export type StreamingKind = (typeof streaming)[number]
export type OfflineKind = (typeof offline)[number]
export type VoiceKind = (typeof voices)[number]

export type ModelTask = 'speech to text' | 'text to speech'

export function isStreaming(kind: ModelKind): kind is StreamingKind {
  return streaming.includes(kind as StreamingKind)
}

export function isVoice(kind: ModelKind): kind is VoiceKind {
  return voices.includes(kind as VoiceKind)
}

export function taskOf(kind: ModelKind): ModelTask {
  return isVoice(kind) ? 'text to speech' : 'speech to text'
}
