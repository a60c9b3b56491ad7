import { messageOf, ParleyError } from '../../base/errors.js'
import type { AudioItem, MediaItem, SpeechItem } from './items.js'
import type { SpeakerListener, SpeakerOptions } from './speaker-options.js'
import { synthesise } from './synthesis.js'
import { TrackWriter } from './track-writer.js'

export interface LoaderOptions
  extends Pick<SpeakerOptions, 'clock' | 'sampleRate' | 'resolveVoice' | 'fetchMedia'> {
  readonly listener: Pick<SpeakerListener, 'failed' | 'ttsLatency'>
}

/** Fills the tracks of chunks and media, and tells what fails. */
export class Loader {
  /**
   * @param stallMs the longest an engine may send nothing
   * @param changed an item's track is complete, or as complete as it will be
   */
  constructor(
    private readonly options: LoaderOptions,
    private readonly stallMs: number,
    private readonly changed: () => void,
  ) {}

  /** Never rejects: a failure is told to the listener, unless the item is no longer wanted. */
  async load(item: AudioItem): Promise<void> {
    try {
      await (item.kind === 'speech' ? this.synthesise(item) : this.fetch(item))
      item.state = 'loaded'
    } catch (thrown) {
      item.state = 'failed'
      if (!item.abort.signal.aborted) this.failed(item, thrown)
    }
    item.track.end()
    this.changed()
  }

  private failed(item: AudioItem, thrown: unknown): void {
    // What fails to fetch media names it, as far as that is short.
    const [code, context] =
      item.kind === 'speech'
        ? (['tts_failed', item.chunk.text] as const)
        : (['media_fetch_failed', ''] as const)
    const error =
      thrown instanceof ParleyError ? thrown : new ParleyError(code, messageOf(thrown), { cause: thrown })
    this.options.listener.failed(error, context)
  }

  private synthesise(item: SpeechItem): Promise<void> {
    const { clock, sampleRate, resolveVoice, listener } = this.options
    return synthesise(item, {
      clock,
      sampleRate,
      resolveVoice,
      stallMs: this.stallMs,
      firstAudio: ({ first, abort }, ms) => {
        if (first && !abort.signal.aborted) listener.ttsLatency(ms)
      },
    })
  }

  private async fetch({ source, track, abort: { signal } }: MediaItem): Promise<void> {
    const { fetchMedia, sampleRate } = this.options
    const audio = await fetchMedia(source, signal, sampleRate)
    const writer = new TrackWriter({ track, sampleRate, trim: false, signal })
    await writer.write(audio.pcm, audio.sampleRate)
    writer.end()
  }
}
