import type { Clock, Timer } from '../../base/clock.js'
import type { SpeechAudio } from '../engine.js'
import { VendorError } from '../vendor-error.js'
import type { FailoverTimes } from './times.js'

export interface SpeechGuard {
  readonly clock: Clock
  readonly engine: string
  readonly times: FailoverTimes
  /** ms of audio that are there and were not heard yet. */
  readonly bufferedMs: () => number
}

/** With less audio than this left to be heard, an engine that has fallen silent is given up. */
const LEAST_BUFFER_MS = 300
/** Silence of an engine, in ms, that is waited out however much is buffered. */
const LONGEST_STALL_MS = 5_000
/** How often a silent engine is looked at, in ms. */
const LOOK_MS = 50

/**
 * Hands on what an engine says, and gives it up when its first audio is late or it falls silent in the middle.
 * @throws VendorError `timeout` or `stalled`, and what the engine throws
 */
export async function* guardSpeech(
  source: AsyncIterable<SpeechAudio>,
  guard: SpeechGuard,
): AsyncGenerator<SpeechAudio> {
  const iterator = source[Symbol.asyncIterator]()
  let begun = false
  let over = false
  try {
    while (true) {
      const next: IteratorResult<SpeechAudio> = await orLate(iterator.next(), begun, guard)
      if (next.done) {
        over = true
        return
      }
      begun ||= next.value.pcm.length > 0
      yield next.value
    }
  } finally {
    // Not awaited: an engine that hangs never answers.
    if (!over) Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

function orLate<T>(pending: Promise<T>, begun: boolean, guard: SpeechGuard): Promise<T> {
  const { clock, engine, times, bufferedMs } = guard
  return new Promise((resolve, reject) => {
    const askedAt = clock.now()
    let timer: Timer
    const look = () => {
      const waitedMs = clock.now() - askedAt
      if (!begun && waitedMs >= times.firstByteMs) {
        return reject(new VendorError(engine, 'timeout', `no audio came for ${times.firstByteMs} ms`))
      }
      const dry = waitedMs >= times.stallMs && bufferedMs() < LEAST_BUFFER_MS
      if (begun && (dry || waitedMs >= LONGEST_STALL_MS)) {
        return reject(
          new VendorError(engine, 'stalled', `fell silent for ${Math.round(waitedMs)} ms in mid-speech`),
        )
      }
      timer = clock.after(LOOK_MS, look)
    }
    timer = clock.after(begun ? LOOK_MS : times.firstByteMs, look)
    pending.then(resolve, reject).finally(() => timer.cancel())
  })
}
