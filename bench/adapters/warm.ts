/**
 * What is written so early is not counted, in ms: some packages connect with the first audio, and code that ran a few times
 * is not compiled yet, while a relay runs for days.
 */
export const WARM_MS = 2_000
