import type * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import { messageOf } from '../../base/errors.js'
import { isAnyLanguage } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { type AzureSdk, azureError, TICKS_PER_MS } from '../wire/azure-sdk.js'
import { at, list, number } from '../wire/json.js'
import type { SttLine, SttLineListener } from '../wire/line-listening.js'
import { endOfTurn, failed, final, partial, ready, type SttSignal } from '../wire/stt-dialogue.js'

/** A recogniser that is being made. */
export interface AzureRecognizer {
  readonly azure: AzureSdk
  readonly recognizer: sdk.SpeechRecognizer
  readonly audio: sdk.PushAudioInputStream
}

/** The part of a result that is read here. */
export type AzureResult = Pick<sdk.SpeechRecognitionResult, 'text' | 'offset' | 'duration' | 'json'> &
  Partial<Pick<sdk.SpeechRecognitionResult, 'language'>>

/** A line to Azure: the package's recogniser, listening to what is pushed. */
export class AzureLine implements SttLine {
  readonly buffered = 0
  private made: AzureRecognizer | undefined
  private answered = false
  private closed = false

  constructor(
    making: Promise<AzureRecognizer>,
    private readonly settings: VendorSettings,
    private readonly language: string,
    private readonly listener: SttLineListener,
  ) {
    making.then(
      (made) => (this.closed ? dispose(made) : this.start(made)),
      (thrown) => this.listener(failed(new VendorError('azure', 'server', messageOf(thrown)))),
    )
  }

  send(bytes: Buffer): void {
    this.made?.audio.write(new Uint8Array(bytes).buffer)
  }

  finalize(): boolean {
    return false
  }

  close(): void {
    this.closed = true
    if (this.made) dispose(this.made)
  }

  private start(made: AzureRecognizer): void {
    this.made = made
    const { azure, recognizer } = made
    const { RecognizedSpeech } = azure.ResultReason
    recognizer.recognizing = (_, { result }) => {
      this.answered = true
      this.tell([partial(readResult(result, this.language))])
    }
    recognizer.recognized = (_, { result }) => {
      this.answered = true
      if (result.reason === RecognizedSpeech) this.tell([final(readResult(result, this.language)), endOfTurn])
    }
    recognizer.canceled = (_, { reason, errorCode, errorDetails }) => {
      if (reason !== azure.CancellationReason.Error) return
      this.tell([failed(azureError(azure, errorCode, errorDetails, this.settings, this.answered))])
    }
    recognizer.startContinuousRecognitionAsync(
      () => {},
      (error) => this.tell([failed(new VendorError('azure', 'server', error))]),
    )
    this.listener(ready)
  }

  private tell(signals: readonly SttSignal[]): void {
    if (this.closed) return
    for (const signal of signals) this.listener(signal)
  }
}

/** What a result of the package says; its confidence stands in the service's own answer. */
export function readResult({ text, offset, duration, json, language: found }: AzureResult, asked: string) {
  const language = isAnyLanguage(asked) ? found || 'en-US' : asked
  let confidence: number | undefined
  try {
    confidence = number(list(JSON.parse(json), 'NBest')[0], 'Confidence')
  } catch {
    confidence = undefined
  }
  return { text, language, confidence, endMs: Math.round((offset + duration) / TICKS_PER_MS) }
}

function dispose({ recognizer, audio }: AzureRecognizer): void {
  const gone = () => {
    // Not before: what is left of it would follow the end that stopping sends.
    audio.close()
    // It may be gone already, and says so by throwing.
    if (at(recognizer, 'privDisposedRecognizer') !== true) recognizer.close(undefined, () => {})
  }
  try {
    recognizer.stopContinuousRecognitionAsync(gone, gone)
  } catch {
    gone()
  }
}
