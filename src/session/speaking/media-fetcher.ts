import { type Audio, MediaDecoder } from '../../audio/index.js'
import { systemClock } from '../../base/clock.js'
import { type FetchMediaOptions, fetchMedia } from './fetch-media.js'
import type { FetchMedia } from './speaker-options.js'

export interface MediaFetcherOptions extends FetchMediaOptions {
  /** How long media is kept for calls that play it again, in ms; 0 keeps none. Default 60,000. */
  readonly keepMs?: number
  /** PCM kept at most, in bytes. Default 32 MB. */
  readonly keepBytes?: number
}

interface Kept {
  readonly audio: Audio
  readonly until: number
}

/**
 * Media for all calls of a shard: decoded and resampled on a thread of its own, so that no call stutters, and kept for a
 * while, so that a jingle is fetched once and not once a call.
 */
export class MediaFetcher {
  private readonly decoder: MediaDecoder
  /** In the order of last use. */
  private readonly kept = new Map<string, Kept>()
  private bytes = 0

  constructor(private readonly options: MediaFetcherOptions = {}) {
    const { longestSeconds } = options
    this.decoder = new MediaDecoder(longestSeconds === undefined ? {} : { longestSeconds })
  }

  /** As `fetchMedia`. Can be passed on without its object. */
  readonly fetch: FetchMedia = async (source, signal, sampleRate) => {
    const key = `${sampleRate ?? ''} ${source}`
    const known = this.recall(key)
    if (known) return known
    const audio = await fetchMedia(source, signal, { decode: this.decoding(sampleRate), ...this.options })
    // A data URL costs nothing to get again, and is a large key.
    if (!source.startsWith('data:')) this.keep(key, audio)
    return audio
  }

  /** As `fetch`, and reads file: URLs of this machine's. */
  readonly fetchOrRead: FetchMedia = (source, signal, sampleRate) => {
    if (!source.startsWith('file:')) return this.fetch(source, signal, sampleRate)
    return fetchMedia(source, signal, { decode: this.decoding(sampleRate), ...this.options, files: true })
  }

  /** Stops the decoder and forgets everything. */
  async close(): Promise<void> {
    this.kept.clear()
    this.bytes = 0
    await this.decoder.close()
  }

  private decoding(sampleRate: number | undefined): NonNullable<FetchMediaOptions['decode']> {
    return (bytes, contentType) => this.decoder.decode(bytes, contentType, sampleRate)
  }

  private recall(key: string): Audio | undefined {
    const entry = this.kept.get(key)
    if (!entry) return undefined
    this.forget(key, entry)
    if (entry.until <= this.now()) return undefined
    this.kept.set(key, entry)
    this.bytes += entry.audio.pcm.byteLength
    return entry.audio
  }

  private keep(key: string, audio: Audio): void {
    const { keepMs = 60_000, keepBytes = 32_000_000 } = this.options
    if (keepMs === 0 || audio.pcm.byteLength > keepBytes) return
    const same = this.kept.get(key)
    if (same) this.forget(key, same)
    this.kept.set(key, { audio, until: this.now() + keepMs })
    this.bytes += audio.pcm.byteLength
    for (const [oldest, entry] of this.kept) {
      if (this.bytes <= keepBytes) break
      this.forget(oldest, entry)
    }
  }

  private forget(key: string, { audio }: Kept): void {
    this.kept.delete(key)
    this.bytes -= audio.pcm.byteLength
  }

  private now(): number {
    return (this.options.clock ?? systemClock).now()
  }
}
