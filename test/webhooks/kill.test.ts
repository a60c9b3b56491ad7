import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
let child: ChildProcess | undefined
let receiver: Server
let url: string
/** What came, in order, with what came twice. */
let arrived: { readonly id: string; readonly queue: string }[]
/** After this many the receiver takes requests and does not answer. */
let answers: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-webhooks-'))
  arrived = []
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    arrived.push(JSON.parse(body))
    if (arrived.length <= answers) setTimeout(() => response.end(), 5)
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
}, 120_000)

afterEach(() => {
  child?.kill('SIGKILL')
  receiver.closeAllConnections()
  receiver.close()
  rmSync(folder, { recursive: true })
}, 120_000)

async function start(count: number): Promise<void> {
  const script = fileURLToPath(new URL('./killed-sender.ts', import.meta.url))
  const args = ['--import', 'tsx', script, join(folder, 'parley.db'), url, `${count}`]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout!, 'data')
}

/** Webhooks whose delivery is in the database: it gets there up to 50 ms later. */
function delivered(): unknown {
  const db = new SqliteDatabase(join(folder, 'parley.db'), { readonly: true })
  try {
    return db.prepare("select count(*) from webhooks where status = 'delivered'").pluck().get()
  } finally {
    db.close()
  }
}

async function kill(): Promise<void> {
  child!.kill('SIGKILL')
  const [, signal] = await once(child!, 'close')
  expect(signal).toBe('SIGKILL')
}

it('100 webhooks pending at SIGKILL: each arrives after a restart, in order per call', async () => {
  // The first process gets no answer after 20, the second none after 60.
  answers = 20
  await start(100)
  await expect.poll(() => [arrived.length, delivered()]).toEqual([30, 20])
  await kill()

  answers = arrived.length + 40
  await start(0)
  await expect.poll(delivered).toBe(60)
  await kill()

  answers = Number.POSITIVE_INFINITY
  await start(0)
  const sent = Array.from({ length: 100 }, (_, n) => `id-${n}`)
  await expect.poll(() => new Set(arrived.map(({ id }) => id)).size).toBe(100)
  expect(new Set(arrived.map(({ id }) => id))).toEqual(new Set(sent))
  // What was on its way at a kill came twice, under the same id; nothing else did.
  expect(arrived.length).toBeLessThanOrEqual(100 + 2 * 10)
  for (let call = 0; call < 10; call++) {
    const ids = [...new Set(arrived.filter(({ queue }) => queue === `call-${call}`).map(({ id }) => id))]
    expect(ids).toEqual(sent.filter((_, n) => n % 10 === call))
  }
}, 120_000)
