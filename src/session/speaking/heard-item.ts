import { type HeardSpeech, heardText } from './heard-text.js'
import type { PlayoutItem } from './items.js'

/** What has been heard of an item; of media, only for how long. */
export function heardOf(item: PlayoutItem | undefined, sampleRate: number): HeardSpeech {
  if (!item || item.kind === 'digits') return { text: '', durationMs: 0 }
  const playedMs = (item.played / sampleRate) * 1000
  const durationMs = Math.round(playedMs)
  if (item.kind === 'media') return { text: '', durationMs }
  const { chunk, spoken, marks, track, state } = item
  const totalMs = track.complete && state !== 'failed' ? (track.length / sampleRate) * 1000 : undefined
  return { text: heardText({ chunk: chunk.text, spoken, marks, playedMs, totalMs }), durationMs }
}
