import type { VoiceActivity, VoiceDetector, VoiceListener } from '../voice-activity.js'
import { EnergyDecision } from './energy-decision.js'
import { EnergyGate } from './energy-gate.js'
import { VoiceReport } from './voice-report.js'

class EnergyActivity implements VoiceActivity {
  private readonly gate: EnergyGate
  private readonly decision: EnergyDecision
  private readonly report: VoiceReport
  private written = 0
  private closed = false

  constructor(sampleRate: number, listener: VoiceListener) {
    this.gate = new EnergyGate(sampleRate)
    this.decision = new EnergyDecision(sampleRate)
    this.report = new VoiceReport(listener, sampleRate)
  }

  write(frame: Int16Array): void {
    if (this.closed || frame.length === 0) return
    const start = this.written
    this.written += frame.length
    const { gate, decision } = this
    const noise = gate.noise
    gate.process(frame)
    if (decision.step(gate.power, noise, start, this.written)) {
      this.report.tell(decision.voiced, decision.since, this.written)
    }
  }

  close(): void {
    this.closed = true
  }
}

/**
 * Voice activity by loudness alone: no model, no thread, results within `write`, the same for the same samples. For
 * simulated time and for machines where the neural detector cannot load. It takes any loud sound for a voice.
 */
export function createEnergyDetector(): VoiceDetector {
  return {
    open: (sampleRate, listener) => new EnergyActivity(sampleRate, listener),
    close: async () => {},
  }
}
