import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'

const root = fileURLToPath(new URL('../../', import.meta.url))
const [, source] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
let folder: string
let app: ChildProcess
let port: number

/** The port of the example is free on every machine but the one that runs it already. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function connected(url: string): Promise<WebSocket> {
  for (;;) {
    const socket = new WebSocket(url)
    try {
      await once(socket, 'open')
      return socket
    } catch {
      expect(app.exitCode).toBeNull()
    }
  }
}

beforeAll(async () => {
  // Inside the project, so that the example finds `ws`.
  folder = mkdtempSync(join(root, 'node_modules', '.readme-'))
  port = await freePort()
  const file = join(folder, 'app.mjs')
  writeFileSync(file, source!.replace('9000', String(port)))
  app = spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'inherit'] })
})

afterAll(() => {
  app.kill()
  rmSync(folder, { recursive: true })
})

it('the example app of the README answers a prompt, and ends on goodbye', async () => {
  expect(source!.trim().split('\n').length).toBeLessThanOrEqual(15)
  const socket = await connected(`ws://127.0.0.1:${port}/ws`)
  const frames: unknown[] = []
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      frames.push(JSON.parse(String(data)))
      if (frames.length === 3) resolve()
    })
  })
  const prompt = (voicePrompt: string, last: boolean) =>
    socket.send(JSON.stringify({ type: 'prompt', voicePrompt, lang: 'en-US', last }))
  prompt('one', false)
  prompt('one two', true)
  prompt('goodbye', true)
  await answered
  socket.close()
  expect(frames).toEqual([
    { type: 'text', token: 'You said: one two.', last: true },
    { type: 'text', token: 'Goodbye.', last: true },
    { type: 'end' },
  ])
})
