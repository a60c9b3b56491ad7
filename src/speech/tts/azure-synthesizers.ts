import type * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import type { SpeakRequest } from '../engine.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AzureSdk, azureConfig } from '../wire/azure-sdk.js'
import { textOf } from './settings.js'

/** Synthesizers that are kept of each kind; each has a connection of its own. */
const MOST_IDLE = 4
/** Kinds that are kept; the one unused for longest goes. */
const MOST_KINDS = 20

/** What a synthesizer is made for. */
interface Kind {
  readonly sampleRate: number
  /** Where a custom voice is deployed; '' for all others. */
  readonly deployment: string
}

/** The kind that a request wants: Telnyx names custom voices' deployments in `voice_settings`. */
function kindOf({ sampleRate, settings }: SpeakRequest): Kind {
  return { sampleRate, deployment: textOf(settings, 'deployment_id') ?? '' }
}

/** Azure's synthesizers: one speaks one chunk at a time, and is kept with its open connection for the next. */
export class AzureSynthesizers {
  private readonly idle = new Map<string, sdk.SpeechSynthesizer[]>()
  private closed = false

  constructor(
    private readonly azure: AzureSdk,
    private readonly settings: VendorSettings,
  ) {}

  take(request: SpeakRequest): sdk.SpeechSynthesizer {
    const kind = kindOf(request)
    return this.idle.get(JSON.stringify(kind))?.pop() ?? this.make(kind)
  }

  /** Takes one back that spoke its chunk to the end. */
  keep(request: SpeakRequest, synthesizer: sdk.SpeechSynthesizer): void {
    const name = JSON.stringify(kindOf(request))
    const kept = this.idle.get(name) ?? []
    // A Map keeps the order of insertion: the latest is last.
    this.idle.delete(name)
    this.idle.set(name, kept)
    if (this.closed || kept.length >= MOST_IDLE) dispose(synthesizer)
    else kept.push(synthesizer)
    for (const [oldest, unused] of this.idle) {
      if (this.idle.size <= MOST_KINDS) break
      this.idle.delete(oldest)
      for (const one of unused) dispose(one)
    }
  }

  /** Opens a connection ahead of its use. */
  prepare(request: SpeakRequest): void {
    const kind = kindOf(request)
    if (this.closed || (this.idle.get(JSON.stringify(kind))?.length ?? 0) > 0) return
    const synthesizer = this.make(kind)
    this.azure.Connection.fromSynthesizer(synthesizer).openConnection(undefined, () => {})
    this.keep(request, synthesizer)
  }

  close(): void {
    this.closed = true
    for (const kept of this.idle.values()) for (const synthesizer of kept.splice(0)) dispose(synthesizer)
  }

  private make({ sampleRate, deployment }: Kind): sdk.SpeechSynthesizer {
    const config = azureConfig(this.azure, this.settings)
    if (deployment) config.endpointId = deployment
    const { Raw8Khz8BitMonoMULaw, Raw16Khz16BitMonoPcm } = this.azure.SpeechSynthesisOutputFormat
    config.speechSynthesisOutputFormat = sampleRate === 8000 ? Raw8Khz8BitMonoMULaw : Raw16Khz16BitMonoPcm
    return new this.azure.SpeechSynthesizer(config, null as unknown as sdk.AudioConfig)
  }
}

/** Ends a synthesizer, and with it what it speaks. */
export function dispose(synthesizer: sdk.SpeechSynthesizer): void {
  synthesizer.close(
    () => {},
    () => {},
  )
}
