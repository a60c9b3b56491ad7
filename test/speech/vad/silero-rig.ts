import type { Worker } from 'node:worker_threads'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createSileroDetector, type SileroOptions } from '../../../src/speech/vad/silero-detector.js'
import { launchSilero } from '../../../src/speech/vad/silero-thread.js'
import type { VoiceDetector } from '../../../src/speech/voice-activity.js'
import { frames } from './sounds.js'

/** What is told of one call, with positions in ms of its audio. */
export interface Told {
  readonly what: 'start' | 'end'
  /** When the call-back came. */
  readonly now: number
  /** What it spoke of. */
  readonly at: number
}

/** The real model in its real thread, in simulated time: every window is answered before time goes on. */
export class SileroRig {
  readonly clock = new SimulatedClock()
  readonly warnings: string[] = []
  detector!: VoiceDetector
  worker!: Worker
  launches = 0
  posted = 0
  private answers = 0

  async start(options: SileroOptions = {}): Promise<this> {
    this.detector = await createSileroDetector({
      clock: this.clock,
      onWarning: (message) => this.warnings.push(message),
      launch: (data) => this.launch(launchSilero(data)),
      ...options,
    })
    return this
  }

  /** Writes the sounds of several calls side by side, a frame of each every 20 ms. */
  async hear(sounds: readonly Int16Array[], sampleRate: number): Promise<Told[][]> {
    const told: Told[][] = sounds.map(() => [])
    let now = 0
    const calls = sounds.map((pcm, i) => ({
      frames: frames(pcm, sampleRate),
      activity: this.detector.open(sampleRate, {
        voiceStart: (agoMs) => told[i]!.push({ what: 'start', now, at: now - agoMs }),
        voiceEnd: (agoMs) => told[i]!.push({ what: 'end', now, at: now - agoMs }),
      }),
    }))
    for (let going = true; going; ) {
      now += 20
      going = false
      for (const call of calls) {
        const frame = call.frames.next()
        if (frame.done) continue
        going = true
        call.activity.write(frame.value)
      }
      this.clock.advance(20)
      await this.settle()
    }
    for (const call of calls) call.activity.close()
    return told
  }

  /** Resolves when everything asked has been answered. */
  async settle(): Promise<void> {
    while (this.posted > this.answers) await new Promise((resolve) => setImmediate(resolve))
  }

  private launch(worker: Worker): Worker {
    this.launches++
    this.worker = worker
    this.posted = 0
    this.answers = 0
    const post = worker.postMessage.bind(worker)
    worker.postMessage = (message: unknown) => {
      this.posted++
      post(message)
    }
    // Counted behind the detector's own listener, which is added after this one.
    worker.on('message', (message) => {
      if (typeof message === 'number') setImmediate(() => this.answers++)
    })
    return worker
  }
}
