import { spawn } from 'node:child_process'
import { ParleyError } from '../../base/errors.js'
import type { ProcessSlots } from './process-slots.js'
import { openScratchFile } from './scratch-file.js'

export interface Program {
  readonly command: string
  /** Shell command that installs it, for the error when it is missing. */
  readonly install: string
  /** Killed after this many ms. */
  readonly timeoutMs: number
  /** Bytes of an output beyond which it is killed or its output refused. */
  readonly mostBytes: number
  readonly slots: ProcessSlots
}

export interface ProgramRun {
  readonly args: readonly string[]
  /** Written to its standard input. */
  readonly input?: string
  /** Gives it a file as `scratchPath`, for a second output. */
  readonly scratch?: boolean
  readonly signal: AbortSignal
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
 * Runs a program without a shell, when a slot is free. It is killed at once (SIGKILL) when `signal` is aborted.
 * @throws the signal's reason when aborted
 * @throws ParleyError `speech_program_missing` when it is not installed, `tts_failed` with what it complained of when
 * it fails, runs too long or writes too much
 */
export async function runProgram(program: Program, run: ProgramRun): Promise<ProgramOutput> {
  const release = await program.slots.take(run.signal)
  try {
    if (!run.scratch) return { stdout: await execute(program, run), scratch: nothing }
    const file = await openScratchFile()
    try {
      const stdout = await execute(program, run, file.fd)
      return { stdout, scratch: await file.read(program.mostBytes) }
    } finally {
      await file.close()
    }
  } finally {
    release()
  }
}

/** Settles when the process is gone, not before: a slot is never given away while its program still runs. */
function execute(program: Program, run: ProgramRun, scratch?: number): Promise<Buffer> {
  const { command, mostBytes, timeoutMs } = program
  const { signal } = run
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...run.args], {
      stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(scratch ? [scratch] : [])],
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
    child.stdin?.end(run.input)
    child.on('error', (error: NodeJS.ErrnoException) => {
      settled()
      reject(startError(program, error))
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

function startError({ command, install }: Program, error: NodeJS.ErrnoException): ParleyError {
  if (error.code === 'ENOENT') {
    return new ParleyError('speech_program_missing', `${command} is not installed: ${install}`, {
      cause: error,
    })
  }
  return new ParleyError('tts_failed', `${command} could not be started: ${error.message}`, { cause: error })
}
