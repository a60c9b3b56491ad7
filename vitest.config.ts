import { defineConfig } from 'vitest/config'

/** What is waited for comes soon on a quiet machine, and late on a busy one; CI's is busy. */
const patient = { expect: { poll: { timeout: 10_000 } }, retry: process.env['CI'] ? 1 : 0 }

/** Real phones and real audio in real time, on a machine that may be busy: a test must fail twice to fail. */
const realTime = { ...patient, testTimeout: 120_000, hookTimeout: 120_000, retry: 1 }

/** Their load would disturb others, or others would disturb what they measure. */
const alone = ['sipp', 'barge-in', 'echo', 'telnyx-load'].map((name) => `test/e2e/${name}.test.ts`)

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/fuzz/relay.test.ts', 'node_modules/**'],
          testTimeout: 20_000,
          ...patient,
          maxWorkers: 2,
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
          // They wait for audio more than they compute.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'load',
          include: [...alone, 'test/fuzz/relay.test.ts'],
          ...realTime,
          maxWorkers: 1,
        },
      },
    ],
  },
})
