/** A file that audio is written to as it comes. Neither `write` nor anything else here waits for the disk. */
export interface AudioFile {
  /** Rejects when the file cannot be created. */
  readonly opened: Promise<void>
  /** Appends a frame, copied: `left`, and `right` in files of two channels. */
  write(left: Int16Array, right?: Int16Array): void
  /**
   * Resolves with the size in bytes when everything is in the file.
   * @param keep samples to leave in the file, when not all
   */
  close(keep?: number): Promise<number>
}

export interface AudioFileOptions {
  /** Hz */
  readonly sampleRate: 8000 | 16000
  readonly channels: 1 | 2
  /** Told once, when the file cannot be written any more; later audio is ignored. */
  readonly onError: (message: string) => void
}
