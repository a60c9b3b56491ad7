import { BAND_STEP_MS, BANDS, soundBands } from './sound-bands.js'

/** Speech longer than this is not followed, in ms: the work grows with its square. */
const MOST_MS = 12_000
/** Rows of the table that are filled before others may use the thread: about 2 ms. */
const ROWS_AT_ONCE = 60
/** Frames that one voice may be ahead of the other at first, and how many times as fast it may be. */
const SLACK = 40
const FASTEST = 2

const BOTH = 0
const SPOKEN = 1
const REFERENCE = 2

/**
 * Where places of a reference lie in another voice's speech of the beginning of the same text: both are laid beside each
 * other, stretched and squeezed, as they sound most alike (dynamic time warping).
 * @param placesMs in the reference, rising
 * @returns ms in `spoken`, undefined for those that it has not come to; nothing where it is too long
 */
export async function followSpeech(
  spoken: { readonly pcm: Int16Array; readonly sampleRate: number },
  reference: { readonly pcm: Int16Array; readonly sampleRate: number },
  placesMs: readonly number[],
): Promise<(number | undefined)[] | undefined> {
  const longest = Math.max(lengthOf(spoken), lengthOf(reference))
  if (longest > MOST_MS) return undefined
  const one = await soundBands(spoken.pcm, spoken.sampleRate)
  const other = await soundBands(reference.pcm, reference.sampleRate)
  const rows = one.length / BANDS
  const columns = other.length / BANDS
  if (rows === 0 || columns === 0) return undefined
  const moves = new Uint8Array(rows * columns)
  let before = new Float64Array(columns)
  let row = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    if (i > 0 && i % ROWS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
    fill(row, before, i, one, other, moves)
    ;[before, row] = [row, before]
  }
  const path = trace(moves, rows, columns, endOf(before, rows))
  return placesMs.map((ms) => {
    const frame = path[Math.round(ms / BAND_STEP_MS)]
    return frame === undefined ? undefined : frame * BAND_STEP_MS
  })
}

/** The cheapest way to each cell of a row, from the row before. */
function fill(
  row: Float64Array,
  before: Float64Array,
  i: number,
  one: Float32Array,
  other: Float32Array,
  moves: Uint8Array,
): void {
  const columns = row.length
  row.fill(Number.POSITIVE_INFINITY)
  const first = Math.max(0, Math.ceil(i / FASTEST - SLACK))
  const last = Math.min(columns - 1, i * FASTEST + SLACK)
  for (let j = first; j <= last; j++) {
    let best = i === 0 && j === 0 ? 0 : Number.POSITIVE_INFINITY
    let move = BOTH
    if (i > 0 && j > 0) best = before[j - 1]!
    if (i > 0 && before[j]! < best) {
      best = before[j]!
      move = SPOKEN
    }
    if (j > 0 && row[j - 1]! < best) {
      best = row[j - 1]!
      move = REFERENCE
    }
    row[j] = best + distance(one, i, other, j)
    moves[i * columns + j] = move
  }
}

function distance(one: Float32Array, i: number, other: Float32Array, j: number): number {
  let sum = 0
  for (let band = 0; band < BANDS; band++) {
    sum += Math.abs(one[i * BANDS + band]! - other[j * BANDS + band]!)
  }
  return sum
}

/** How far the speech came in the reference: where the way there is cheapest for its length. */
function endOf(costs: Float64Array, rows: number): number {
  let best = 0
  for (let j = 1; j < costs.length; j++) {
    if (costs[j]! / (rows + j) < costs[best]! / (rows + best)) best = j
  }
  return best
}

/** For each frame of the reference the first of the speech that lies beside it, back from the end. */
function trace(moves: Uint8Array, rows: number, columns: number, end: number): number[] {
  const path: number[] = []
  for (let i = rows - 1, j = end; i >= 0 && j >= 0; ) {
    path[j] = i
    const move = moves[i * columns + j]
    if (move !== REFERENCE) i--
    if (move !== SPOKEN) j--
  }
  return path
}

function lengthOf({ pcm, sampleRate }: { pcm: Int16Array; sampleRate: number }): number {
  return (pcm.length * 1000) / sampleRate
}
