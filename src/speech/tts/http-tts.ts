import type { TtsCapabilities } from '../capabilities.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { EngineContext, LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'
import type { AudioFormat } from '../wire/audio-bytes.js'
import { SpeechAssembly } from '../wire/speech-assembly.js'
import { postStreamed } from '../wire/streamed-request.js'
import type { CloudVoices } from './cloud-voices.js'

/** A request in a vendor's words. */
export interface SpeechPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly format: AudioFormat
}

/** What a vendor's file says of itself. */
export interface HttpTtsParts {
  readonly name: string
  readonly capabilities: TtsCapabilities
  readonly voices: CloudVoices
  readonly secrets: readonly string[]
  readonly post: (request: SpeakRequest) => SpeechPost
}

/** ms until a vendor must have begun to answer. */
const HEAD_MS = 10_000

/** A text-to-speech engine that is sent an HTTP request for each chunk; its audio is heard as it comes. */
export class HttpTts implements RegisteredTts {
  readonly name: string
  readonly ssml: boolean
  private readonly closing = new AbortController()

  constructor(
    private readonly parts: HttpTtsParts,
    _context: EngineContext,
  ) {
    this.name = parts.name
    this.ssml = parts.capabilities.ssml
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.parts.voices.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.parts.voices.refusal(wish)
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    const left = new AbortController()
    const either = AbortSignal.any([signal, left.signal, this.closing.signal])
    const { format, ...post } = this.parts.post(request)
    try {
      const { contentType, body } = await postStreamed({
        ...post,
        vendor: this.name,
        headTimeoutMs: HEAD_MS,
        signal: either,
        secrets: this.parts.secrets,
      })
      const assembly = new SpeechAssembly(request, { ...format, maybeMp3: /mpeg|mp3/.test(contentType) })
      try {
        for await (const bytes of body) {
          const audio = await assembly.audio(bytes)
          if (audio) yield audio
        }
      } finally {
        assembly.close()
      }
    } catch (thrown) {
      if (!either.aborted) throw thrown
    } finally {
      left.abort()
    }
  }

  async close(): Promise<void> {
    this.closing.abort()
  }
}
