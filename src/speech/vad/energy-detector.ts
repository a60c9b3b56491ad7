import type { VoiceActivity, VoiceDetector } from '../voice-activity.js'
import { EnergyGate } from './energy-gate.js'
import { VoiceRun } from './voice-run.js'

const confirmMs = 60
const hangoverMs = 200
/** Sign changes per sample above which a frame is hiss: voice has few, white noise every other sample. */
const hiss = 0.38

/**
 * Voice activity by level alone, synchronous and deterministic: for simulated time, tests, and machines without ONNX.
 * Steady noise and hiss are told from voice; tones and music are not.
 */
export function createEnergyDetector(): VoiceDetector {
  return {
    open(sampleRate, listener): VoiceActivity {
      const gate = new EnergyGate({ holdMs: 0 })
      const run = new VoiceRun(sampleRate, confirmMs, hangoverMs, listener)
      let samples = 0
      let closed = false
      return {
        write(frame) {
          if (closed) return
          const start = samples
          samples += frame.length
          gate.write(frame, (frame.length * 1000) / sampleRate)
          const voiced = gate.loud && (run.active || signChanges(frame) < hiss * frame.length)
          if (voiced) run.voiced(start, samples, samples)
          else run.unvoiced(samples, samples)
        },
        close() {
          closed = true
        },
      }
    },
    async close() {},
  }
}

function signChanges(frame: Int16Array): number {
  let changes = 0
  for (let i = 1; i < frame.length; i++) if (frame[i] >= 0 !== frame[i - 1] >= 0) changes++
  return changes
}
