import { type ChildProcess, fork } from 'node:child_process'
import { childModule } from '../../../base/child-module.js'
import { ordinaryPriority } from '../../../base/priority.js'
import type { SpokenPiece } from '../spoken-piece.js'
import type { FromVoice, ToVoice, VoiceSettings } from './messages.js'

/** Starts a voice's process; tests pass their own to get hold of it. */
export type LaunchVoice = (settings: VoiceSettings) => ChildProcess

export const launchVoice: LaunchVoice = (settings) => {
  const { path, execArgv } = childModule('./voice-entry', import.meta.url)
  // In a process group of its own, Ctrl-C in a terminal does not end what live calls still need.
  const child = fork(path, [JSON.stringify(settings)], {
    execArgv,
    serialization: 'advanced',
    detached: true,
    stdio: 'ignore',
  })
  ordinaryPriority(child.pid)
  return child
}

interface Job {
  readonly request: ToVoice
  resolve(piece: SpokenPiece): void
  reject(reason: unknown): void
}

/**
 * One process with one loaded voice. Pieces are spoken in the order they are asked for, one at a time. It is no thread,
 * because sherpa-onnx ends its process over a text that it cannot cope with: that piece fails then, and the next one has a
 * new process.
 */
export class VoiceProcess {
  private child: ChildProcess | undefined
  private readonly waiting: Job[] = []
  private running: Job | undefined
  private next = 0
  private closed = false

  constructor(
    private readonly settings: VoiceSettings,
    private readonly launch: LaunchVoice,
  ) {}

  /** Resolves when the voice is loaded. @throws Error when the process ends first */
  ready(): Promise<void> {
    const child = this.started()
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        child.off('message', loaded)
        child.off('exit', ended)
        child.off('error', ended)
        if (!this.running) this.release(child)
        then()
      }
      const loaded = ({ type }: FromVoice) => type === 'ready' && settle(resolve)
      const ended = () => settle(() => reject(new Error('sherpa-onnx ended while it loaded its voice')))
      child.on('message', loaded)
      child.on('exit', ended)
      child.on('error', ended)
    })
  }

  /** Speaks a piece of text. Aborting rejects at once; a piece that is being spoken is not waited for. */
  speak(piece: Omit<ToVoice, 'id'>, signal: AbortSignal): Promise<SpokenPiece> {
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise<SpokenPiece>((resolve, reject) => {
      const abort = () => {
        const at = this.waiting.indexOf(job)
        if (at >= 0) this.waiting.splice(at, 1)
        reject(signal.reason)
      }
      const settled = () => signal.removeEventListener('abort', abort)
      const job: Job = {
        request: { ...piece, id: ++this.next },
        resolve: (spoken) => {
          settled()
          resolve(spoken)
        },
        reject: (reason) => {
          settled()
          reject(reason)
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      this.waiting.push(job)
      this.begin()
    })
  }

  /** Ends the process, and what it still speaks. */
  async close(): Promise<void> {
    this.closed = true
    const reason = new Error('sherpa-onnx is closed')
    for (const job of [this.running, ...this.waiting.splice(0)]) job?.reject(reason)
    this.running = undefined
    const { child } = this
    if (!child) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  private begin(): void {
    if (this.running || this.closed) return
    this.running = this.waiting.shift()
    if (!this.running) return
    const child = this.started()
    child.ref()
    child.channel?.ref()
    // A process that is gone tells so by its `exit`.
    if (child.connected) child.send(this.running.request, () => {})
  }

  private started(): ChildProcess {
    if (this.child) return this.child
    const child = this.launch(this.settings)
    this.child = child
    let cause = ''
    const lost = () => {
      if (this.child !== child) return
      this.child = undefined
      const failed = this.running
      this.running = undefined
      failed?.reject(new Error(`sherpa-onnx stopped: ${cause}`))
      this.begin()
    }
    child.on('message', (message: FromVoice) => this.answer(child, message))
    child.on('error', (error) => {
      cause = error.message
      // Without a process there is no `exit`.
      if (child.pid === undefined) lost()
    })
    child.on('exit', (code, killed) => {
      cause ||= killed ?? `code ${code}`
      lost()
    })
    return child
  }

  private answer(child: ChildProcess, message: FromVoice): void {
    const job = this.running
    if (message.type === 'ready' || message.id !== job?.request.id) return
    this.running = undefined
    if (message.type === 'spoken') job.resolve({ pcm: message.pcm, sampleRate: message.sampleRate })
    else job.reject(new Error(`sherpa-onnx: ${message.message}`))
    if (this.waiting.length === 0) this.release(child)
    this.begin()
  }

  /** Without work it keeps nobody alive. */
  private release(child: ChildProcess): void {
    child.unref()
    child.channel?.unref()
  }
}
