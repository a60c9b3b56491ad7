import { mixInto } from '../../audio/index.js'
import { messageOf } from '../../base/errors.js'
import type { StreamEnd, StreamWish } from '../activity.js'
import { MediaStream, type MediaStreamTools } from './media-stream.js'

export interface LegStreamsListener {
  streaming(id: string): void
  streamed(id: string, end: StreamEnd, detail: string): void
  warn(text: string): void
}

interface Entry {
  readonly stream: MediaStream
  /** What the app is heard with in this tick, when it is. */
  readonly frame: Int16Array
  sounds: boolean
}

/** The media streams of a leg. What their apps send is heard beside whatever else the leg is part of. */
export class LegStreams {
  private readonly entries = new Map<string, Entry>()
  private readonly mixed: Int16Array

  constructor(
    private readonly tools: MediaStreamTools,
    private readonly listener: LegStreamsListener,
  ) {
    this.mixed = new Int16Array(tools.leg.sampleRate / 50)
  }

  /** Dials the app. An id that is taken already is refused. */
  start(id: string, wish: StreamWish): void {
    if (this.entries.has(id)) return this.listener.streamed(id, 'connect-failed', 'a stream has this id')
    try {
      const stream = this.open(id, wish)
      this.entries.set(id, { stream, frame: new Int16Array(this.mixed.length), sounds: false })
    } catch (thrown) {
      this.listener.streamed(id, 'connect-failed', messageOf(thrown))
    }
  }

  stop(id: string): void {
    this.entries.get(id)?.stream.stop('stopped')
  }

  /** The leg closes. */
  close(): void {
    for (const { stream } of [...this.entries.values()]) stream.stop('leg-closed')
  }

  digit(digit: string): void {
    for (const { stream } of this.entries.values()) stream.digit(digit)
  }

  /** Begins a tick, before `said` and `heard`. @param audible whether anything may be heard yet */
  tick(audible: boolean): void {
    for (const entry of this.entries.values()) {
      entry.sounds = audible && (entry.stream.source?.pull(entry.frame) ?? false)
    }
  }

  /** What others hear of the party, with the apps that speak to them. @returns `frame` itself when there are none */
  said(frame: Int16Array): Int16Array {
    let mixed = frame
    for (const { stream, frame: sound, sounds } of this.entries.values()) {
      if (!sounds || stream.source?.target === 'self') continue
      if (mixed === frame) {
        mixed = this.mixed
        mixed.set(frame)
      }
      mixInto(mixed, sound)
    }
    return mixed
  }

  /**
   * Adds the apps that speak to the party.
   * @param playing whether `frame` holds anything yet
   * @param alone whether there is no other party: all apps speak to this one then
   */
  heard(frame: Int16Array, playing: boolean, alone: boolean): boolean {
    let sounding = playing
    for (const { stream, frame: sound, sounds } of this.entries.values()) {
      if (!sounds || (stream.source?.target === 'opposite' && !alone)) continue
      if (sounding) mixInto(frame, sound)
      else frame.set(sound)
      sounding = true
    }
    return sounding
  }

  private open(id: string, wish: StreamWish): MediaStream {
    return new MediaStream(id, wish, this.tools, {
      streaming: () => this.listener.streaming(id),
      streamed: (end, detail) => {
        this.entries.delete(id)
        this.listener.streamed(id, end, detail)
      },
      warn: (text) => this.listener.warn(`stream ${id}: ${text}`),
    })
  }
}
