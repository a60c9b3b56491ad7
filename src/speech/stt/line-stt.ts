import type { Listening, ListenOptions } from '../engine.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { LineListening, type SttLine, type SttLineListener } from '../wire/line-listening.js'
import { CloudStt, type EarKnowledge } from './cloud-stt.js'

/** What a vendor's file says of itself. */
export interface LineSttParts extends EarKnowledge {
  readonly name: string
  readonly packetMs: number
  /** Whether the vendor confirms each `finalize`; where not, the next final answers it. */
  readonly confirmsFinalize: boolean
  /** What it is sent on a leg of that many Hz, where that is not what most are. */
  readonly format?: (sampleRate: number) => AudioFormat
  readonly line: (options: ListenOptions, listener: SttLineListener) => SttLine
  readonly close?: () => Promise<void>
}

/** A speech-to-text engine behind a vendor's own package. */
export class LineStt extends CloudStt<LineSttParts> {
  open(options: ListenOptions): Listening {
    const { name, packetMs, confirmsFinalize, format = nearestFormat, line } = this.parts
    const { sampleRate } = options
    return new LineListening(
      {
        vendor: name,
        clock: this.context.clock,
        sampleRate,
        endpointing: this.endpointing,
        format: format(sampleRate),
        packetMs,
        confirmsFinalize,
      },
      (listener) => line(options, listener),
    )
  }

  override async close(): Promise<void> {
    await this.parts.close?.()
  }
}
