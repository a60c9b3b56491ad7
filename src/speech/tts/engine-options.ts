import { availableParallelism } from 'node:os'
import { ProcessSlots } from './process-slots.js'
import { ProgramHost } from './program-host.js'
import type { Program } from './run-program.js'

/** Limits of an engine that runs a program for each piece of speech. */
export interface EngineOptions {
  /** Text longer than this is refused. Default 30,000 UTF-16 units: half an hour of speech. */
  readonly mostCharacters?: number
  /** A program that takes longer is killed, in ms. Default 15,000. */
  readonly timeoutMs?: number
  /** Programs that run at once; further ones wait in order. Default twice the cores. */
  readonly processes?: number
}

/** Ten minutes of 16-bit audio at 22,050 Hz. */
const mostBytes = 10 * 60 * 44_100

export function engineLimits(
  options: EngineOptions,
): Pick<Program, 'timeoutMs' | 'mostBytes' | 'slots' | 'host'> & { readonly mostCharacters: number } {
  return {
    mostCharacters: options.mostCharacters ?? 30_000,
    timeoutMs: options.timeoutMs ?? 15_000,
    mostBytes,
    slots: new ProcessSlots(options.processes ?? 2 * availableParallelism()),
    host: new ProgramHost(),
  }
}
