import type { TtsCapabilities } from '../capabilities.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type {
  CloudTtsVendor,
  EngineContext,
  LocalVoice,
  Refusal,
  RegisteredTts,
  VoiceWish,
} from '../vendor.js'
import { secretsOf, type VendorSettings, type VendorVariables } from '../vendor-settings.js'
import { ConnectionPool } from '../wire/connection-pool.js'
import { speakBySocket } from '../wire/speak-by-socket.js'
import type { TtsWire } from '../wire/tts-wire.js'
import { CloudVoices, type CloudVoicesParts } from './cloud-voices.js'

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

/** What a vendor's file says of its row in the table. */
export interface SocketTtsRow
  extends Pick<CloudTtsVendor, 'name' | 'aliases' | 'summary' | 'carries'>,
    Pick<CloudVoicesParts, 'voices' | 'otherVoice' | 'modelOf' | 'moreLanguages'> {
  readonly variables: VendorVariables & { readonly apiKey: readonly [string] }
  readonly capabilities: Pick<TtsCapabilities, 'languages' | 'models' | 'wordMarks' | 'formats'> &
    Partial<Pick<TtsCapabilities, 'ssml'>>
  /** What of the operator's settings is about voices, where `model` is that of the vendor's recognition. */
  readonly preferred?: (settings: VendorSettings) => CloudVoicesParts['preferred']
  readonly wire: (settings: VendorSettings) => TtsWire
}

/** The row of a vendor that is reached by a socket, with a key. */
export function socketTtsVendor({
  voices,
  otherVoice,
  modelOf,
  moreLanguages,
  preferred = (settings) => settings,
  wire,
  ...row
}: SocketTtsRow): CloudTtsVendor {
  const { name } = row
  const capabilities: TtsCapabilities = {
    ssml: false,
    ...row.capabilities,
    voices: voices.map(({ voice }) => voice),
    transport: 'socket',
  }
  const known = {
    capabilities,
    voices,
    ...(otherVoice && { otherVoice }),
    ...(modelOf && { modelOf }),
    ...(moreLanguages && { moreLanguages }),
  }
  return {
    ...row,
    account: name,
    capabilities,
    install: `set ${row.variables.apiKey[0]}`,
    configured: ({ apiKey }) => apiKey !== undefined,
    create: (settings, context) => {
      const named = new CloudVoices({ ...known, preferred: preferred(settings) })
      const parts = { name, capabilities, voices: named, wire: wire(settings), secrets: secretsOf(settings) }
      return new SocketTts(parts, context)
    },
  }
}
