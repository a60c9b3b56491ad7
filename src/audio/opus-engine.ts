/** One Opus encoder and decoder pair, mono at 16 kHz, whatever runs it. */
export interface OpusEngine {
  /** 320 samples in; returns the payload's length in `out`, or 0 when the frame could not be coded. */
  encode(frame: Int16Array, out: Uint8Array): number
  /** Returns samples written to `out`, or 0 for a payload that is not Opus. */
  decode(payload: Uint8Array, out: Int16Array): number
  /** Fills `out` with what the lost frame may have sounded like. */
  conceal?(out: Int16Array): number
  close(): void
}

/** How the encoder is set. */
export interface OpusSettings {
  /** bit/s; default 24,000, transparent for wideband speech. */
  readonly bitrate?: number
  /** 0 (fast) to 10 (best); default 2: half the work of 5, hard to tell from it at this bit rate. */
  readonly complexity?: number
  /** Loss that in-band FEC prepares for, in percent; 0 turns FEC off. Default 5. */
  readonly expectedLossPercent?: number
}

export const OPUS_RATE = 16000
/** Samples of the longest packet, 120 ms. */
export const OPUS_LONGEST = 1920
export const OPUS_FRAME = 320
export const OPUS_APPLICATION_VOIP = 2048

/** Resets an encoder or decoder to its state after creation (opus_defines.h). */
export const OPUS_RESET_STATE = 4028

/**
 * The encoder's requests (opus_defines.h) and their values. DTX stays off: every frame is sent anyhow, so that it would
 * only trade the background of a call for comfort noise.
 */
export function encoderRequests(
  settings: OpusSettings,
): readonly (readonly [request: number, value: number])[] {
  const loss = settings.expectedLossPercent ?? 5
  return [
    [4002, settings.bitrate ?? 24_000], // OPUS_SET_BITRATE
    [4010, settings.complexity ?? 2], // OPUS_SET_COMPLEXITY
    [4012, loss > 0 ? 1 : 0], // OPUS_SET_INBAND_FEC
    [4014, loss], // OPUS_SET_PACKET_LOSS_PERC
    [4016, 0], // OPUS_SET_DTX
    [4024, 3001], // OPUS_SET_SIGNAL: OPUS_SIGNAL_VOICE
  ]
}
