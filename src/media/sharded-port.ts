import type { Worker } from 'node:worker_threads'
import { startWorker } from '../base/worker.js'
import { ConferenceHomes } from './joining/conference-homes.js'
import type { LinkMember } from './joining/conferences.js'
import { bridgeLinks, type LinkLeg } from './joining/joins.js'
import { createLinkParts } from './joining/link.js'
import type { MediaPlaneOptions } from './options.js'
import type { MediaCommand, MediaEvent, MediaPort } from './port.js'

/** One worker thread and what it carries. */
interface Shard {
  readonly worker: Worker
  readonly legs: Set<string>
}

/** What a shard says beside `MediaEvent`s. */
type ShardMessage =
  | MediaEvent
  | { readonly type: 'started'; readonly speech: readonly string[] }
  | { readonly type: 'closed' }

/**
 * The media plane in worker threads: a leg and its sessions live in one of them, the least loaded at its opening, or that
 * of the leg it is to be near. Legs in different threads are joined by links between these.
 */
export class ShardedMediaPort implements MediaPort {
  onEvent: (event: MediaEvent) => void = () => {}
  speech: readonly string[] = []
  private readonly shards: Shard[] = []
  private readonly legShards = new Map<string, Shard>()
  private readonly sessionShards = new Map<string, Shard>()
  private readonly homes = new ConferenceHomes<Shard>()
  private closing = false
  /** Shards that take the place of lost ones, while they load. */
  private readonly replacing = new Set<Promise<void>>()

  private constructor() {}

  static async start(options: MediaPlaneOptions, count: number): Promise<ShardedMediaPort> {
    const port = new ShardedMediaPort()
    const starting = Array.from({ length: count }, (_, index) => {
      const rtpPorts = portShare(options.rtpPorts, index, count)
      return port.startShard({ ...options, rtpPorts })
    })
    await Promise.all(starting)
    return port
  }

  send(command: MediaCommand): void {
    if (command.type === 'bridge') return this.bridge(command)
    if (command.type === 'join-conference') return this.joinConference(command)
    const transfer = command.type === 'open-leg' && command.peer ? [command.peer.packets] : []
    this.shardOf(command)?.worker.postMessage(command, transfer)
  }

  async close(): Promise<void> {
    this.closing = true
    await Promise.all(this.replacing)
    await Promise.all(
      this.shards.map(({ worker }) => {
        const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
        worker.postMessage({ type: 'close' })
        return gone
      }),
    )
  }

  private shardOf(command: MediaCommand): Shard | undefined {
    if (command.type === 'open-leg') {
      const near = command.near === undefined ? undefined : this.legShards.get(command.near)
      const shard = near ?? this.leastLoaded()
      shard?.legs.add(command.leg)
      if (shard) this.legShards.set(command.leg, shard)
      else
        queueMicrotask(() =>
          this.onEvent({ type: 'leg-failed', leg: command.leg, detail: 'no media shard is running' }),
        )
      return shard
    }
    if (command.type === 'set-conference') return this.homes.of(command.leg)
    if (command.type === 'unbridge') this.homes.leave(command.leg)
    if (command.type === 'start-session') {
      this.homes.leave(command.leg)
      const shard = this.legShards.get(command.leg)
      if (shard) this.sessionShards.set(command.session, shard)
      return shard
    }
    return 'leg' in command ? this.legShards.get(command.leg) : this.sessionShards.get(command.session)
  }

  private bridge(command: Extract<MediaCommand, { type: 'bridge' }>): void {
    const shard = this.legShards.get(command.leg)
    const other = this.legShards.get(command.other)
    if (!shard || !other) return
    this.homes.leave(command.leg)
    this.homes.leave(command.other)
    if (shard === other) return shard.worker.postMessage(command)
    const [here, there] = bridgeLinks(command)
    sendLink(shard, here)
    sendLink(other, there)
  }

  private joinConference(command: Extract<MediaCommand, { type: 'join-conference' }>): void {
    const { leg, conference } = command
    const shard = this.legShards.get(leg)
    if (!shard) return
    const home = this.homes.join(leg, conference, shard)
    if (home === shard) return shard.worker.postMessage(command)
    const [here, there] = createLinkParts()
    sendLink(shard, { type: 'link-leg', leg, link: here, mutesDigits: true })
    sendLink(home, { ...command, type: 'link-member', link: there })
  }

  private leastLoaded(): Shard | undefined {
    let best: Shard | undefined
    for (const shard of this.shards) if (!best || shard.legs.size < best.legs.size) best = shard
    return best
  }

  private startShard(options: MediaPlaneOptions): Promise<void> {
    const worker = startWorker('./shard', import.meta.url, { workerData: options })
    const shard: Shard = { worker, legs: new Set() }
    return new Promise((resolve, reject) => {
      worker.on('message', (message: ShardMessage) => {
        if (message.type === 'started') {
          this.shards.push(shard)
          this.speech = message.speech
          resolve()
        } else if (message.type !== 'closed') this.receive(message)
      })
      worker.on('error', (error) => {
        reject(error)
        this.onEvent({ type: 'log', level: 'error', message: `a media shard failed: ${error.message}` })
      })
      worker.on('exit', () => {
        reject(new Error('a media shard ended while it loaded'))
        this.lost(shard, options)
      })
    })
  }

  private receive(event: MediaEvent): void {
    if (event.type === 'leg-closed' || event.type === 'leg-failed') {
      this.homes.leave(event.leg)
      this.legShards.get(event.leg)?.legs.delete(event.leg)
      this.legShards.delete(event.leg)
    } else if (event.type === 'session-ended') this.sessionShards.delete(event.result.sessionId)
    this.onEvent(event)
  }

  /** A shard's thread is gone: its calls end, and another takes its place. */
  private lost(shard: Shard, options: MediaPlaneOptions): void {
    const at = this.shards.indexOf(shard)
    if (at >= 0) this.shards.splice(at, 1)
    if (this.closing || at < 0) return
    this.homes.lost(shard)
    for (const leg of shard.legs) {
      this.homes.leave(leg)
      this.legShards.delete(leg)
      this.onEvent({ type: 'leg-gone', leg, reason: 'failed' })
      this.onEvent({ type: 'leg-closed', leg, quality: undefined })
    }
    const replaced: Promise<void> = this.startShard(options)
      .catch(() => {})
      .finally(() => this.replacing.delete(replaced))
    this.replacing.add(replaced)
  }
}

function sendLink({ worker }: Shard, command: LinkLeg | LinkMember): void {
  worker.postMessage(command, [command.link.port])
}

/** An equal share of the RTP ports, beginning at an even one. */
function portShare({ from, to }: MediaPlaneOptions['rtpPorts'], index: number, count: number) {
  const pairs = Math.floor((to - from + 1) / 2 / count)
  const first = from + (from % 2) + index * pairs * 2
  return { from: first, to: first + pairs * 2 - 1 }
}
