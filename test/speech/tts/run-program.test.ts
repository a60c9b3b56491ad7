import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ProcessSlots } from '../../../src/speech/tts/process-slots.js'
import { type Program, runProgram, scratchPath } from '../../../src/speech/tts/run-program.js'

const signal = new AbortController().signal

function program(command: string, changes: Partial<Program> = {}): Program {
  return {
    command,
    install: `apt-get install ${command}`,
    timeoutMs: 5000,
    mostBytes: 10_000,
    slots: new ProcessSlots(2),
    ...changes,
  }
}

describe('runProgram', () => {
  it('gives input, takes output and scratch file, and leaves no file behind', async () => {
    const args = ['-c', `cat; echo kept > ${scratchPath}`]
    const output = await runProgram(program('sh'), { args, input: '-given', scratch: true, signal })
    expect(output.stdout.toString()).toBe('-given')
    expect(output.scratch.toString()).toBe('kept\n')
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`parley-speech-${process.pid}-`))).toEqual(
      [],
    )
  })

  it('tells how to install what is missing', async () => {
    await expect(runProgram(program('no-such-voice'), { args: [], signal })).rejects.toMatchObject({
      code: 'speech_program_missing',
      message: 'no-such-voice is not installed: apt-get install no-such-voice',
    })
  })

  it('tells what a program complained of', async () => {
    const run = runProgram(program('sh'), { args: ['-c', 'echo no such voice >&2; exit 3'], signal })
    await expect(run).rejects.toMatchObject({
      code: 'tts_failed',
      message: 'sh exited with code 3: no such voice',
    })
  })

  it('kills what takes too long', async () => {
    const run = runProgram(program('sleep', { timeoutMs: 50 }), { args: ['30'], signal })
    await expect(run).rejects.toThrow('sleep was ended by SIGKILL (it may take 50 ms)')
  })

  it('kills what writes too much', async () => {
    await expect(runProgram(program('yes'), { args: [], signal })).rejects.toThrow(
      'yes wrote more than 10000 bytes',
    )
  })

  it('kills at once on abort, and is done only when the process is gone', async () => {
    const abort = new AbortController()
    const slots = new ProcessSlots(1)
    const before = children()
    const hanging = runProgram(program('sleep', { slots }), {
      args: ['30'],
      scratch: true,
      signal: abort.signal,
    })
    const started = () => children().filter((pid) => !before.includes(pid))
    await expect.poll(() => started().length).toBeGreaterThan(0)
    const pids = started()
    const aborted = performance.now()
    abort.abort(new Error('barge-in'))
    await expect(hanging).rejects.toThrow('barge-in')
    expect(performance.now() - aborted).toBeLessThan(500)
    for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false)
    // The slot is free again.
    expect((await runProgram(program('echo', { slots }), { args: ['next'], signal })).stdout.toString()).toBe(
      'next\n',
    )
  })
})

/** Process ids of this process's children (Linux). */
function children(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === process.pid)
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
