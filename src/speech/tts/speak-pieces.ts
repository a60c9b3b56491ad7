import { ParleyError } from '../../base/errors.js'
import type { SpeakRequest, SpeechAudio, WordMark } from '../engine.js'
import { alignPhones, type Span } from './align-phones.js'
import { estimateSpans } from './estimate-marks.js'
import { cutPieces, type Piece } from './pieces.js'
import { trimSilence } from './silence.js'
import type { SpokenPiece, SynthesisePiece } from './spoken-piece.js'
import { findWords, type SpokenWord } from './words.js'

/** Silence left before the first sound, so that a soft consonant keeps its onset. */
const leadMs = 20

/**
 * Speaks a request sentence by sentence: while one is heard, the next is synthesised. Silence around each is brought
 * to what its punctuation asks for; word marks follow the engine's phones where it tells them.
 * @throws ParleyError `tts_failed` when the text is too long, and what `synthesise` throws; aborting just ends the
 * iteration
 */
export async function* speakPieces(
  request: SpeakRequest,
  signal: AbortSignal,
  mostCharacters: number,
  synthesise: SynthesisePiece,
): AsyncGenerator<SpeechAudio> {
  if (request.text.length > mostCharacters) {
    const detail = `Text of ${request.text.length} characters; at most ${mostCharacters} are spoken at once`
    throw new ParleyError('tts_failed', detail)
  }
  const pieces = request.ssml ? wholePiece(request.text) : cutPieces(request.text)
  // Leaving the iteration early (a consumer's `break`) stops the engine just as aborting does.
  const left = new AbortController()
  const either = AbortSignal.any([signal, left.signal])
  let next = begin(pieces[0], synthesise, either)
  let spokenMs = 0
  try {
    for (const [i, piece] of pieces.entries()) {
      const spoken = await next
      if (!spoken || signal.aborted) return
      next = begin(pieces[i + 1], synthesise, either)
      const { sampleRate } = spoken
      const { pcm, shift } = trimSilence(spoken.pcm, sampleRate, leadMs, piece.pauseMs)
      if (pcm.length === 0) continue
      const words = findWords(request.ssml ? blankTags(piece.text) : piece.text)
      const spans = spansOf(words, spoken)
      const durationMs = (pcm.length * 1000) / sampleRate
      yield {
        pcm,
        sampleRate,
        marks: marksOf(words, spans, piece.start, (shift * 1000) / sampleRate, spokenMs, durationMs),
      }
      spokenMs += durationMs
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown
  } finally {
    left.abort()
  }
}

function spansOf(words: readonly SpokenWord[], spoken: SpokenPiece): Span[] {
  return spoken.phones?.length
    ? alignPhones(words, spoken.phones)
    : estimateSpans(words, spoken.pcm, spoken.sampleRate, spoken.weights)
}

/** Marks in the request's text and audio, from spans in a piece's untrimmed audio. */
function marksOf(
  words: readonly SpokenWord[],
  spans: readonly Span[],
  textStart: number,
  trimmedMs: number,
  pieceMs: number,
  durationMs: number,
): WordMark[] {
  const place = (ms: number) => pieceMs + Math.min(durationMs, Math.max(0, ms - trimmedMs))
  return spans.map((span, i) => ({
    textStart: textStart + words[i].start,
    textEnd: textStart + words[i].end,
    startMs: place(span.startMs),
    endMs: place(span.endMs),
  }))
}

function begin(
  piece: Piece | undefined,
  synthesise: SynthesisePiece,
  signal: AbortSignal,
): Promise<SpokenPiece | undefined> {
  const audio = piece ? synthesise(piece.text, signal) : Promise.resolve(undefined)
  // Whoever awaits it hears of a failure; until then it must not count as unhandled.
  audio.catch(() => {})
  return audio
}

function wholePiece(text: string): Piece[] {
  return text.trim() === '' ? [] : [{ text, start: 0, pauseMs: 180 }]
}

/** Tags become spaces, so that offsets stay. */
function blankTags(ssml: string): string {
  return ssml.replace(/<[^>]*>?/g, (tag) => ' '.repeat(tag.length))
}
