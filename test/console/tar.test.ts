import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tar, tarBytes } from '../../src/console/tar.js'

it('is an archive that tar unpacks, of the size that was told', async () => {
  const entries = [
    { name: 'manifest.json', bytes: 2, content: [Buffer.from('{}')] },
    { name: 'long.bin', bytes: 1000, content: [new Uint8Array(600).fill(1), new Uint8Array(900).fill(2)] },
    { name: 'short.bin', bytes: 700, content: [new Uint8Array(1).fill(3)] },
  ]
  const pieces: Uint8Array[] = []
  for await (const piece of tar(entries, 1_700_000_000)) pieces.push(piece)
  const archive = Buffer.concat(pieces)
  expect(archive.length).toBe(tarBytes(entries))
  const dir = mkdtempSync(join(tmpdir(), 'parley-tar-'))
  writeFileSync(join(dir, 'all.tar'), archive)
  execFileSync('tar', ['-xf', 'all.tar'], { cwd: dir })
  expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toBe('{}')
  const long = readFileSync(join(dir, 'long.bin'))
  expect([long.length, long[599], long[600], long[999]]).toEqual([1000, 1, 2, 2])
  expect(readFileSync(join(dir, 'short.bin'))).toHaveLength(700)
  rmSync(dir, { recursive: true })
})
