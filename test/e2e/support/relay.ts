import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort, rtpPorts } from './ports.js'
import { until } from './wait.js'

/** A relay as users run it: its own process, from the built program. */
export class TestRelay {
  output = ''
  private constructor(
    readonly process: ChildProcess,
    readonly sipPort: number,
    readonly httpPort: number,
    readonly dataDir: string,
  ) {}

  /** @param config what `parley.yaml` says beside ports and data folder; its `sip` and `rtp` are added to the addresses */
  static async start(
    dir: string,
    { sip, rtp, ...config }: Record<string, unknown>,
    args: string[] = ['start'],
    env: NodeJS.ProcessEnv = {},
  ): Promise<TestRelay> {
    const [sipPort, httpPort] = [await freePort(), await freePort()]
    const dataDir = join(dir, 'data')
    const file = join(dir, 'parley.yaml')
    writeFileSync(
      file,
      stringify({
        http: { host: '127.0.0.1', port: httpPort },
        sip: { host: '127.0.0.1', port: sipPort, ...(sip as object) },
        rtp: { ports: rtpPorts, ...(rtp as object) },
        data: { dir: dataDir },
        demo: { enabled: false },
        log: { level: 'info', format: 'json' },
        ...config,
      }),
    )
    const child = spawn(process.execPath, ['dist/src/cli/bin.js', ...args], {
      env: { ...process.env, PARLEY_CONFIG: file, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const relay = new TestRelay(child, sipPort, httpPort, dataDir)
    child.stdout.on('data', (chunk) => (relay.output += chunk))
    child.stderr.on('data', (chunk) => (relay.output += chunk))
    try {
      await until(() => /ready/i.test(relay.output) || child.exitCode !== null, 'the ready line', 90_000)
      if (child.exitCode !== null) throw new Error(`the relay exited with ${child.exitCode}`)
    } catch (error) {
      child.kill('SIGKILL')
      throw new Error(`${(error as Error).message}\n${relay.output}`)
    }
    return relay
  }

  async get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.httpPort}${path}`)
  }

  /** SIGTERM, and waits for the exit. With TEST_LOGS, what it has logged is kept in that folder. @returns the exit code */
  async stop(): Promise<number | null> {
    const logs = process.env['TEST_LOGS']
    if (logs) writeFileSync(join(logs, `${this.process.pid}.log`), this.output)
    if (this.process.exitCode !== null) return this.process.exitCode
    const exited = new Promise<number | null>((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    const deadline = setTimeout(() => this.process.kill('SIGKILL'), 20_000)
    const code = await exited
    clearTimeout(deadline)
    return code
  }

  /** SIGKILL, as a machine that comes down, and waits for the exit. */
  async kill(): Promise<void> {
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await exited
  }
}
