import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'

/** A vendor that speaks by its socket, but for what only its requests have. The socket knows the voices of both. */
export class EitherTts implements RegisteredTts {
  readonly name: string
  readonly ssml: boolean

  constructor(
    private readonly socket: RegisteredTts,
    private readonly requests: RegisteredTts,
    private readonly isByRequest: (request: SpeakRequest) => boolean,
  ) {
    this.name = socket.name
    this.ssml = socket.ssml
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.socket.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.socket.refusal?.(wish)
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    return (this.isByRequest(request) ? this.requests : this.socket).speak(request, signal)
  }

  prepare(request: SpeakRequest): void {
    if (!this.isByRequest(request)) this.socket.prepare?.(request)
  }

  async close(): Promise<void> {
    await Promise.all([this.socket.close(), this.requests.close()])
  }
}
