import type { AudioStream } from '@aws-sdk/client-transcribe-streaming'
import { messageOf } from '../../base/errors.js'
import { isAnyLanguage } from '../languages.js'
import { tellsExpiry, VendorError } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { AsyncQueue } from '../wire/async-queue.js'
import { awsError } from '../wire/aws-client.js'
import { at, flag, list, ms, number, text } from '../wire/json.js'
import type { SttLine, SttLineListener } from '../wire/line-listening.js'
import { endOfTurn, failed, final, partial, ready, type SttSignal } from '../wire/stt-dialogue.js'

export interface AmazonLineParts {
  /** Sends audio and resolves to what comes back. */
  readonly start: (
    audio: AsyncIterable<AudioStream>,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<unknown> | unknown[]>
  readonly settings: VendorSettings
  /** As the session asked for it. */
  readonly language: string
}

/** A line to Amazon Transcribe: two streams of events, one each way. */
export class AmazonLine implements SttLine {
  private readonly audio = new AsyncQueue<AudioStream>()
  private readonly closing = new AbortController()
  private waiting = 0
  private answered = false
  /** Whether there was anything in the answer. */
  private heard = false

  constructor(
    private readonly parts: AmazonLineParts,
    private readonly listener: SttLineListener,
  ) {
    // It answers only once audio comes.
    queueMicrotask(() => this.tell([ready]))
    this.run().catch((thrown) => this.tell([failed(this.errorOf(thrown))]))
  }

  get buffered(): number {
    return this.waiting
  }

  send(bytes: Buffer): void {
    this.waiting += bytes.length
    this.audio.push({ AudioEvent: { AudioChunk: bytes } })
  }

  finalize(): boolean {
    return false
  }

  close(): void {
    this.audio.end()
    this.closing.abort()
  }

  private async run(): Promise<void> {
    const { start, language } = this.parts
    const events = await start(this.sent(), this.closing.signal)
    this.answered = true
    for await (const event of events) {
      this.heard = true
      this.tell(readEvent(event, language))
    }
    this.tell([failed(new VendorError('amazon', 'dropped', 'the stream ended'))])
  }

  /** Fifteen seconds without audio, or four hours with it, end a stream; the limit of streams does so at its start. */
  private errorOf(thrown: unknown): VendorError {
    const error = awsError('amazon', thrown, this.parts.settings, this.answered)
    const isOver = tellsExpiry(error.message) || (this.heard && error.fault === 'quota')
    if (!isOver) return error
    const secrets = secretsOf(this.parts.settings)
    return new VendorError('amazon', 'expired', messageOf(thrown), { cause: thrown, secrets })
  }

  private async *sent(): AsyncGenerator<AudioStream> {
    for await (const event of this.audio) {
      this.waiting -= event.AudioEvent?.AudioChunk?.length ?? 0
      yield event
    }
  }

  private tell(signals: readonly SttSignal[]): void {
    if (this.closing.signal.aborted) return
    for (const signal of signals) this.listener(signal)
  }
}

/** What a `TranscriptEvent` says: each of its results that is not partial is an utterance. */
export function readEvent(event: unknown, language: string): SttSignal[] {
  return list(event, 'TranscriptEvent', 'Transcript', 'Results').flatMap((result) => {
    const best = at(result, 'Alternatives', 0)
    const scores = list(best, 'Items').flatMap((item) => number(item, 'Confidence') ?? [])
    const transcript = {
      text: text(best, 'Transcript'),
      language: isAnyLanguage(language) ? text(result, 'LanguageCode') || 'en-US' : language,
      confidence: scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : undefined,
      endMs: ms(number(result, 'EndTime')),
    }
    return flag(result, 'IsPartial') ? [partial(transcript)] : [final(transcript), endOfTurn]
  })
}
