import { messageOf } from '../../base/errors.js'
import type { VoiceDetector } from '../voice-activity.js'
import { createEnergyDetector } from './energy-detector.js'
import { createSileroDetector, type SileroOptions } from './silero-detector.js'

/** The best voice activity that this machine has, and a line for the start banner. */
export async function startDetector(
  options: SileroOptions = {},
): Promise<{ detector: VoiceDetector; neural: boolean; line: string }> {
  try {
    const detector = await createSileroDetector(options)
    return { detector, neural: true, line: 'Voice activity: energy gate, then Silero v5' }
  } catch (thrown) {
    const why = messageOf(thrown).split('\n')[0]
    return {
      detector: createEnergyDetector(),
      neural: false,
      line: `Voice activity: level only, tones count as voice (Silero cannot start: ${why})`,
    }
  }
}
