import { messageOf } from '../../base/errors.js'
import type { VoiceDetector } from '../voice-activity.js'
import { createEnergyDetector } from './energy-detector.js'
import { SileroDetector } from './silero-detector.js'

/** The best voice activity that this machine has, and a line for the start banner. */
export async function startDetector(): Promise<{ detector: VoiceDetector; line: string }> {
  try {
    return { detector: await SileroDetector.start(), line: 'Voice activity: energy gate, then Silero v5' }
  } catch (thrown) {
    const why = messageOf(thrown).split('\n')[0]
    return {
      detector: createEnergyDetector(),
      line: `Voice activity: level only, tones count as voice (Silero cannot start: ${why})`,
    }
  }
}
