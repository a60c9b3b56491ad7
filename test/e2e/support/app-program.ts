import { type ChildProcess, spawn } from 'node:child_process'
import { freePort } from './ports.js'
import { until } from './wait.js'

/** An app of `test/e2e/apps`, run as it stands in a process of its own. */
export class AppProgram {
  output = ''
  private constructor(
    private readonly process: ChildProcess,
    /** Where it really listens: `127.0.0.1:port`. */
    readonly address: string,
    /** What it believes it is called. */
    readonly host: string,
  ) {}

  static async start(file: string, host: string, env: NodeJS.ProcessEnv = {}): Promise<AppProgram> {
    const port = await freePort()
    const child = spawn(process.execPath, [`test/e2e/apps/${file}`], {
      env: { ...process.env, ...env, PORT: String(port), HOSTNAME: host },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const app = new AppProgram(child, `127.0.0.1:${port}`, host)
    child.stdout.on('data', (chunk) => (app.output += chunk))
    child.stderr.on('data', (chunk) => (app.output += chunk))
    try {
      await until(() => app.output.includes(`Listening on ${port}`) || child.exitCode !== null, file, 30_000)
    } catch (error) {
      child.kill('SIGKILL')
      throw new Error(`${(error as Error).message}\n${app.output}`)
    }
    return app
  }

  /** Waits until it has said something. */
  async says(what: RegExp, ms = 30_000): Promise<void> {
    try {
      await until(() => what.test(this.output), `${what}`, ms)
    } catch (error) {
      throw new Error(`${(error as Error).message} of ${this.host}, which said:\n${this.output}`)
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await exited
  }
}
