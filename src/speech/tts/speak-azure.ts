import type { SpeakRequest, SpeechAudio, WordMark } from '../engine.js'
import { isAnyLanguage } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { AsyncQueue } from '../wire/async-queue.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { type AzureSdk, azureError, TICKS_PER_MS } from '../wire/azure-sdk.js'
import { WordFinder } from '../wire/marks.js'
import { SpeechAssembly } from '../wire/speech-assembly.js'
import { type AzureSynthesizers, dispose } from './azure-synthesizers.js'
import { speedOf, textOf } from './settings.js'
import { xmlText } from './ssml-document.js'

/**
 * Speaks a request by one of the synthesizers. Aborting closes it, which stops Azure too.
 * @throws VendorError
 */
export async function* speakAzure(
  azure: AzureSdk,
  synthesizers: AzureSynthesizers,
  request: SpeakRequest,
  signal: AbortSignal,
  settings: VendorSettings,
): AsyncGenerator<SpeechAudio> {
  if (signal.aborted) return
  const signals = new AsyncQueue<Buffer | WordMark[]>()
  const { sampleRate } = request
  const synthesizer = synthesizers.take(request)
  const finder = new WordFinder(request.text, request.ssml)
  synthesizer.wordBoundary = (_, { text, audioOffset, duration }) => {
    const startMs = audioOffset / TICKS_PER_MS
    const mark = finder.mark({ word: text, startMs, endMs: startMs + duration / TICKS_PER_MS })
    if (mark) signals.push([mark])
  }
  let answered = false
  synthesizer.synthesizing = (_, { result }) => {
    answered = true
    signals.push(Buffer.from(result.audioData))
  }
  synthesizer.speakSsmlAsync(
    azureSsml(request),
    (result) => {
      if (result.reason === azure.ResultReason.SynthesizingAudioCompleted) return signals.end()
      const { ErrorCode } = azure.CancellationDetails.fromResult(result)
      signals.fail(azureError(azure, ErrorCode, result.errorDetails ?? 'cancelled', settings, answered))
    },
    (error) => signals.fail(new VendorError('azure', 'server', error)),
  )
  const aborted = () => signals.end()
  signal.addEventListener('abort', aborted, { once: true })
  const assembly = new SpeechAssembly(request, nearestFormat(sampleRate))
  let complete = false
  try {
    for await (const heard of signals) {
      if (signal.aborted) return
      if (!Buffer.isBuffer(heard)) assembly.marks(heard)
      else {
        const audio = await assembly.audio(heard)
        if (audio) yield audio
      }
    }
    complete = !signal.aborted
    const rest = complete ? assembly.end() : undefined
    if (rest) yield rest
  } finally {
    signal.removeEventListener('abort', aborted)
    assembly.close()
    if (complete) synthesizers.keep(request, synthesizer)
    else dispose(synthesizer)
  }
}

/** A request as an SSML document (W3C SSML 1.1, with Microsoft's effect attribute). */
export function azureSsml({ text, ssml, voice, language, settings }: SpeakRequest): string {
  const content = ssml ? text.replace(/^\s*<speak\b[^>]*>|<\/speak>\s*$/gi, '') : xmlText(text)
  const effect = textOf(settings, 'effect')
  const speed = speedOf(settings)
  const paced =
    speed === 1 ? content : `<prosody rate="${Math.round((speed - 1) * 100)}%">${content}</prosody>`
  // Multilingual voices speak the language asked for, others their own.
  const told = !isAnyLanguage(language) && /Multilingual|DragonHD/.test(voice)
  const spoken = told ? `<lang xml:lang="${language}">${paced}</lang>` : paced
  const home = voice.split('-').slice(0, 2).join('-')
  return (
    '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="http://www.w3.org/2001/mstts" ' +
    `xml:lang="${home}"><voice name="${xmlText(voice)}"${effect ? ` effect="${xmlText(effect)}"` : ''}>${spoken}</voice></speak>`
  )
}
