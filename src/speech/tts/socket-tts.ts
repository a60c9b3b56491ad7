import type { TtsCapabilities } from '../capabilities.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { EngineContext, LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'
import { ConnectionPool } from '../wire/connection-pool.js'
import { speakBySocket } from '../wire/speak-by-socket.js'
import type { TtsWire } from '../wire/tts-wire.js'
import type { CloudVoices } from './cloud-voices.js'

/** What a vendor's file says of itself. */
export interface SocketTtsParts {
  readonly name: string
  readonly capabilities: TtsCapabilities
  readonly voices: CloudVoices
  readonly wire: TtsWire
  readonly secrets: readonly string[]
}

/** A text-to-speech engine behind a vendor's WebSocket. */
export class SocketTts implements RegisteredTts {
  readonly name: string
  readonly ssml: boolean
  private readonly pool: ConnectionPool
  private readonly closing = new AbortController()

  constructor(
    private readonly parts: SocketTtsParts,
    { clock, connectTimeoutMs }: EngineContext,
  ) {
    this.name = parts.name
    this.ssml = parts.capabilities.ssml
    this.pool = new ConnectionPool(parts.wire, { clock, connectTimeoutMs, secrets: parts.secrets })
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.parts.voices.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.parts.voices.refusal(wish)
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    return speakBySocket(this.pool, request, AbortSignal.any([signal, this.closing.signal]))
  }

  prepare(request: SpeakRequest): void {
    if (!this.closing.signal.aborted) this.pool.prepare(request)
  }

  async close(): Promise<void> {
    this.closing.abort()
    this.pool.close()
  }
}
