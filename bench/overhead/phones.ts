import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../src/base/worker.js'
import type { PhonesCommand, PhonesEvent } from './phones-port.js'

/** Packets of one measurement. */
export interface Gaps {
  /** ms between the arrivals of two packets of the same call, in no order. */
  readonly gaps: Float32Array
  readonly packets: number
  /** Packets missing by their sequence numbers. */
  readonly lost: number
  /** By how many ms the phones' thread itself woke later than it wanted to, at each waking: the driver's own error. */
  readonly lateness: Float32Array
}

type Heard = 'sound' | 'silence'

/** All calls' media as the phones hear it. */
export class Phones {
  private readonly waiting = new Map<string, (at: number) => void>()
  private reported: (gaps: Gaps) => void = () => {}

  private constructor(
    private readonly worker: Worker,
    /** Where the phones want their RTP. */
    readonly rtpPort: number,
  ) {
    worker.on('message', (event: PhonesEvent) => this.received(event))
  }

  static async open(): Promise<Phones> {
    const worker = startWorker('./phones-worker', import.meta.url)
    const [opened] = (await once(worker, 'message')) as [PhonesEvent]
    if (opened.type !== 'opened') throw new Error('the phones did not open')
    return new Phones(worker, opened.rtpPort)
  }

  add(call: number, port: number): void {
    this.post({ type: 'add', call, port })
  }

  remove(call: number): void {
    this.post({ type: 'remove', call })
  }

  /**
   * Waits for a call's audio to change, in ms of the benchmark's clock. `sound`: when the first packet with sound came.
   * `silence`: when the last packet with sound had come, known at the first without.
   */
  next(heard: Heard, call: number): Promise<number> {
    return new Promise((resolve) => this.waiting.set(`${heard} ${call}`, resolve))
  }

  measure(): void {
    this.post({ type: 'measure' })
  }

  /** Ends the measurement. */
  report(): Promise<Gaps> {
    return new Promise((resolve) => {
      this.reported = resolve
      this.post({ type: 'report' })
    })
  }

  async close(): Promise<void> {
    const exit = once(this.worker, 'exit')
    this.post({ type: 'close' })
    await exit
  }

  private post(command: PhonesCommand): void {
    this.worker.postMessage(command)
  }

  private received(event: PhonesEvent): void {
    if (event.type === 'gaps') return this.reported(event)
    if (event.type === 'opened') return
    const key = `${event.type} ${event.call}`
    const resolve = this.waiting.get(key)
    this.waiting.delete(key)
    resolve?.(event.at)
  }
}
