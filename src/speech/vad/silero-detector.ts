import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { packageRoot } from '../../base/package-root.js'
import { startWorker } from '../../base/worker.js'
import type { VoiceActivity, VoiceDetector, VoiceListener } from '../voice-activity.js'
import { createEnergyDetector } from './energy-detector.js'
import { type FromSilero, type ToSilero, windowSamples } from './silero-messages.js'
import { SileroStream, type WindowSink } from './silero-stream.js'

export const sileroModel = join('models', 'silero-vad', 'silero_vad_v5.onnx')

/** Windows of one sample rate that leave together. */
interface Outgoing {
  streams: number[]
  samples: Float32Array
}

/**
 * The second stage for all legs of a shard: Silero v5 in a worker thread. Windows that come up in the same turn of the
 * event loop (the pacer serves all legs in one) run as one batch.
 */
export class SileroDetector implements VoiceDetector, WindowSink {
  private readonly streams = new Map<number, SileroStream>()
  private readonly outgoing = new Map<number, Outgoing>()
  private resets: number[] = []
  private scheduled = false
  private next = 0
  private worker: Worker | undefined

  private constructor(worker: Worker) {
    this.worker = worker
    worker.on('message', (message: FromSilero) => this.heard(message))
    // Without its thread, legs are judged by level alone.
    worker.on('error', () => this.lost())
    worker.on('exit', () => this.lost())
    worker.unref()
  }

  /**
   * Loads the model; resolves when voices can be told.
   * @throws Error when model or ONNX runtime cannot be loaded
   */
  static async start(model = join(packageRoot(), sileroModel)): Promise<SileroDetector> {
    const worker = startWorker('./silero-worker', import.meta.url, { workerData: model, name: 'silero' })
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve())
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`voice activity ended with code ${code} while loading`)))
    })
    return new SileroDetector(worker)
  }

  open(sampleRate: number, listener: VoiceListener): VoiceActivity {
    if (!this.worker) return createEnergyDetector().open(sampleRate, listener)
    const stream = new SileroStream(++this.next, sampleRate, listener, this)
    this.streams.set(stream.id, stream)
    return stream
  }

  async close(): Promise<void> {
    const { worker } = this
    this.lost()
    worker?.removeAllListeners()
    await worker?.terminate()
  }

  add(stream: SileroStream, samples: Float32Array): void {
    const batch = this.batch(stream.sampleRate)
    const at = batch.streams.length * samples.length
    if (at + samples.length > batch.samples.length) {
      const larger = new Float32Array(batch.samples.length * 2)
      larger.set(batch.samples)
      batch.samples = larger
    }
    batch.samples.set(samples, at)
    batch.streams.push(stream.id)
    this.schedule()
  }

  forget(stream: SileroStream): void {
    this.resets.push(stream.id)
    this.schedule()
  }

  closed(stream: SileroStream): void {
    if (this.streams.delete(stream.id)) this.forget(stream)
  }

  private batch(sampleRate: number): Outgoing {
    const known = this.outgoing.get(sampleRate)
    if (known) return known
    const fresh = { streams: [], samples: new Float32Array(8 * windowSamples(sampleRate)) }
    this.outgoing.set(sampleRate, fresh)
    return fresh
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => this.flush())
  }

  private flush(): void {
    this.scheduled = false
    if (this.resets.length > 0) this.post({ type: 'reset', streams: this.resets })
    this.resets = []
    for (const [sampleRate, { streams, samples }] of this.outgoing) {
      if (streams.length === 0) continue
      const used = samples.slice(0, streams.length * windowSamples(sampleRate))
      const message = {
        type: 'windows' as const,
        sampleRate,
        streams: Int32Array.from(streams),
        samples: used,
      }
      streams.length = 0
      this.worker?.postMessage(message satisfies ToSilero, [used.buffer])
    }
  }

  private post(message: ToSilero): void {
    this.worker?.postMessage(message)
  }

  private heard(message: FromSilero): void {
    if (message.type !== 'voice') return
    for (const [i, id] of message.streams.entries()) this.streams.get(id)?.answer(message.probabilities[i])
  }

  private lost(): void {
    this.worker = undefined
    for (const stream of this.streams.values()) stream.orphan()
    this.streams.clear()
  }
}
