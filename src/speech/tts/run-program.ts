import type { ProgramJob, ProgramOutput } from './execute-program.js'
import type { ProcessSlots } from './process-slots.js'
import type { ProgramHost } from './program-host.js'

export { type ProgramOutput, scratchPath } from './execute-program.js'

export interface Program extends Pick<ProgramJob, 'command' | 'install' | 'timeoutMs' | 'mostBytes'> {
  readonly slots: ProcessSlots
  readonly host: ProgramHost
}

export interface ProgramRun extends Pick<ProgramJob, 'args' | 'input' | 'scratch'> {
  readonly signal: AbortSignal
}

/**
 * Runs a program without a shell, when a slot is free. It is killed at once (SIGKILL) when `signal` is aborted.
 * @throws the signal's reason when aborted
 * @throws ParleyError `speech_program_missing` when it is not installed, `tts_failed` with what it complained of when
 * it fails, runs too long or writes too much
 */
export async function runProgram(program: Program, run: ProgramRun): Promise<ProgramOutput> {
  const { slots, host, ...limits } = program
  const { signal, ...job } = run
  const release = await slots.take(signal)
  try {
    return await host.run({ ...limits, ...job }, signal)
  } finally {
    release()
  }
}
