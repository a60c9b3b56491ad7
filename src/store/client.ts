import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { messageOf, ParleyError } from '../base/errors.js'
import { startWorker } from '../base/worker.js'
import type { StoreQueries, StoreReply, StoreRequest, StoreWorkerData } from './port.js'
import type { StoreWrite } from './writes.js'

interface Waiting {
  resolve(value: never): void
  reject(error: Error): void
}

/** What the thread reports of its writes. */
export interface WriteListener {
  /** `failed` of `count` changes were lost, for the reason given. */
  written(count: number, failed: number, message: string | undefined): void
  /** The thread died; nothing more will be written. */
  died(error: Error): void
}

/** The main thread's end of the store's thread. */
export class StoreClient {
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private death: ParleyError | undefined

  private constructor(
    private readonly worker: Worker,
    private readonly listener: WriteListener,
    private readonly file: string,
  ) {
    worker.on('message', (reply: StoreReply) => this.receive(reply))
    worker.on('error', (error) => this.die(messageOf(error)))
    worker.on('exit', () => this.die('the store is closed'))
  }

  /** @throws ParleyError `store_failed` when the database cannot be opened, naming the file */
  static async start(data: StoreWorkerData, listener: WriteListener): Promise<StoreClient> {
    const worker = startWorker('./worker', import.meta.url, { workerData: data })
    const failure = (reason: string): ParleyError =>
      new ParleyError('store_failed', `${data.file} cannot be opened: ${reason}.`)
    const [reply] = (await once(worker, 'message').catch((error) => {
      throw failure(messageOf(error))
    })) as [StoreReply]
    if (reply.type === 'openFailed') throw failure(reply.message)
    return new StoreClient(worker, listener, data.file)
  }

  /** Hands a batch over. Answered by `WriteListener.written`, in order. */
  write(writes: readonly StoreWrite[]): void {
    this.post({ type: 'writes', writes })
  }

  /** Runs after all batches handed over before it. @throws ParleyError */
  query<Name extends keyof StoreQueries>(
    name: Name,
    argument: Parameters<StoreQueries[Name]>[0],
  ): Promise<ReturnType<StoreQueries[Name]>> {
    if (this.death) return Promise.reject(this.death)
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.post({ type: 'query', id, name, argument })
    })
  }

  /** Lets the thread finish what it has, close the database and end. */
  async close(): Promise<void> {
    if (this.death) return
    const exited = once(this.worker, 'exit')
    this.post({ type: 'close' })
    await exited
  }

  private post(request: StoreRequest): void {
    this.worker.postMessage(request)
  }

  private receive(reply: StoreReply): void {
    if (reply.type === 'written') this.listener.written(reply.count, reply.failed, reply.message)
    if (reply.type !== 'result' && reply.type !== 'queryFailed') return
    const waiting = this.waiting.get(reply.id)
    this.waiting.delete(reply.id)
    if (reply.type === 'result') waiting?.resolve(reply.value as never)
    else waiting?.reject(new ParleyError(reply.code, reply.message))
  }

  private die(reason: string): void {
    if (this.death) return
    this.death = new ParleyError('store_failed', `${this.file}: ${reason}.`)
    for (const { reject } of this.waiting.values()) reject(this.death)
    this.waiting.clear()
    this.listener.died(this.death)
  }
}
