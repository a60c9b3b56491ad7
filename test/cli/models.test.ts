import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { barOf, progressLine } from '../../src/cli/models/progress.js'
import { createProgram } from '../../src/cli/program.js'
import { archiveOf, ReleaseServer } from '../models/release-server.js'

const name = 'sherpa-onnx-streaming-zipformer-en-20M-2023-02-17'

let dir: string
let server: ReleaseServer

async function parley(...args: string[]): Promise<string> {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
  await createProgram()
    .exitOverride()
    .parseAsync(['models', ...args, '--dir', dir], { from: 'user' })
  return lines.join('\n')
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-models-'))
  server = new ReleaseServer()
  server.files.set(`/asr-models/${name}.tar.bz2`, archiveOf(name, { 'tokens.txt': '<blk> 0\n' }))
  vi.stubEnv('PARLEY_MODELS_MIRROR', await server.listen())
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  await server.close()
  rmSync(dir, { recursive: true })
})

describe('parley models', () => {
  it('pulls from the mirror of the configuration, lists and removes', async () => {
    expect(await parley('list', '--here')).toBe(`No models in ${dir}.`)
    expect(await parley('pull', 'zipformer-en-20M-2023-02-17')).toMatch(
      new RegExp(`^${name} is in .*\nThere was nothing to compare its SHA-256 with.*\n +[0-9a-f]{64}$`),
    )
    expect(await parley('list', '--here')).toMatch(
      new RegExp(`${name} +speech to text +streaming-transducer +en +1 kB +yes$`),
    )
    expect(readdirSync(join(dir, name)).filter((file) => file.startsWith('.'))).toEqual([])
    // As it was pulled: by the end of its name.
    expect(await parley('remove', 'zipformer-en-20M-2023-02-17')).toBe(`${name} is removed.`)
    expect(await parley('list', '--here')).toBe(`No models in ${dir}.`)
  })

  it('tells machines', async () => {
    expect(JSON.parse(await parley('pull', name, '--json'))).toMatchObject({ name, checked: 'nothing' })
    const [first, ...others] = JSON.parse(await parley('list', '--json', '--language', 'en-GB'))
    expect(first).toMatchObject({ name, here: true, kind: 'streaming-transducer', checked: 'nothing' })
    expect(others.length).toBeGreaterThan(5)
    expect(others.every((row: { here: boolean; languages: string[] }) => !row.here)).toBe(true)
    expect(others.some((row: { name: string }) => row.name === name)).toBe(false)
  })

  it.each([
    [['pull', 'parrot'], 'model_unknown', /"parrot"/],
    [['remove', 'parrot'], 'model_unknown', /"parrot"/],
    [['pull', name, '--sha256', 'abc'], 'model_checksum_wrong', /64 hexadecimal digits/],
    [['pull', name, '--sha256', '0'.repeat(64)], 'model_checksum_wrong', /as given/],
    [['pull', 'sherpa-onnx-whisper-tiny'], 'model_pull_failed', /answered 404/],
  ])('refuses %j', async (args, code, message) => {
    await expect(parley(...args)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('the progress line', () => {
  it('shows share and sizes', () => {
    expect(barOf('a', 25_000_000, 100_000_000)).toMatch(/^a █{8}·{22} 25 % {2}25 MB of 100 MB$/)
    expect(barOf('a', 25_000_000, undefined)).toBe('a 25 MB')
    expect(barOf('a', 0, 0)).toBe('a 1 kB')
  })

  it('is drawn over on a terminal, not too often, and wiped at its end', () => {
    const written: string[] = []
    let now = 0
    const line = progressLine({ isTTY: true, write: (text) => written.push(text) }, false, () => now)
    for (let done = 0; done <= 10; done++, now += 30) line.progress('a', done, 10)
    line.end()
    line.end()
    expect(written.filter((text) => text.includes('%'))).toHaveLength(4)
    expect(written.at(-1)).toBe('\r\u001b[2K')
    expect(written.filter((text) => text === '\r\u001b[2K')).toHaveLength(1)
  })

  it('is a line for each file and step elsewhere, and nothing for machines', () => {
    const written: string[] = []
    const line = progressLine({ write: (text) => written.push(text) }, false)
    line.progress('a.tar.bz2', 0, 2_000_000)
    line.progress('a.tar.bz2', 1_000_000, 2_000_000)
    line.step('Unpacking')
    line.end()
    const silent = progressLine({ write: (text) => written.push(text) }, true)
    silent.progress('b', 0, 1)
    silent.end()
    expect(written).toEqual(['a.tar.bz2 (2 MB)\n', 'Unpacking\n'])
  })
})
