/** Samples of a 20 ms frame at `sampleRate` Hz. */
export function frameSamples(sampleRate: number): number {
  return sampleRate / 50
}
