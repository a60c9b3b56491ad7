import type { CodecName } from '../audio/index.js'

/** Bytes that the payload of a 20 ms frame may have to go around the decoder: 256 kbit/s. */
export const mostPayloadBytes = 640

/**
 * A way for audio around decoder and encoder: from a leg to another of the same codec. Asked at every tick, so that it
 * may open and close from one frame to the next. Called on the media path.
 */
export interface PayloadPort {
  /** The codec whose payloads are wanted in place of frames, if any are. */
  readonly wanted: CodecName | undefined
  /** 20 ms of the party's sound. @param bytes 0 when nothing came */
  take(payload: Uint8Array, bytes: number): void
  /**
   * Fills `payload` with 20 ms for the party.
   * @returns bytes; 0 when they are missing, -1 when the frame source has what is to be heard
   */
  give(payload: Uint8Array, codec: CodecName): number
  /** What the leg can give or take has changed. */
  changed(): void
}
