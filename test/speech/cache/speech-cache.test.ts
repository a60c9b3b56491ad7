import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CacheFolder } from '../../../src/speech/cache/cache-folder.js'
import { SpeechCache } from '../../../src/speech/cache/speech-cache.js'
import { decodeSpeech, encodeSpeech } from '../../../src/speech/cache/speech-file.js'
import type { SpeakRequest } from '../../../src/speech/engine.js'

const speech = {
  pcm: Int16Array.from({ length: 1_000 }, (_, i) => i * 7 - 3_000),
  sampleRate: 8000,
  marks: [{ textStart: 0, textEnd: 5, startMs: 0, endMs: 80.5 }],
}

let path: string

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'speech-cache-'))
})

afterEach(() => rm(path, { recursive: true }))

function request(changes: Partial<SpeakRequest> = {}): SpeakRequest {
  const settings = { stability: 0.5, speed: 1 }
  return {
    text: 'Hello.',
    ssml: false,
    language: 'en-US',
    voice: 'v',
    sampleRate: 8000,
    settings,
    ...changes,
  }
}

describe('a file', () => {
  it('holds a speech', () => {
    expect(decodeSpeech(encodeSpeech(speech))).toEqual(speech)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a part', encodeSpeech(speech).subarray(0, -1)],
    ['more', Buffer.concat([encodeSpeech(speech), Buffer.alloc(2)])],
    ['something else', Buffer.from('RIFF....WAVEfmt ')],
    ['a broken head', Buffer.concat([Buffer.from('PSPEECH1'), Buffer.from([2, 0, 0, 0]), Buffer.from('{]')])],
  ])('that is %s is none', (_, bytes) => {
    expect(decodeSpeech(bytes)).toBeUndefined()
  })
})

describe('a key', () => {
  const cache = () => new SpeechCache(new CacheFolder(path, 1_000_000))

  it('is the same for the same sound, whatever the order of the settings and the account', () => {
    const one = cache().keyOf('acme', request())
    expect(one).toMatch(/^[0-9a-f]{64}$/)
    const settings = { speed: 1, stability: 0.5, apiKey: 'secret', api_key_ref: 'mine' }
    expect(cache().keyOf('acme', request({ settings, heardMs: () => 3 }))).toBe(one)
  })

  it.each([
    { text: 'Hello' },
    { voice: 'w' },
    { model: 'm' },
    { language: 'en-GB' },
    { sampleRate: 16_000 },
    { ssml: true },
    { settings: { stability: 0.6, speed: 1 } },
  ])('is another for %j', (changes) => {
    expect(cache().keyOf('acme', request(changes))).not.toBe(cache().keyOf('acme', request()))
    expect(cache().keyOf('other', request())).not.toBe(cache().keyOf('acme', request()))
  })

  it('is not there for long texts', () => {
    expect(cache().keyOf('acme', request({ text: 'x'.repeat(2_001) }))).toBeUndefined()
  })
})

describe('the cache', () => {
  const key = 'a'.repeat(64)

  it('keeps what is said for the second time', async () => {
    const cache = new SpeechCache(new CacheFolder(path, 1_000_000))
    cache.keep(key, speech)
    await cache.close()
    expect(await cache.find(key)).toBeUndefined()
    cache.keep(key, speech)
    await cache.close()
    expect(await cache.find(key)).toEqual(speech)
    const other = new CacheFolder(path, 1_000_000)
    await other.close()
    expect(await new SpeechCache(other).find(key), 'after a restart').toEqual(speech)
  })

  it('forgets a file that is damaged', async () => {
    await writeFile(join(path, key), 'PSPEECH1 oh')
    const folder = new CacheFolder(path, 1_000_000)
    await folder.close()
    expect(await new SpeechCache(folder).find(key)).toBeUndefined()
    await folder.close()
    expect(await readdir(path)).toEqual([])
  })

  it('is no worse than none where the folder cannot be', async () => {
    const file = join(path, 'file')
    await writeFile(file, '')
    const cache = new SpeechCache(new CacheFolder(join(file, 'below'), 1_000_000))
    cache.keep(key, speech)
    cache.keep(key, speech)
    await cache.close()
    expect(await cache.find(key)).toBeUndefined()
  })
})

describe('the folder', () => {
  const name = (digit: string) => digit.repeat(64)

  it('keeps to its size: what was not used for longest goes', async () => {
    let now = 1_000_000_000_000
    const folder = new CacheFolder(path, 1_000, () => now)
    for (const digit of ['1', '2', '3']) {
      now += 100_000
      folder.write(name(digit), Buffer.alloc(300))
    }
    await folder.close()
    now += 100_000
    await folder.read(name('1'))
    folder.write(name('4'), Buffer.alloc(300))
    await folder.close()
    expect((await readdir(path)).sort()).toEqual([name('1'), name('3'), name('4')])
    expect(folder.has(name('2'))).toBe(false)
  })

  it('knows after a restart what was used last', async () => {
    for (const [i, digit] of ['1', '2', '3'].entries()) {
      await writeFile(join(path, name(digit)), Buffer.alloc(300))
      await utimes(join(path, name(digit)), 1_000 + i, digit === '1' ? 9_000 : 1_000 + i)
    }
    await writeFile(join(path, 'mine.txt'), Buffer.alloc(5_000))
    const folder = new CacheFolder(path, 1_000)
    folder.write(name('4'), Buffer.alloc(300))
    await folder.close()
    expect((await readdir(path)).sort()).toEqual([name('1'), name('3'), name('4'), 'mine.txt'])
  })

  it('clears away what a process that ended was writing, and nothing that is being written', async () => {
    const [left, fresh] = [`${name('1')}.4711-0`, `${name('2')}.d0c5a1f0-7c1b-4c8e-9a3f-0c9f3e0b7a11`]
    for (const draft of [left, fresh]) await writeFile(join(path, draft), 'PSPEE')
    await utimes(join(path, left), 1_000, 1_000)
    const folder = new CacheFolder(path, 1_000)
    await folder.close()
    expect(await readdir(path)).toEqual([fresh])
  })

  it('finds out that another has removed a file', async () => {
    const folder = new CacheFolder(path, 1_000)
    folder.write(name('1'), Buffer.alloc(10))
    await folder.close()
    await rm(join(path, name('1')))
    expect(await folder.read(name('1'))).toBeUndefined()
    expect(folder.has(name('1'))).toBe(false)
  })
})
