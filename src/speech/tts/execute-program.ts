import { spawn } from 'node:child_process'
import { ParleyError } from '../../base/errors.js'
import { openScratchFile } from './scratch-file.js'

/** One run of a program, as plain data. */
export interface ProgramJob {
  readonly command: string
  /** Shell command that installs it, for the error when it is missing. */
  readonly install: string
  readonly args: readonly string[]
  /** Written to its standard input. */
  readonly input?: string | undefined
  /** Gives it a file as `scratchPath`, for a second output. */
  readonly scratch?: boolean | undefined
  /** Killed after this many ms. */
  readonly timeoutMs: number
  /** Bytes of an output beyond which it is killed or its output refused. */
  readonly mostBytes: number
}

export interface ProgramOutput {
  readonly stdout: Buffer
  /** What it wrote to `scratchPath`. */
  readonly scratch: Buffer
}

/** How a program names its scratch file. A pipe would not do: Node's are sockets, which cannot be opened by name. */
export const scratchPath = '/dev/fd/3'
const mostComplaint = 500
const nothing = Buffer.alloc(0)

/**
 * Runs a program without a shell, in this process. It is killed at once (SIGKILL) when `signal` is aborted.
 * @throws the signal's reason when aborted
 * @throws ParleyError `speech_program_missing` when it is not installed, `tts_failed` with what it complained of when
 * it fails, runs too long or writes too much
 */
export async function executeProgram(job: ProgramJob, signal: AbortSignal): Promise<ProgramOutput> {
  if (!job.scratch) return { stdout: await execute(job, signal), scratch: nothing }
  const file = await openScratchFile()
  try {
    const stdout = await execute(job, signal, file.fd)
    return { stdout, scratch: await file.read(job.mostBytes) }
  } finally {
    await file.close()
  }
}

/** Settles when the process is gone, not before: a slot is never given away while its program still runs. */
function execute(job: ProgramJob, signal: AbortSignal, scratch?: number): Promise<Buffer> {
  const { command, mostBytes, timeoutMs } = job
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...job.args], {
      stdio: [job.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(scratch ? [scratch] : [])],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    const kill = () => child.kill('SIGKILL')
    signal.addEventListener('abort', kill, { once: true })
    const settled = () => signal.removeEventListener('abort', kill)

    const output: Buffer[] = []
    let size = 0
    let complaint = ''
    child.stdout?.on('data', (data: Buffer) => {
      size += data.length
      if (size > mostBytes) kill()
      else output.push(data)
    })
    child.stderr?.on('data', (data: Buffer) => {
      if (complaint.length < mostComplaint) complaint += data.toString('utf8')
    })
    // A program that ends without reading its input tells why by its exit code.
    child.stdin?.on('error', () => {})
    child.stdin?.end(job.input)
    child.on('error', (error: NodeJS.ErrnoException) => {
      settled()
      reject(startError(job, error))
    })
    child.on('close', (code, killed) => {
      settled()
      if (signal.aborted) return reject(signal.reason)
      if (code === 0 && size <= mostBytes) return resolve(Buffer.concat(output))
      const how =
        size > mostBytes
          ? `wrote more than ${mostBytes} bytes`
          : killed
            ? `was ended by ${killed} (it may take ${timeoutMs} ms)`
            : `exited with code ${code}`
      const why = complaint.trim().slice(0, mostComplaint)
      reject(new ParleyError('tts_failed', `${command} ${how}${why && `: ${why}`}`))
    })
  })
}

function startError({ command, install }: ProgramJob, error: NodeJS.ErrnoException): ParleyError {
  if (error.code === 'ENOENT') {
    return new ParleyError('speech_program_missing', `${command} is not installed: ${install}`, {
      cause: error,
    })
  }
  return new ParleyError('tts_failed', `${command} could not be started: ${error.message}`, { cause: error })
}
