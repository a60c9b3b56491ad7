import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
let child: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-kill-'))
})

afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Starts a writer, kills it after it told of `events` events. Returns what it told last. */
async function killAfter(file: string, events: number): Promise<{ last: number; told: Map<number, number> }> {
  const script = fileURLToPath(new URL('./killed-writer.ts', import.meta.url))
  child = spawn(process.execPath, ['--import', 'tsx', script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const told = new Map<number, number>()
  let partial = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n')
    partial = lines.pop()!
    for (const line of lines) {
      const [sequenceNumber, at] = line.split(' ').map(Number)
      told.set(sequenceNumber!, at!)
    }
    if (told.size >= events) child!.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'close')
  expect(signal).toBe('SIGKILL')
  return { last: Math.max(...told.keys()), told }
}

describe('a writer killed with SIGKILL', () => {
  it.each([50, 400, 900])(
    'after %i events leaves a sound database and at most 100 ms unwritten',
    async (events) => {
      const file = join(folder, 'parley.db')
      const { last, told } = await killAfter(file, events)

      const db = new SqliteDatabase(file)
      try {
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
        const rows = db.prepare('select sequence_number from timeline_events order by 1').pluck().all()
        // What is there is there without a gap; what is missing is the end.
        expect(rows).toEqual(rows.map((_, index) => index + 1))
        const firstLost = told.get(rows.length + 1)
        if (firstLost !== undefined) expect(told.get(last)! - firstLost).toBeLessThanOrEqual(100)
      } finally {
        db.close()
      }
    },
  )
})
