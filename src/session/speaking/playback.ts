import type { Clock } from '../../base/clock.js'
import type { ParleyError } from '../../base/errors.js'
import type { FrameSource, LegRate } from '../leg.js'
import { Chunker } from './chunker.js'
import { type AudioItem, MediaItem, SpeechItem } from './items.js'
import { defaultSpeakerLimits } from './limits.js'
import { Loader } from './loader.js'
import { Player } from './player.js'
import { PlayoutQueue } from './playout-queue.js'
import { Prefetch } from './prefetch.js'
import type { FetchMedia } from './speaker-options.js'
import type { ResolvedVoice } from './synthesis.js'

/** What is played: a text by a voice, or media from a URL. */
export type PlaybackContent =
  | { readonly text: string; readonly voice: ResolvedVoice }
  | { readonly source: string }

/** Told while a frame is pulled. */
export interface PlaybackListener {
  /** The first sample is in the frame being pulled. */
  began(): void
  /** All of it has been played, as often as asked. */
  ended(): void
  /** Nothing follows after what could be played. */
  failed(error: ParleyError): void
}

export interface PlaybackOptions {
  readonly clock: Clock
  /** Hz of the frames pulled. */
  readonly sampleRate: LegRate
  readonly fetchMedia: FetchMedia
  /** Times it is played; 0 is endless. */
  readonly loop: number
  readonly listener: PlaybackListener
}

/** Texts up to this long are not begun with a mere clause: they are synthesised soon enough. In UTF-16 units. */
const shortText = 60
const rules = { interruptible: 'none', preemptible: false } as const

/**
 * Speech or media that is whole from the start, played once or over and over. A long text is cut like an app's tokens, so
 * that its first clause is heard early and the next chunk is synthesised while one plays.
 */
export class Playback implements FrameSource {
  private readonly queue = new PlayoutQueue()
  private readonly player: Player
  private readonly prefetch: Prefetch
  /** Played already, and to be played again. */
  private played: AudioItem[] = []
  private passes = 0
  private begun = false
  private over = false
  private failure: ParleyError | undefined

  constructor(
    content: PlaybackContent,
    private readonly options: PlaybackOptions,
  ) {
    const { clock, sampleRate, fetchMedia, listener } = options
    const { fadeMs, rebufferMs, parallel, lookAheadMs, engineStallMs } = defaultSpeakerLimits
    const { queue } = this
    for (const item of itemsOf(content)) queue.push(item)
    this.player = new Player({
      queue,
      sampleRate,
      fadeMs,
      rebufferMs,
      listener: {
        began: () => {
          if (this.begun) return
          this.begun = true
          listener.began()
        },
        ended: (item) => this.itemEnded(item),
        pulled: () => {},
      },
    })
    this.player.running = true
    const loader = new Loader(
      {
        clock,
        sampleRate,
        fetchMedia,
        resolveVoice: () => ('voice' in content ? content.voice : neverAsked()),
        listener: {
          failed: (error) => {
            this.failure ??= error
          },
          ttsLatency: () => {},
        },
      },
      engineStallMs,
      () => {},
    )
    this.prefetch = new Prefetch({
      queue,
      parallel,
      lookAhead: (lookAheadMs * sampleRate) / 1000,
      load: (item) => loader.load(item),
    })
  }

  /** Begins to load. */
  prepare(): void {
    this.prefetch.pump()
  }

  /** @see FrameSource */
  pull(frame: Int16Array): boolean {
    const playing = this.player.pull(frame)
    if (!this.over && this.queue.length === 0) this.finish()
    return playing
  }

  /** Stops loading and playing; what was audible fades out in the next frame pulled. Nothing is told any more. */
  stop(): void {
    this.over = true
    this.player.release()
    this.queue.purge(() => true)
  }

  private itemEnded(item: AudioItem): void {
    if (item.state === 'failed') {
      this.queue.purge(() => true)
      return
    }
    const { loop } = this.options
    if (loop !== 1) this.played.push(item)
    if (this.queue.length > 0) this.prefetch.pump()
    else if (++this.passes !== loop && this.played.some(({ track }) => track.length > 0)) this.repeat()
  }

  private repeat(): void {
    for (const item of this.played) {
      item.position = 0
      this.queue.push(item)
    }
    this.played = []
  }

  private finish(): void {
    this.over = true
    if (this.failure) this.options.listener.failed(this.failure)
    else this.options.listener.ended()
  }
}

function itemsOf(content: PlaybackContent): AudioItem[] {
  if ('source' in content) return [new MediaItem(content.source, 0, rules)]
  const { text, voice } = content
  return chunksOf(text, voice.language).map(
    (chunk, i) => new SpeechItem({ text: chunk, language: voice.language, ...rules }, 0, i === 0),
  )
}

/** A chunker that sees the whole text goes by sentences: word by word, as from an app, it looks for a clause first. */
function chunksOf(text: string, language: string): string[] {
  const chunker = new Chunker(language)
  const chunks: string[] = []
  let at = 0
  while (text.length > shortText && at < text.length && chunks.length === 0) {
    const space = text.indexOf(' ', at + 1)
    const end = space < 0 ? text.length : space
    chunks.push(...chunker.push(text.slice(at, end)))
    at = end
  }
  return [...chunks, ...chunker.push(text.slice(at), true)]
}

function neverAsked(): never {
  throw new Error('media has no voice')
}
