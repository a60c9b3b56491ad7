import type { ServerDuplexStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { GrpcVendor, serviceOf } from './support/grpc-vendor.js'
import { CHARACTER_MS } from './support/voice-contract.js'

const speech = serviceOf(
  'google/cloud/texttospeech/v1/cloud_tts.proto',
  'google.cloud.texttospeech.v1.TextToSpeech',
)

interface Sound {
  readonly audio_encoding: string
  readonly sample_rate_hertz: number
  readonly speaking_rate: number
}

interface Voice {
  readonly language_code: string
  readonly name: string
}

interface Whole {
  readonly input: { readonly text?: string; readonly ssml?: string; readonly input_source?: string }
  readonly voice: Voice
  readonly audio_config: Sound
}

interface Piece {
  readonly streaming_request?: 'streaming_config' | 'input'
  readonly streaming_config?: { readonly voice: Voice; readonly streaming_audio_config: Sound }
  readonly input?: { readonly text?: string }
}

type Streaming = ServerDuplexStream<Piece, object>
type Unary = ServerUnaryCall<Whole, object>

/** The byte of the sound: no sample of it is 0 in any encoding. */
export const soundByte = 0x20

/** What a client asked for in one call. */
export interface Asked {
  readonly method: 'StreamingSynthesize' | 'SynthesizeSpeech'
  voice?: Voice
  sound?: Sound
  text: string
  ssml: string
  cancelled: boolean
  /** Sends so many ms of sound; of a streaming call only. */
  play(ms: number): void
}

/** `TextToSpeech` of google.cloud.texttospeech.v1: text sounds for `CHARACTER_MS` a character. */
export class GoogleVoice {
  /** Whether text is spoken once it is complete. */
  speaks = true
  readonly calls: Asked[] = []

  private constructor(readonly vendor: GrpcVendor) {}

  static async start(): Promise<GoogleVoice> {
    const calls = {
      SynthesizeSpeech: (call: Unary, answer: sendUnaryData<object>) => google.whole(call, answer),
      StreamingSynthesize: (call: Streaming) => google.stream(call),
    }
    const google = new GoogleVoice(await GrpcVendor.start([speech, calls]))
    return google
  }

  private whole(call: Unary, answer: sendUnaryData<object>): void {
    const { refusal } = this.vendor
    if (refusal) return answer(refusal)
    const { input, voice, audio_config } = call.request
    const asked = this.ask('SynthesizeSpeech', () => {})
    Object.assign(asked, { voice, sound: audio_config, text: input.text ?? '', ssml: input.ssml ?? '' })
    call.on('cancelled', () => {
      asked.cancelled = true
    })
    if (audio_config.audio_encoding === 'PCM') this.violates('PCM is for streaming')
    if (this.speaks)
      answer(null, { audio_content: wav(soundOf(audio_config, lengthOf(asked)), audio_config) })
  }

  private stream(call: Streaming): void {
    const { refusal } = this.vendor
    if (refusal) return void call.emit('error', refusal)
    const asked = this.ask('StreamingSynthesize', (ms) => {
      call.write({ audio_content: soundOf(asked.sound!, ms) })
    })
    call.on('error', () => {})
    call.on('cancelled', () => {
      asked.cancelled = true
    })
    call.on('data', ({ streaming_request: kind, streaming_config, input }: Piece) => {
      if (asked.voice === undefined) {
        if (kind !== 'streaming_config') return this.violates(`first message has ${kind}`)
        asked.voice = streaming_config!.voice
        asked.sound = streaming_config!.streaming_audio_config
        if (!/^(PCM|ALAW|MULAW|OGG_OPUS)$/.test(asked.sound.audio_encoding))
          this.violates(`streams ${asked.sound.audio_encoding}`)
        if (!/-Chirp3-HD-/.test(asked.voice.name)) this.violates(`streams ${asked.voice.name}`)
        return
      }
      if (kind !== 'input') return this.violates(`a later message has ${kind}`)
      asked.text += input!.text ?? ''
    })
    call.on('end', () => {
      if (!this.speaks || asked.cancelled) return
      const ms = lengthOf(asked)
      asked.play(Math.floor(ms / 20) * 10)
      asked.play(ms - Math.floor(ms / 20) * 10)
      call.end()
    })
  }

  private ask(method: Asked['method'], play: Asked['play']): Asked {
    const asked: Asked = { method, text: '', ssml: '', cancelled: false, play }
    this.calls.push(asked)
    return asked
  }

  private violates(what: string): void {
    this.vendor.violations.push(what)
  }
}

function lengthOf({ text, ssml }: Asked): number {
  return (text || ssml.replace(/<[^>]*>/g, '')).trim().length * CHARACTER_MS
}

function soundOf({ audio_encoding, sample_rate_hertz }: Sound, ms: number): Buffer {
  const wide = audio_encoding === 'MULAW' ? 1 : 2
  return Buffer.alloc(((sample_rate_hertz || 24_000) / 1000) * ms * wide, soundByte)
}

/** All that is not streamed comes in a WAV file. */
function wav(sound: Buffer, { audio_encoding, sample_rate_hertz }: Sound): Buffer {
  const wide = audio_encoding === 'MULAW' ? 1 : 2
  const rate = sample_rate_hertz || 24_000
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + sound.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(audio_encoding === 'MULAW' ? 7 : 1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * wide, 28)
  header.writeUInt16LE(wide, 32)
  header.writeUInt16LE(wide * 8, 34)
  header.write('data', 36)
  header.writeUInt32LE(sound.length, 40)
  return Buffer.concat([header, sound])
}
