import type { Audio } from '../../audio/index.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import { estimateMarks } from './estimate-marks.js'
import { cutPieces, type Piece } from './pieces.js'
import { trimSilence } from './silence.js'

/** Text longer than this is refused: at a normal pace it is half an hour of speech. */
const mostCharacters = 30_000
/** Silence left before the first sound, so that a soft consonant keeps its onset. */
const leadMs = 20

/** Synthesises one piece; aborting `signal` rejects. */
export type SynthesisePiece = (text: string, signal: AbortSignal) => Promise<Audio>

/**
 * Speaks a request sentence by sentence: while one is heard, the next is synthesised. Silence around each is brought
 * to what its punctuation asks for, and word marks are estimated.
 * @throws Error when the engine fails or the text is too long; aborting just ends the iteration
 */
export async function* speakPieces(
  request: SpeakRequest,
  signal: AbortSignal,
  synthesise: SynthesisePiece,
): AsyncGenerator<SpeechAudio> {
  if (request.text.length > mostCharacters) {
    throw new Error(`text of ${request.text.length} characters; at most ${mostCharacters} are spoken at once`)
  }
  const pieces = request.ssml ? wholePiece(request.text) : cutPieces(request.text)
  // Leaving the iteration early (a consumer's `break`) stops the engine just as aborting does.
  const left = new AbortController()
  const either = AbortSignal.any([signal, left.signal])
  let next = begin(pieces[0], synthesise, either)
  let spokenMs = 0
  try {
    for (const [i, piece] of pieces.entries()) {
      const audio = await next
      if (!audio || signal.aborted) return
      next = begin(pieces[i + 1], synthesise, either)
      const pcm = trimSilence(audio.pcm, audio.sampleRate, leadMs, piece.pauseMs)
      if (pcm.length === 0) continue
      const text = request.ssml ? blankTags(piece.text) : piece.text
      const marks = estimateMarks(text, pcm, audio.sampleRate, spokenMs).map((mark) => ({
        ...mark,
        textStart: mark.textStart + piece.start,
        textEnd: mark.textEnd + piece.start,
      }))
      spokenMs += (pcm.length * 1000) / audio.sampleRate
      yield { pcm, sampleRate: audio.sampleRate, marks }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown
  } finally {
    left.abort()
  }
}

function begin(
  piece: Piece | undefined,
  synthesise: SynthesisePiece,
  signal: AbortSignal,
): Promise<Audio | undefined> {
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
