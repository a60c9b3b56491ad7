import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'node_modules/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Real phones share two cores and fixed SIP ports: one file at a time.
          fileParallelism: false,
          // Real audio in real time on a machine that may be busy: a test must fail twice to fail.
          retry: 1,
        },
      },
    ],
  },
})
