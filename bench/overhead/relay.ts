import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { now } from '../clock.js'
import { entry } from '../entry.js'
import { readControl, writeControl } from './control.js'

/** The relay's process, and the driver's end of its speech vendor's line. */
export class RelayUnderTest {
  private constructor(
    private readonly child: ChildProcess,
    private readonly control: Socket,
    /** UDP port of its SIP side, on 127.0.0.1. */
    readonly sipPort: number,
  ) {}

  get pid(): number {
    return this.child.pid!
  }

  /**
   * @param config what `parley.yaml` would say
   * @throws Error when the relay does not start
   */
  static async start(config: object): Promise<RelayUnderTest> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const child = spawn(
      process.execPath,
      [...entry('./relay-process', import.meta.url), String(port), JSON.stringify(config)],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } },
    )
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`the relay's process ended with ${code}`)
    })
    const [control] = (await Promise.race([once(server, 'connection'), died])) as [Socket]
    server.close()
    const ready = new Promise<number>((resolve, reject) => {
      readControl(control, ({ word, rest }) => {
        if (word === 'ready') resolve(Number(rest))
        else if (word === 'failed') reject(new Error(`the relay did not start: ${rest}`))
      })
    })
    const sipPort = await Promise.race([ready, died])
    died.catch(() => {})
    return new RelayUnderTest(child, control, sipPort)
  }

  /** Says that a voice begins on a stream. @returns when, in ms */
  voice(stream: number): number {
    const at = now()
    writeControl(this.control, 'voice', stream)
    return at
  }

  quiet(stream: number): void {
    writeControl(this.control, 'quiet', stream)
  }

  /** Gives a stream's final transcript and the end of its turn. @returns when, in ms */
  final(stream: number, text: string): number {
    const at = now()
    writeControl(this.control, 'final', stream, text)
    return at
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return
    const exit = once(this.child, 'exit')
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), 10_000)
    writeControl(this.control, 'stop')
    await exit
    clearTimeout(deadline)
  }
}
