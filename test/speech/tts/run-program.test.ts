import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, describe, expect, it } from 'vitest'
import { ProcessSlots } from '../../../src/speech/tts/process-slots.js'
import { ProgramHost } from '../../../src/speech/tts/program-host.js'
import { type Program, runProgram, scratchPath } from '../../../src/speech/tts/run-program.js'

const signal = new AbortController().signal
const host = new ProgramHost()
afterAll(() => host.close())

function program(command: string, changes: Partial<Program> = {}): Program {
  return {
    command,
    install: `apt-get install ${command}`,
    timeoutMs: 5000,
    mostBytes: 10_000,
    slots: new ProcessSlots(2),
    host,
    ...changes,
  }
}

describe('runProgram', () => {
  it('gives input, takes output and scratch file, and leaves no file behind', async () => {
    const args = ['-c', `cat; echo kept > ${scratchPath}`]
    const output = await runProgram(program('sh'), { args, input: '-given', scratch: true, signal })
    expect(output.stdout.toString()).toBe('-given')
    expect(output.scratch.toString()).toBe('kept\n')
    const hostPid = (await runProgram(program('sh'), { args: ['-c', 'echo $PPID'], signal })).stdout
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`parley-speech-${Number(hostPid)}-`))
    expect(left).toEqual([])
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
    const before = grandchildren()
    const hanging = runProgram(program('sleep', { slots }), {
      args: ['30'],
      scratch: true,
      signal: abort.signal,
    })
    const started = () => grandchildren().filter((pid) => !before.includes(pid))
    await expect.poll(() => started().length).toBeGreaterThan(0)
    const pids = started()
    const aborted = performance.now()
    abort.abort(new Error('barge-in'))
    await expect(hanging).rejects.toThrow('barge-in')
    expect(performance.now() - aborted).toBeLessThan(500)
    for (const pid of pids) expect(isRunning(pid)).toBe(false)
    // The slot is free again.
    expect((await runProgram(program('echo', { slots }), { args: ['next'], signal })).stdout.toString()).toBe(
      'next\n',
    )
  })
})

describe('ProgramHost', () => {
  const run = (from: ProgramHost, ...args: string[]) =>
    runProgram(program('sh', { host: from }), { args: ['-c', ...args], signal })

  it('ends without work, and starts again with it', async () => {
    const resting = new ProgramHost(50)
    const parent = async () => (await run(resting, 'echo $PPID')).stdout.toString().trim()
    const first = await parent()
    expect(parentOf(first)).toBe(process.pid)
    expect(await parent()).toBe(first)
    await expect.poll(() => parentOf(first), { timeout: 5000 }).toBeUndefined()
    expect(await parent()).not.toBe(first)
    await resting.close()
  })

  it('whose process is killed tells so, and starts another', async () => {
    const killed = new ProgramHost()
    const before = grandchildren()
    const hanging = run(killed, 'echo $PPID; exec sleep 30')
    const ended = expect(hanging).rejects.toMatchObject({
      code: 'tts_failed',
      message: expect.stringContaining('SIGKILL'),
    })
    await expect.poll(() => grandchildren().filter((pid) => !before.includes(pid)).length).toBeGreaterThan(0)
    const sleeping = grandchildren().find((pid) => !before.includes(pid))!
    process.kill(parentOf(sleeping)!, 'SIGKILL')
    await ended
    process.kill(Number(sleeping), 'SIGKILL')
    expect((await run(killed, 'echo again')).stdout.toString()).toBe('again\n')
    await killed.close()
  })

  it('takes what it runs with it when it is closed', async () => {
    const closing = new ProgramHost()
    const before = grandchildren()
    const hanging = run(closing, 'exec sleep 30')
    const ended = expect(hanging).rejects.toMatchObject({ code: 'tts_failed' })
    const started = () => grandchildren().filter((pid) => !before.includes(pid))
    await expect.poll(() => started().length).toBeGreaterThan(0)
    const [sleeping] = started()
    await closing.close()
    await ended
    await expect.poll(() => isRunning(sleeping!)).toBe(false)
  })
})

/** Process ids of what this process's children run (Linux): not of the children, the hosts, themselves. */
function grandchildren(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => {
    const parent = parentOf(pid)
    return parent !== undefined && parentOf(String(parent)) === process.pid
  })
}

function parentOf(pid: string): number | undefined {
  const parent = stat(pid)?.[1]
  return parent === undefined ? undefined : Number(parent)
}

/** A process that is dead but not yet buried, by an init that takes its time, does not run. */
function isRunning(pid: string): boolean {
  const state = stat(pid)?.[0]
  return state !== undefined && state !== 'Z'
}

/** State, parent, … of a process; undefined when it is gone. */
function stat(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
