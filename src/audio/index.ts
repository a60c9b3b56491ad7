export { AmrWbCodec, amrWbIsHere } from './amr-wb.js'
export type { AudioFile, AudioFileOptions } from './audio-file.js'
export type { Codec, CodecName } from './codec.js'
export { createCodec } from './create-codec.js'
export { type DecodeOptions, decodeMedia } from './decode-media.js'
export { DtmfDetector } from './dtmf-detector.js'
export { DtmfGenerator, type DtmfToneOptions } from './dtmf-generator.js'
export { frameSamples } from './frame-samples.js'
export { aLaw, G711Codec, muLaw } from './g711.js'
export { Goertzel } from './goertzel.js'
export { joinPcm } from './join-pcm.js'
export { LeadingSilenceTrimmer, type TrimOptions } from './leading-silence.js'
export {
  clip,
  dbfs,
  fadeOut,
  fromDbfs,
  mixInto,
  peak,
  rms,
} from './level.js'
export { MediaDecoder, type MediaDecoderOptions } from './media-decoder.js'
export { Mp3Encoder } from './mp3-encoder.js'
export { Mp3Stream } from './mp3-stream.js'
export { type OpusBackend, OpusCodec, opusBackend } from './opus.js'
export type { OpusSettings } from './opus-engine.js'
export { payloadMs } from './payload-ms.js'
export { RESAMPLER_RATES, Resampler, resample } from './resampler.js'
export { SampleQueue } from './sample-queue.js'
export { type Tone, ToneDetector } from './tone-detector.js'
export { ToneGenerator, type ToneOptions, type ToneStep } from './tone-generator.js'
export { createWavAudioFile } from './wav-audio-file.js'
export { type Audio, readWav, type Wav } from './wav-reader.js'
export { createWavFile, encodeWav, type WavFile, WavWriter, type WavWriterOptions } from './wav-writer.js'
