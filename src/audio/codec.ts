/** Codecs a leg can carry, under their RTP encoding names (RFC 3551, RFC 7587). */
export type CodecName = 'opus' | 'G722' | 'PCMU' | 'PCMA'

/** One direction pair of a codec, with its state. Frames are 20 ms of mono 16-bit PCM at `sampleRate`. */
export interface Codec {
  readonly name: CodecName
  /** Hz on the PCM side: 8000 for G.711, 16000 for G.722 and Opus. */
  readonly sampleRate: 8000 | 16000
  /** Hz of RTP timestamps: 48000 for Opus, 8000 for the rest, G.722 too (RFC 3551 §4.5.2). */
  readonly clockRate: 8000 | 48000
  /**
   * @param frame 20 ms of PCM
   * @param out receives the payload; 400 bytes always suffice
   * @returns bytes written
   */
  encode(frame: Int16Array, out: Uint8Array): number
  /**
   * @param payload one RTP payload, of any duration up to 120 ms
   * @param out receives the PCM; 1920 samples always suffice
   * @returns samples written; 0 for a payload that cannot be decoded
   */
  decode(payload: Uint8Array, out: Int16Array): number
  /** The decoder's own concealment of one lost 20 ms frame, where it has one (Opus). */
  conceal?(out: Int16Array): number
  close(): void
}
