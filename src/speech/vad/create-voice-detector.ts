import type { VoiceDetector } from '../voice-activity.js'
import type { SileroOptions } from './silero-detector.js'
import { startDetector } from './start-detector.js'

/** The best voice activity this machine can run: Silero, or energy alone where it cannot load, with a warning. */
export async function createVoiceDetector(options: SileroOptions = {}): Promise<VoiceDetector> {
  const { detector, neural, line } = await startDetector(options)
  if (!neural) options.onWarning?.(line)
  return detector
}
