import { spawn } from 'node:child_process'

export interface ToolRun {
  readonly command: string
  readonly args: readonly string[]
  /** Written to its standard input. */
  readonly input?: string
  /** Killed after this many ms. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Bytes of output after which it is killed. */
  readonly mostBytes: number
}

/**
 * Runs a program without a shell and returns its standard output. Aborting kills it at once.
 * @throws Error `AbortError` when aborted; otherwise naming the program and what it complained of
 */
export function runTool(run: ToolRun): Promise<Buffer> {
  const { command, signal } = run
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...run.args], {
      stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: run.timeoutMs,
      killSignal: 'SIGKILL',
      signal,
    })
    const output: Buffer[] = []
    let size = 0
    let complaint = ''
    child.stdout?.on('data', (data: Buffer) => {
      size += data.length
      if (size > run.mostBytes) child.kill('SIGKILL')
      else output.push(data)
    })
    child.stderr?.on('data', (data: Buffer) => {
      if (complaint.length < 500) complaint += data.toString('utf8')
    })
    // A program that ends without reading its input is told of by its exit code.
    child.stdin?.on('error', () => {})
    child.stdin?.end(run.input)
    child.on('error', reject)
    child.on('close', (code, killed) => {
      if (code === 0 && size <= run.mostBytes) return resolve(Buffer.concat(output))
      const how =
        size > run.mostBytes ? 'made too much output' : killed ? 'took too long' : `exited with ${code}`
      reject(new Error(`${command} ${how}${complaint ? `: ${complaint.trim()}` : ''}`))
    })
  })
}
