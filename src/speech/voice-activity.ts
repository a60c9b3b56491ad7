/** Voice activity on one leg. Results come by callback, a few ms after the frames they are about. */
export interface VoiceActivity {
  /** @param frame 20 ms of mono PCM at the rate given at opening; copied before this returns */
  write(frame: Int16Array): void
  close(): void
}

/** What voice activity tells. */
export interface VoiceListener {
  /** Probable onset of a voice. `agoMs`: how long before now its first voiced sample came in. */
  voiceStart(agoMs: number): void
  /** The voice has stopped. `agoMs`: how long before now its last voiced sample came in. */
  voiceEnd(agoMs: number): void
}

/** Opens voice activity for one leg; one detector serves all legs of a shard. */
export interface VoiceDetector {
  open(sampleRate: number, listener: VoiceListener): VoiceActivity
  close(): Promise<void>
}
