import type { SpeakRequest } from '../engine.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { type Json, text } from '../wire/json.js'
import { done, type SpeechAddress, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'

/** A vendor's words for an utterance whose text is flushed, and cleared where it has to stop. */
export interface FlushedWords {
  readonly vendor: string
  readonly address: (request: SpeakRequest, settings: VendorSettings) => SpeechAddress
  /** The whole text, as a message. */
  readonly text: (text: string) => object
  readonly flush: string
  readonly clear: string
  /** The `type` that tells that all was spoken. */
  readonly flushed: string
  /** The `type` that tells that it was stopped. */
  readonly cleared: string
  readonly pace?: TtsWire['pace']
  /** What any other message means. @throws VendorError where it tells one */
  readonly read: (message: Json, type: string) => TtsSignal[]
}

/**
 * The wire of a vendor that speaks one utterance at a time, in the format nearest to the leg's.
 * @param wordsOf the words for a request, where its voices do not all have the same
 */
export function flushedWire(
  words: FlushedWords,
  settings: VendorSettings,
  wordsOf: (request: SpeakRequest) => FlushedWords = () => words,
): TtsWire {
  return {
    vendor: words.vendor,
    most: 1,
    reuse: true,
    confirmsCancel: true,
    idleMs: 50_000,
    pace: words.pace,
    address: (request) => wordsOf(request).address(request, settings),
    opening: () => [],
    utter: (request) => new FlushedUtterance(wordsOf(request), request),
  }
}

class FlushedUtterance implements Utterance {
  readonly format
  private cancelled = false

  constructor(
    private readonly words: FlushedWords,
    private readonly request: SpeakRequest,
  ) {
    this.format = nearestFormat(request.sampleRate)
  }

  start() {
    return [JSON.stringify(this.words.text(this.request.text)), typed(this.words.flush)]
  }

  cancel() {
    this.cancelled = true
    return [typed(this.words.clear)]
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return [{ type: 'audio', bytes: message }]
    const { flushed, cleared, read } = this.words
    const type = text(message, 'type')
    // One that was stopped may still be told as flushed before it is told as cleared.
    return type === (this.cancelled ? cleared : flushed) ? [done] : read(message, type)
  }
}

function typed(type: string): string {
  return JSON.stringify({ type })
}
