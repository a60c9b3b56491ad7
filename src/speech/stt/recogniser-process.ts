import { type ChildProcess, fork } from 'node:child_process'
import type { ChildModule } from '../../base/child-module.js'
import { Deferred } from '../../base/deferred.js'
import { ordinaryPriority } from '../../base/priority.js'
import type { FromRecogniser } from './recogniser-entry.js'

/** The side of a stream that the calling process has. */
export interface ProcessListening<Answer> {
  answer(message: Answer): void
  /** Ends it by an error. */
  fail(error: Error): void
  close(): Promise<void>
}

/** What a listening has of its process. */
export interface ProcessLink<Order> {
  /** Number of its stream. */
  readonly id: number
  readonly post: (message: Order) => void
  /** Audio that the worker was sent, of all streams, and has not dealt with, in ms; tells it to some 200 ms. */
  readonly behindMs: () => number
  readonly released: () => void
}

/** Of all orders, audio is counted. */
type AnyOrder = { readonly type: string } | { readonly type: 'audio'; readonly ms: number }

/** Starts the process of a recogniser, whose first message are its settings. */
export function launchRecogniser({ path, execArgv }: ChildModule, settings: object): ChildProcess {
  // In a process group of its own, Ctrl-C in a terminal does not end what live calls still need.
  const child = fork(path, { execArgv, serialization: 'advanced', detached: true, stdio: 'ignore' })
  ordinaryPriority(child.pid)
  send(child, settings)
  return child
}

/**
 * One process with one loaded recogniser, and the listenings it serves. It is no thread, because libraries of recognition
 * end their process over what they did not expect, by `exit`, an assertion or a wrong address: that must cost some callers
 * half a second, not all of them their calls.
 */
export class RecogniserProcess<
  Order extends AnyOrder,
  Answer extends { readonly stream: number },
  Ear extends ProcessListening<Answer>,
> {
  private readonly listenings = new Map<number, Ear>()
  private readonly child: ChildProcess
  /** Settles with what went wrong, where something did. */
  private readonly loaded = new Deferred<Error | undefined>()
  private next = 0
  private sentMs = 0
  private doneMs = 0
  private ended = false
  private cause = ''

  /**
   * @param name of the engine, for messages
   * @param launch starts the worker; messages wait in its channel until the model is loaded
   * @param died the process ended by itself; its listenings are told next
   * @throws Error when the system has no room for another process
   */
  constructor(
    private readonly name: string,
    launch: () => ChildProcess,
    private readonly died: () => void,
  ) {
    const child = launch()
    this.child = child
    release(child)
    child.on('message', (message: FromRecogniser<Answer>) => {
      if ('stream' in message) this.listenings.get(message.stream)?.answer(message)
      else if (message.type === 'ready') this.loaded.resolve(undefined)
      else if (message.type === 'done') this.doneMs += message.ms
      else if (message.type === 'broken') this.cause = message.message
    })
    child.on('error', (error) => {
      this.cause ||= error.message
      // Without a process there is no `exit`.
      if (child.pid === undefined) this.lost()
    })
    child.on('exit', (code, killed) => {
      // What it told before may still be on its way.
      const over = () => {
        this.cause ||= killed ?? `code ${code}`
        this.lost()
      }
      if (child.connected) child.once('disconnect', over)
      else over()
    })
  }

  /** Whether it has ended, by itself. */
  get gone(): boolean {
    return this.ended
  }

  /** Listenings it serves. */
  get load(): number {
    return this.listenings.size
  }

  /** Those of its listenings of which something holds. */
  count(holds: (listening: Ear) => boolean): number {
    return [...this.listenings.values()].filter(holds).length
  }

  /** Resolves when the model is loaded. @throws Error when the process ends first */
  async ready(): Promise<void> {
    keep(this.child)
    const error = await this.loaded.promise
    release(this.child)
    if (error) throw error
  }

  /** One that is gone fails the listening as soon as whoever opens it can hear of it. */
  open(make: (link: ProcessLink<Order>) => Ear): Ear {
    const id = ++this.next
    const listening = make({
      id,
      post: (message) => {
        if ('ms' in message) this.sentMs += message.ms
        send(this.child, message)
      },
      behindMs: () => this.sentMs - this.doneMs,
      released: () => this.listenings.delete(id),
    })
    this.listenings.set(id, listening)
    if (this.ended) queueMicrotask(() => listening.fail(this.failure()))
    return listening
  }

  async close(): Promise<void> {
    for (const listening of [...this.listenings.values()]) await listening.close()
    const { child } = this
    child.removeAllListeners()
    child.on('error', () => {})
    this.loaded.resolve(new Error(`${this.name} is closed`))
    if (this.ended || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.ref()
    child.kill('SIGKILL')
    await gone
  }

  private lost(): void {
    if (this.ended) return
    this.ended = true
    this.loaded.resolve(new Error(`${this.name} ended while it loaded its model: ${this.cause}`))
    this.died()
    for (const listening of [...this.listenings.values()]) listening.fail(this.failure())
  }

  private failure(): Error {
    return new Error(`${this.name} stopped: ${this.cause}`)
  }
}

/** One that is gone tells so by its `exit`. */
function send(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => {})
}

function keep(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

/** By itself it keeps nobody alive. */
function release(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
}
