import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Recorder } from '../../src/media/index.js'

it('writes the caller left and the agent right', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-'))
  const file = join(dir, 'call.wav')
  const recorder = new Recorder(file, 8_000, (detail) => expect.fail(detail))
  await recorder.opened
  for (let i = 0; i < 100; i++)
    recorder.write(new Int16Array(160).fill(100 + i), new Int16Array(160).fill(-i))
  await recorder.close()
  const data = readFileSync(file)
  expect(data.length).toBe(44 + 100 * 160 * 4)
  expect([data.readUInt16LE(22), data.readUInt32LE(24), data.readUInt32LE(40)]).toEqual([2, 8_000, 64_000])
  expect([data.readInt16LE(44), data.readInt16LE(46)]).toEqual([100, 0])
  expect([data.readInt16LE(data.length - 4), data.readInt16LE(data.length - 2)]).toEqual([199, -99])
  rmSync(dir, { recursive: true })
})

it('tells once that a file cannot be written, and the call goes on', async () => {
  const failures: string[] = []
  const recorder = new Recorder('/nonexistent/call.wav', 8_000, (detail) => failures.push(detail))
  await recorder.opened
  recorder.write(new Int16Array(160), new Int16Array(160))
  await recorder.close()
  expect(failures).toEqual([expect.stringMatching(/\/nonexistent\/call\.wav.*ENOENT/)])
})
