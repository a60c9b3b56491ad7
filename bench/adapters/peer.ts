import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { entry } from '../entry.js'

/** What went over a peer's wire: stream, bytes of its audio so far, ms of the machine's monotonic clock. */
export type PeerReport = [stream: number, bytes: number, at: number][]

/** A vendor's server in a process of its own. */
export class Peer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @param lengthMs of what a voice says */
  static async start(kind: 'ear' | 'voice', vendor: string, lengthMs: number): Promise<Peer> {
    const args = [...entry('./peer-process', import.meta.url), kind, vendor, String(lengthMs)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const [port] = await answer(child)
    return new Peer(child, port as number)
  }

  async report(): Promise<PeerReport> {
    const reply = answer(this.child)
    this.child.send('report')
    const [report] = await reply
    return report as PeerReport
  }

  stop(): void {
    this.child.disconnect()
  }
}

function answer(child: ChildProcess): Promise<unknown[]> {
  const gone = once(child, 'exit').then(() => {
    throw new Error("the peer's process ended")
  })
  return Promise.race([once(child, 'message'), gone])
}
