import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { VendorError } from '../vendor-error.js'
import { AsyncQueue } from './async-queue.js'
import type { ConnectionPool } from './connection-pool.js'
import { SpeechAssembly } from './speech-assembly.js'
import type { TtsSignal } from './tts-wire.js'

/** A kept connection was gone before the vendor said a word: not the vendor's fault yet. */
class Stale extends Error {}

/**
 * Speaks a request over a connection of the pool. A kept connection that turns out to be dead is replaced once by a new
 * one. Aborting, or leaving the iteration, cancels at the vendor.
 * @throws VendorError
 */
export async function* speakBySocket(
  pool: ConnectionPool,
  request: SpeakRequest,
  signal: AbortSignal,
): AsyncGenerator<SpeechAudio> {
  try {
    yield* speakOnce(pool, request, signal, false)
  } catch (thrown) {
    if (!(thrown instanceof Stale)) throw thrown
    yield* speakOnce(pool, request, signal, true)
  }
}

async function* speakOnce(
  pool: ConnectionPool,
  request: SpeakRequest,
  signal: AbortSignal,
  fresh: boolean,
): AsyncGenerator<SpeechAudio> {
  if (signal.aborted) return
  const signals = new AsyncQueue<Exclude<TtsSignal, { type: 'send' }>>()
  const connection = pool.take(request, fresh)
  const kept = connection.isUsed || connection.isReady
  const { utterance, cancel } = connection.begin(request, {
    signal: (heard) => signals.push(heard),
    lost: (error, untouched) => signals.fail(kept && untouched && mayPass(error) ? new Stale() : error),
  })
  const aborted = () => signals.end()
  signal.addEventListener('abort', aborted, { once: true })
  const assembly = new SpeechAssembly(request, utterance.format)
  try {
    for await (const heard of signals) {
      if (signal.aborted) return
      if (heard.type === 'failed') throw heard.error
      if (heard.type === 'done') break
      if (heard.type === 'marks') assembly.marks(heard.marks)
      else {
        const audio = await assembly.audio(heard.bytes)
        if (audio) yield audio
      }
    }
    const rest = signal.aborted ? undefined : assembly.end()
    if (rest) yield rest
  } finally {
    signal.removeEventListener('abort', aborted)
    cancel()
    assembly.close()
  }
}

/** Whether a new connection may do better: vendors close kept ones for their own reasons, with codes of all kinds. */
function mayPass({ fault }: VendorError): boolean {
  return fault === 'dropped' || fault === 'expired' || fault === 'server' || fault === 'credentials'
}
