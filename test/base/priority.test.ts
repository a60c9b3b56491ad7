import { fork } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ordinaryPriority, raisePriority } from '../../src/base/priority.js'

const mayRaise = process.platform === 'linux' && process.getuid?.() === 0

/** Raised in a process of its own: the tests' own threads stay as they are. */
const program = `
  import { Worker } from 'node:worker_threads'
  const { raisePriority } = await import(process.argv[1])
  const { startWorker } = await import(process.argv[2])
  const { urgency } = await import(process.argv[4])
  const before = urgency()
  const raised = raisePriority()
  const worker = startWorker('./priority-worker', process.argv[3])
  worker.once('message', (inWorker) => { process.send({ before, raised, own: urgency(), inWorker }); process.exit() })
`

describe('the priority of threads', () => {
  it.skipIf(!mayRaise)('is raised for the caller alone: threads it starts are ordinary', async () => {
    const child = fork('--', [], {
      execArgv: [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        program,
        new URL('../../src/base/priority.ts', import.meta.url).href,
        new URL('../../src/base/worker.ts', import.meta.url).href,
        import.meta.url,
        new URL('./urgency.ts', import.meta.url).href,
      ],
    })
    const [{ before, raised, own, inWorker }] = await once(child, 'message')
    expect(raised).toBe(true)
    expect(own).toBeGreaterThan(before)
    expect(inWorker).toBe(before)
  })

  it('says so where it is not allowed, and leaves a process that is gone alone', () => {
    if (!mayRaise) expect(raisePriority()).toBe(false)
    const before = getPriority(process.pid)
    ordinaryPriority(undefined)
    ordinaryPriority(2 ** 22 + 1)
    expect(getPriority(process.pid)).toBe(before)
  })
})
