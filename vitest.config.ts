import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What is waited for comes soon on a quiet machine, and late on a busy one; CI's is busy. */
const patient = { expect: { poll: { timeout: 10_000 } }, retry: process.env['CI'] ? 1 : 0 }

/** Real phones and real audio in real time, on a machine that may be busy: a test must fail thrice to fail. */
const realTime = { ...patient, testTimeout: 120_000, hookTimeout: 120_000, retry: 2 }

/** Others would disturb what they measure. */
const alone = ['barge-in', 'echo', 'telnyx-load'].map((name) => `test/e2e/${name}.test.ts`)

/** Files of half a minute and more: begun last, they would keep one core waiting for the other. */
const longest = [
  'sipp',
  'lossy',
  'records',
  'secure',
  'telnyx',
  'twilio',
  'fuzz/relay',
  'jitter-buffer',
  'store',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return index < 0 ? longest.length : index
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'node_modules/**'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          ...patient,
          // One more than two cores keep busy: some of what takes long waits, `fuzz/relay` for 40 s.
          maxWorkers: 3,
          // Nothing here keeps global state, so that files can share a process: half the time goes otherwise into loading.
          isolate: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          ...realTime,
          // They wait for audio more than they compute, and what carries it goes before all else.
          maxWorkers: 4,
          isolate: false,
        },
      },
      {
        test: {
          name: 'load',
          include: alone,
          ...realTime,
          maxWorkers: 1,
        },
      },
    ],
  },
})
