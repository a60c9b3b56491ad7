import type { SttCapabilities, TriedStt, TriedTts, TtsCapabilities } from '../../speech/index.js'
import { table } from '../format.js'

/** Names that a cell of the table shows; `--json` has them all. */
const SHOWN = 3

/** Both capability tables, as text. */
export function engineTables({
  tts,
  stt,
}: {
  readonly tts: readonly TriedTts[]
  readonly stt: readonly TriedStt[]
}): string {
  const ears = table(
    ['SPEECH TO TEXT', 'STATUS', ...sttHead.map((name) => name.toUpperCase())],
    stt.map((one) => [one.vendor.name, status(one), ...sttCells(one.vendor.capabilities)]),
  )
  const voices = table(
    ['TEXT TO SPEECH', 'STATUS', ...ttsHead.map((name) => name.toUpperCase())],
    tts.map((one) => [one.vendor.name, status(one), ...ttsCells(one.vendor.capabilities)]),
  )
  return `${ears}\n\n${voices}`
}

export const sttHead = ['languages', 'models', 'partials', 'end of turn', 'audio', 'hints'] as const
export const ttsHead = ['languages', 'models', 'voices', 'word marks', 'audio', 'by', 'SSML'] as const

/** The cells of a speech-to-text engine, under `sttHead`. */
export function sttCells(row: SttCapabilities): string[] {
  return [
    few(row.languages) + (row.detectsLanguage ? ', detects' : ''),
    few(row.models),
    row.partials ? 'yes' : 'no',
    row.endOfTurn === 'engine' ? 'its own' : 'silence',
    row.formats.join(', '),
    row.hints || 'no',
  ]
}

/** The cells of a text-to-speech engine, under `ttsHead`. */
export function ttsCells(row: TtsCapabilities): string[] {
  return [
    few(row.languages),
    few(row.models),
    few(row.voices),
    row.wordMarks === 'vendor' ? 'yes' : 'estimated',
    row.formats.join(', '),
    row.transport,
    row.ssml ? 'yes' : 'no',
  ]
}

function status({ vendor, engine, reason }: TriedTts | TriedStt): string {
  if (engine) return 'ready'
  return reason === 'not configured' || !('create' in vendor) ? vendor.install : reason
}

function few(names: readonly string[]): string {
  if (names.includes('*')) return 'all'
  if (names.length <= SHOWN) return names.join(', ')
  return `${names.slice(0, SHOWN - 1).join(', ')} … (${names.length})`
}
