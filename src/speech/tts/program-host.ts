import { type ChildProcess, fork } from 'node:child_process'
import { childModule } from '../../base/child-module.js'
import type { ErrorCode } from '../../base/error-table.js'
import { ParleyError } from '../../base/errors.js'
import { ordinaryPriority } from '../../base/priority.js'
import type { ProgramJob, ProgramOutput } from './execute-program.js'

/** What the host is told. */
export type ToHost = { readonly id: number; readonly job: ProgramJob } | { readonly abort: number }

/** What it tells of each job, once. */
export type FromHost =
  | { readonly id: number; readonly output: ProgramOutput }
  | { readonly id: number; readonly failed: { readonly code: ErrorCode; readonly message: string } }

interface Pending {
  resolve(output: ProgramOutput): void
  reject(reason: unknown): void
  readonly signal: AbortSignal
  readonly child: ChildProcess
}

/**
 * Runs programs from a small process of its own. To start a program, a process is copied, and stands still meanwhile:
 * with some 500 MB in memory for 60 ms, during which no call would get audio; the small one for 2 ms, which nobody hears.
 */
export class ProgramHost {
  private child: ChildProcess | undefined
  private readonly pending = new Map<number, Pending>()
  private lastId = 0
  private idle: NodeJS.Timeout | undefined

  /** @param idleMs time without work after which the process ends, until there is more */
  constructor(private readonly idleMs = 600_000) {}

  /** As `executeProgram`. Settles when the program is gone. */
  run(job: ProgramJob, signal: AbortSignal): Promise<ProgramOutput> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const id = ++this.lastId
    const child = this.started()
    return new Promise<ProgramOutput>((resolve, reject) => {
      const abort = () => this.send(child, { abort: id })
      const settle = () => {
        signal.removeEventListener('abort', abort)
        this.pending.delete(id)
        this.rest()
      }
      this.pending.set(id, {
        signal,
        child,
        resolve: (output) => {
          settle()
          resolve(output)
        },
        reject: (reason) => {
          settle()
          reject(reason)
        },
      })
      signal.addEventListener('abort', abort, { once: true })
      this.send(child, { id, job })
    })
  }

  /** Ends the process, and with it what it still runs. */
  async close(): Promise<void> {
    clearTimeout(this.idle)
    const { child } = this
    this.child = undefined
    if (!child?.connected) return
    child.ref()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    await gone
  }

  private started(): ChildProcess {
    clearTimeout(this.idle)
    const child = this.child ?? this.start()
    child.ref()
    child.channel?.ref()
    this.child = child
    return child
  }

  private start(): ChildProcess {
    const { path, execArgv } = childModule('./program-host-process', import.meta.url)
    // In a process group of its own, Ctrl-C in a terminal does not end what live calls still need.
    const child = fork(path, { execArgv, serialization: 'advanced', detached: true, stdio: 'ignore' })
    ordinaryPriority(child.pid)
    const lost = (why: string) => {
      if (this.child === child) this.child = undefined
      const error = new ParleyError('tts_failed', `The process that runs speech programs ended: ${why}`)
      for (const pending of [...this.pending.values()]) {
        const { signal } = pending
        if (pending.child === child) pending.reject(signal.aborted ? signal.reason : error)
      }
    }
    child.on('message', (message: FromHost) => this.receive(message))
    child.on('error', (error) => lost(error.message))
    child.on('exit', (code, killed) => lost(killed ?? `code ${code}`))
    return child
  }

  private receive(message: FromHost): void {
    const pending = this.pending.get(message.id)
    if (!pending) return
    if ('output' in message) pending.resolve(message.output)
    else if (pending.signal.aborted) pending.reject(pending.signal.reason)
    else pending.reject(new ParleyError(message.failed.code, message.failed.message))
  }

  /** Without work it keeps nobody alive, and at last ends. */
  private rest(): void {
    if (this.pending.size > 0 || !this.child) return
    this.child.unref()
    this.child.channel?.unref()
    this.idle = setTimeout(() => this.close(), this.idleMs)
    this.idle.unref()
  }

  /** A process that is gone tells so by its `exit`. */
  private send(child: ChildProcess, message: ToHost): void {
    if (child.connected) child.send(message, () => {})
  }
}
