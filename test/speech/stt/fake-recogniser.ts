import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'

/** A recogniser's process that the test is. */
export class FakeRecogniser extends EventEmitter {
  readonly orders: unknown[] = []
  pid: number | undefined = 1
  connected = true
  exitCode: number | null = null
  signalCode: NodeJS.Signals | null = null
  isRef = true
  ended = false
  readonly channel = { ref: () => {}, unref: () => {} }

  get child(): ChildProcess {
    return this as unknown as ChildProcess
  }

  ref(): void {
    this.isRef = true
  }

  unref(): void {
    this.isRef = false
  }

  send(order: unknown): void {
    this.orders.push(order)
  }

  kill(signal: NodeJS.Signals): void {
    this.ended = true
    this.die(null, signal)
  }

  tell(message: unknown): void {
    this.emit('message', message)
  }

  /** As a process does: its exit is known before its channel has been read to the end. */
  die(code: number | null, signal: NodeJS.Signals | null = null): void {
    this.exitCode = code
    this.signalCode = signal
    this.emit('exit', code, signal)
    this.connected = false
    this.emit('disconnect')
  }
}
