import type * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import type { VendorSettings } from '../vendor-settings.js'
import { type AzureSdk, azureConfig } from '../wire/azure-sdk.js'

/** Synthesizers that are kept at each rate; each has a connection of its own. */
const MOST_IDLE = 4

/** Azure's synthesizers: one speaks one chunk at a time, and is kept with its open connection for the next. */
export class AzureSynthesizers {
  private readonly idle = new Map<number, sdk.SpeechSynthesizer[]>()
  private closed = false

  constructor(
    private readonly azure: AzureSdk,
    private readonly settings: VendorSettings,
  ) {}

  take(sampleRate: number): sdk.SpeechSynthesizer {
    return this.idle.get(sampleRate)?.pop() ?? this.make(sampleRate)
  }

  /** Takes one back that spoke its chunk to the end. */
  keep(sampleRate: number, synthesizer: sdk.SpeechSynthesizer): void {
    const kept = this.idle.get(sampleRate) ?? []
    this.idle.set(sampleRate, kept)
    if (this.closed || kept.length >= MOST_IDLE) dispose(synthesizer)
    else kept.push(synthesizer)
  }

  /** Opens a connection ahead of its use. */
  prepare(sampleRate: number): void {
    if (this.closed || (this.idle.get(sampleRate)?.length ?? 0) > 0) return
    const synthesizer = this.make(sampleRate)
    this.azure.Connection.fromSynthesizer(synthesizer).openConnection(undefined, () => {})
    this.keep(sampleRate, synthesizer)
  }

  close(): void {
    this.closed = true
    for (const kept of this.idle.values()) for (const synthesizer of kept.splice(0)) dispose(synthesizer)
  }

  private make(sampleRate: number): sdk.SpeechSynthesizer {
    const config = azureConfig(this.azure, this.settings)
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
