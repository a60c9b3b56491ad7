import type { SpeakRequest } from '../engine.js'
import { VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { wavHeaderOf } from '../wire/audio-bytes.js'
import { at, type Json, list, number, text } from '../wire/json.js'
import { type TimedWord, timedWords, WordFinder } from '../wire/marks.js'
import { done, type TtsSignal, type TtsWire, type Utterance } from '../wire/tts-wire.js'
import { socketUrl } from '../wire/urls.js'
import { voicesOf } from './cloud-voices.js'
import { numberOf, textOf } from './settings.js'
import { socketTtsVendor } from './socket-tts.js'

const models = ['inworld-tts-1.5-max', 'inworld-tts-1.5-mini', 'inworld-tts-2']
const voices = voicesOf(
  'Ashley/f Alex/m Craig/m Deborah/f Dennis/m Edward/m Elizabeth/f Hades/m Julia/f Mark/m Olivia/f Oliver/m Pixie/f ' +
    'Priya/f Ronald/m Sarah/f Shaun/m Theodore/m Timothy/m Wendy/f',
)

export const inworldVendor = socketTtsVendor({
  name: 'inworld',
  aliases: ['inworld-ai'],
  summary: 'expressive voices in 15 languages',
  variables: { apiKey: ['INWORLD_API_KEY'] },
  capabilities: {
    languages: 'ar de en es fr he hi it ja ko nl pl pt ru zh'.split(' '),
    models,
    wordMarks: 'vendor',
    formats: ['pcm/8000', 'pcm/16000'],
  },
  voices,
  otherVoice: (name) => (/^[A-Za-z][\w-]+$/.test(name) ? name : undefined),
  modelOf,
  // More than a hundred (docs.inworld.ai/tts/capabilities/generating-audio).
  moreLanguages: (model) => (model === 'inworld-tts-2' ? ['*'] : []),
  wire: inworldWire,
})

/** `Mini`, `Max` and `TTS2` (Telnyx). */
function modelOf(model: string): string | undefined {
  const name = model.toLowerCase()
  const short: Readonly<Record<string, string>> = { max: models[0]!, mini: models[1]!, tts2: models[2]! }
  return short[name] ?? (name.startsWith('inworld-tts-') ? name : undefined)
}

/** Inworld's two-way socket: a context for each utterance, five at most. */
export function inworldWire(settings: VendorSettings): TtsWire {
  return {
    vendor: 'inworld',
    most: 5,
    reuse: true,
    confirmsCancel: false,
    // It closes after ten minutes without a message.
    idleMs: 240_000,
    address: () => ({
      url: socketUrl(settings.url ?? 'wss://api.inworld.ai', '/tts/v1/voice:streamBidirectional'),
      headers: { authorization: `Basic ${settings.apiKey}` },
    }),
    opening: () => [],
    contextOf: (message) => text(message, 'result', 'contextId') || undefined,
    utter: (request, context) => new InworldUtterance(request, context),
  }
}

class InworldUtterance implements Utterance {
  readonly format
  private readonly finder: WordFinder
  /** Its times begin anew with each flush. */
  private flushedMs = 0
  private latestMs = 0
  private cancelled = false

  constructor(
    private readonly request: SpeakRequest,
    private readonly contextId: string,
  ) {
    this.format = { encoding: 'pcm', sampleRate: request.sampleRate } as const
    this.finder = new WordFinder(request.text, request.ssml)
  }

  start() {
    const { voice, model = models[0], settings, text: words } = this.request
    const { contextId } = this
    const mode = textOf(settings, 'delivery_mode')
    const create = {
      voiceId: voice,
      modelId: model,
      audioConfig: {
        audioEncoding: 'LINEAR16',
        sampleRateHertz: this.format.sampleRate,
        speakingRate: numberOf(settings, 'speed', 'voice_speed') ?? 1,
      },
      autoMode: true,
      timestampType: 'WORD',
      ...(mode && { deliveryMode: mode }),
    }
    return [
      { create, contextId },
      ...pieces(words).map((piece) => ({ send_text: { text: piece }, contextId })),
      { flush_context: {}, contextId },
      { close_context: {}, contextId },
    ].map((message) => JSON.stringify(message))
  }

  cancel() {
    this.cancelled = true
    return [JSON.stringify({ close_context: {}, contextId: this.contextId })]
  }

  read(message: Buffer | Json): TtsSignal[] {
    if (Buffer.isBuffer(message)) return []
    const result = at(message, 'result')
    const code = number(result, 'status', 'code') ?? number(message, 'error', 'code') ?? 0
    // It may have been closed already when it is to be stopped.
    if (code === NOT_FOUND && /context/i.test(detailOf(message))) return this.cancelled ? [done] : []
    if (code !== 0 || at(message, 'error') !== undefined) throw errorOf(code, message)
    const signals: TtsSignal[] = []
    const times = at(result, 'audioChunk', 'timestampInfo', 'wordAlignment')
    const marks = this.finder.marks(this.words(times))
    if (marks.length > 0) signals.push({ type: 'marks', marks })
    const bytes = Buffer.from(text(result, 'audioChunk', 'audioContent'), 'base64')
    // Each chunk of LINEAR16 has a header of its own.
    if (bytes.length > 0)
      signals.push({ type: 'audio', bytes: bytes.subarray(wavHeaderOf(bytes)?.length ?? 0) })
    if (at(result, 'flushCompleted') !== undefined) this.flushedMs = this.latestMs
    return at(result, 'contextClosed') === undefined ? signals : [...signals, done]
  }

  private words(times: unknown): TimedWord[] {
    const words = timedWords(
      list(times, 'words'),
      list(times, 'wordStartTimeSeconds'),
      list(times, 'wordEndTimeSeconds'),
    ).map((word) => ({ ...word, startMs: word.startMs + this.flushedMs, endMs: word.endMs + this.flushedMs }))
    this.latestMs = words.at(-1)?.endMs ?? this.latestMs
    return words
  }
}

/** A message takes 1,000 characters at most. */
function pieces(words: string): string[] {
  return words.match(/.{1,1000}(?:\s|$)|.{1,1000}/gsu) ?? [words]
}

const NOT_FOUND = 5

/** Codes of gRPC (google.rpc.Code). */
function errorOf(code: number, message: Json): VendorError {
  const faults: Readonly<Record<number, VendorFault>> = {
    3: 'request',
    [NOT_FOUND]: 'request',
    7: 'credentials',
    8: 'quota',
    16: 'credentials',
  }
  return new VendorError('inworld', faults[code] ?? 'server', `${code} ${detailOf(message)}`)
}

function detailOf(message: Json): string {
  return text(message, 'result', 'status', 'message') || text(message, 'error', 'message')
}
