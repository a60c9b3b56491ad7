import { type Clock, systemClock } from '../../base/clock.js'
import type { VoiceDetector, VoiceListener } from '../voice-activity.js'
import type { SampleRing } from './sample-ring.js'
import { SileroActivity, type WindowTaker } from './silero-activity.js'
import { type LaunchSilero, SileroThread } from './silero-thread.js'
import { WindowQueue, type WindowSource } from './window-queue.js'

/** Windows of 32 ms waiting for the model, of all calls; beyond it calls go by energy. */
const MOST_WAITING = 256

export interface SileroOptions {
  /** Told, in a sentence, when calls have to do without the model for a while. */
  readonly onWarning?: (message: string) => void
  /** How long an idle thread waits for the windows of other calls, in ms. Default 3. */
  readonly gatherMs?: number
  readonly clock?: Clock
  /** How the thread is started; for tests. */
  readonly launch?: LaunchSilero
}

class SileroDetector implements VoiceDetector, WindowTaker {
  private readonly queue: WindowQueue
  private readonly thread: SileroThread
  private readonly freeStreams: number[] = []
  private streams = 0
  private saidLagging = false
  private readonly warn: (message: string) => void

  constructor({ onWarning, gatherMs = 3, clock = systemClock, launch }: SileroOptions) {
    this.warn = onWarning ?? (() => {})
    this.queue = new WindowQueue(MOST_WAITING, gatherMs, clock, (page) => this.thread.post(page))
    const listener = {
      answered: () => this.queue.answered(),
      died: (reason: string) => {
        this.queue.reset()
        this.warn(`Voice activity goes by loudness until the Silero thread is back: ${reason}`)
      },
    }
    this.thread = new SileroThread({ batches: this.queue.memory }, listener, clock, launch)
  }

  get ready(): boolean {
    return this.thread.ready
  }

  start(): Promise<void> {
    return this.thread.start()
  }

  open(sampleRate: number, listener: VoiceListener): SileroActivity {
    return new SileroActivity(this.freeStreams.pop() ?? this.streams++, sampleRate, listener, this)
  }

  add(source: WindowSource, ring: SampleRing, start: number, stretch: number, first: boolean): boolean {
    return this.queue.add(source, ring, start, stretch, first)
  }

  lagging(): void {
    if (this.saidLagging) return
    this.saidLagging = true
    this.warn('Silero cannot keep up with the calls; some go by loudness for a while (said once)')
  }

  closed(source: WindowSource): void {
    this.freeStreams.push(source.stream)
  }

  close(): Promise<void> {
    return this.thread.close()
  }
}

/**
 * Opens voice activity by energy gate and Silero version 5, with the model in one thread for all calls.
 * @throws Error when the model or its runtime cannot be loaded; `createVoiceDetector` falls back to energy then
 */
export async function createSileroDetector(options: SileroOptions = {}): Promise<VoiceDetector> {
  const detector = new SileroDetector(options)
  await detector.start()
  return detector
}
