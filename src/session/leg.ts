/** Fills the frames that a leg plays. Called by the pacer once every 20 ms: it must not wait, throw or allocate. */
export interface FrameSource {
  /**
   * @param frame 20 ms of mono PCM at the leg's rate, to be filled whole; its old content is undefined
   * @returns false when there is nothing to play: the leg then sends silence
   */
  pull(frame: Int16Array): boolean
}

/** What a leg tells whoever listens to it. Called on the media path. */
export interface LegListener {
  /**
   * Every 20 ms while media flows, from the jitter buffer, at the pacer's tick.
   * @param frame 20 ms of mono PCM at the leg's rate; the buffer is reused, copy to keep
   * @param lost true when the frame is concealment or silence instead of what was sent
   */
  frame(frame: Int16Array, lost: boolean): void
  /**
   * Once per key press: one of `0-9 * # A-D`.
   * @param audible whether the frames carry it as a tone
   */
  digit(digit: string, audible: boolean): void
  /** The media ended by itself; nothing follows. */
  gone(reason: 'rtp-timeout' | 'failed'): void
}

/** PCM rates in Hz at which a leg exchanges frames: 8000 for G.711, 16000 for G.722 and Opus. */
export type LegRate = 8000 | 16000

/** One party's media as a session sees it: frames in, frames out, digits both ways. */
export interface Leg {
  readonly id: string
  readonly sampleRate: LegRate
  /** Starts the exchange; one listener and source at a time. Returns what ends it. */
  attach(listener: LegListener, source: FrameSource): () => void
  /**
   * Sends digits (RFC 4733 events, or tones where the peer takes no events): 100 ms each unless told, with 100 ms between,
   * `w` waits 500 ms, `W` 1,000 ms. Resolves when the last is sent or `signal` aborts.
   */
  sendDigits(digits: string, signal: AbortSignal, pressMs?: number): Promise<void>
}
