import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CatalogueModel } from '../../src/models/catalogue.js'
import { ModelFolder } from '../../src/models/model-folder.js'
import { type PullOptions, pullModel } from '../../src/models/pull.js'
import { archiveOf, ReleaseServer, sha256 } from './release-server.js'

const path = 'asr-models/small-model.tar.bz2'
const model: CatalogueModel = {
  name: 'small-model',
  kind: 'streaming-transducer',
  languages: ['en'],
  archive: { path },
}
/** Noise is not made smaller by packing: enough of it for a transfer to break off in. */
const noise = randomBytes(40_000)
const archive = archiveOf('small-model', { 'tokens.txt': '<blk> 0\n', 'encoder.onnx': noise })

let server: ReleaseServer
let mirror: string
let folder: ModelFolder

beforeEach(async () => {
  server = new ReleaseServer()
  server.files.set(`/${path}`, archive)
  mirror = await server.listen()
  folder = new ModelFolder(join(mkdtempSync(join(tmpdir(), 'parley-models-')), 'models'))
})

afterEach(async () => {
  await server.close()
  rmSync(dirname(folder.dir), { recursive: true, force: true })
})

function pull(options: PullOptions = {}, wanted = model) {
  return pullModel(wanted, folder, {
    mirror,
    pauseMs: 1,
    retries: 2,
    progress: (_, done) => server.came(done),
    ...options,
  })
}

/** Nothing is left behind but what a further pull can go on with. */
function leftovers(): string[] {
  return readdirSync(join(folder.dir, '.downloads'))
}

describe('pullModel', () => {
  it('puts a model in its place, and says what it is', async () => {
    const steps: string[] = []
    const seen: number[] = []
    const pulled = await pull({
      step: (text) => steps.push(text),
      progress: (file, done, total) => {
        expect([file, total]).toEqual(['small-model.tar.bz2', archive.length])
        seen.push(done)
      },
    })
    expect(pulled).toEqual({
      name: 'small-model',
      folder: join(folder.dir, 'small-model'),
      bytes: archive.length,
      sha256: sha256(archive),
      checked: 'nothing',
    })
    expect(seen[0]).toBe(0)
    expect(seen.at(-1)).toBe(archive.length)
    expect(steps).toEqual(['Checking', 'Unpacking'])
    expect(readFileSync(join(pulled.folder, 'encoder.onnx')).equals(noise)).toBe(true)
    expect(folder.find()).toMatchObject({
      models: [{ name: 'small-model', kind: 'streaming-transducer', languages: ['en'] }],
      broken: [],
    })
    expect(folder.sizeOf('small-model')).toBeGreaterThan(40_000)
    expect(leftovers()).toEqual([])
  })

  it('goes on where a transfer broke off, as often as bytes come', async () => {
    server.breaks = 5
    await pull({ retries: 1 })
    const ranges = [5000, 10_000, 15_000, 20_000, 25_000].map((from) => `GET /${path} bytes=${from}-`)
    expect(server.requests.slice(0, 6)).toEqual([`GET /${path}`, ...ranges])
    expect(readFileSync(join(folder.pathOf('small-model'), 'encoder.onnx')).equals(noise)).toBe(true)
  })

  it('goes on with what an earlier pull left', async () => {
    server.breaks = 1
    await expect(pull({ retries: 0 })).rejects.toMatchObject({ code: 'model_pull_failed' })
    expect(existsSync(folder.pathOf('small-model'))).toBe(false)
    expect(leftovers()).toContain('small-model.tar.bz2')
    server.requests.length = 0
    await pull()
    expect(server.requests[0]).toMatch(/bytes=[1-9]/)
    expect(folder.find().models).toHaveLength(1)
  })

  it('begins anew when the file is another by now', async () => {
    server.breaks = 1
    await expect(pull({ retries: 0 })).rejects.toThrow()
    server.files.set(`/${path}`, archiveOf('small-model', { 'tokens.txt': 'other 0\n' }))
    await pull()
    expect(readFileSync(join(folder.pathOf('small-model'), 'tokens.txt'), 'utf8')).toBe('other 0\n')
  })

  it('begins anew where the server tells files apart by nothing', async () => {
    server.etags = false
    server.breaks = 1
    await pull()
    expect(server.requests.filter((line) => line.endsWith('.bz2'))).toHaveLength(2)
    expect(folder.find().models).toHaveLength(1)
  })

  it('tries again after 503, and gives up after some tries', async () => {
    server.busy = 1
    await pull()
    server.busy = 9
    folder.remove('small-model')
    await expect(pull()).rejects.toThrow(/answered 503/)
  })

  it('does not try again after 404', async () => {
    server.files.clear()
    await expect(pull()).rejects.toMatchObject({
      code: 'model_pull_failed',
      message: expect.stringContaining(`${mirror}/${path} answered 404`),
    })
    expect(server.requests).toHaveLength(1)
    expect(folder.find().models).toEqual([])
  })

  it('says what is wrong where nobody answers', async () => {
    await server.close()
    await expect(pull({ retries: 0 })).rejects.toMatchObject({ code: 'model_pull_failed' })
    await server.listen()
  })

  it('stops when it is told to, and leaves the part', async () => {
    server.breaks = 100
    const stop = new AbortController()
    const pulling = pull({ signal: stop.signal, progress: (_, done) => done > 0 && stop.abort() })
    await expect(pulling).rejects.toThrow(/abort/i)
    expect(folder.find().models).toEqual([])
  })
})

describe('checksums', () => {
  const list = '/asr-models/checksum.txt'

  it('are compared with what was given, else the catalogue, else the first pull, else the list beside the file', async () => {
    const sum = sha256(archive)
    server.files.set(list, Buffer.from(`another.tar.bz2\t${sha256(noise)}\nsmall-model.tar.bz2\t${sum}\n`))
    expect(await pull()).toMatchObject({ checked: 'checksum file' })
    expect(await pull()).toMatchObject({ checked: 'first pull' })
    const pinned = { ...model, archive: { path, sha256: sum } }
    expect(await pull({}, pinned)).toMatchObject({ checked: 'catalogue' })
    expect(await pull({ sha256: sum.toUpperCase() }, pinned)).toMatchObject({ checked: 'given' })
    expect(folder.find().models[0]!.source).toMatchObject({ sha256: sum, checked: 'given' })
  })

  it.each([
    ['given', { sha256: '0'.repeat(64) }, model, ''],
    ['catalogue', {}, { ...model, archive: { path, sha256: '0'.repeat(64) } }, ''],
    ['checksum.txt', {}, model, `small-model.tar.bz2 ${'0'.repeat(64)}\n`],
  ])('that are wrong (%s) leave nothing', async (who, options, wanted, listed) => {
    if (listed) server.files.set(list, Buffer.from(listed))
    await expect(pull(options, wanted)).rejects.toMatchObject({
      code: 'model_checksum_wrong',
      message: expect.stringContaining(who),
    })
    expect(folder.find().models).toEqual([])
    expect(leftovers()).toEqual([])
  })

  it('notice a file that changed since its first pull, and leave the model that is there', async () => {
    await pull()
    server.files.set(`/${path}`, archiveOf('small-model', { 'tokens.txt': 'other 0\n' }))
    await expect(pull()).rejects.toMatchObject({ code: 'model_checksum_wrong' })
    expect(readFileSync(join(folder.pathOf('small-model'), 'tokens.txt'), 'utf8')).toBe('<blk> 0\n')
    expect(await pull({ changed: true })).toMatchObject({ checked: 'nothing' })
    expect(await pull()).toMatchObject({ checked: 'first pull' })
  })
})

describe('archives', () => {
  it('that are none are refused, and not remembered', async () => {
    server.files.set(`/${path}`, noise)
    await expect(pull()).rejects.toMatchObject({
      code: 'model_pull_failed',
      message: expect.stringContaining('cannot be unpacked'),
    })
    expect(folder.find().models).toEqual([])
    expect(leftovers()).toEqual([])
    server.files.set(`/${path}`, archive)
    expect(await pull()).toMatchObject({ checked: 'nothing' })
  })

  it('get the files that belong beside what is in them', async () => {
    server.files.set('/vocoder-models/vocoder.onnx', noise)
    const extra = [{ path: 'vocoder-models/vocoder.onnx' }]
    await pull({}, { ...model, extra })
    expect(readFileSync(join(folder.pathOf('small-model'), 'vocoder.onnx')).equals(noise)).toBe(true)
    expect(leftovers()).toEqual([])
  })

  it('that came whole are not downloaded again when a file beside them fails', async () => {
    const extra = [{ path: 'vocoder-models/vocoder.onnx' }]
    await expect(pull({}, { ...model, extra })).rejects.toThrow(/404/)
    server.files.set('/vocoder-models/vocoder.onnx', noise)
    server.requests.length = 0
    await pull({}, { ...model, extra })
    expect(server.requests[0]).toBe(`GET /${path} bytes=${archive.length}-`)
    expect(folder.find().models).toHaveLength(1)
  })
})

it('a damaged list of first pulls is told of', async () => {
  await pull()
  writeFileSync(join(folder.dir, '.lock.json'), '{')
  await expect(pull()).rejects.toMatchObject({
    code: 'model_pull_failed',
    message: expect.stringContaining('.lock.json cannot be read'),
  })
})

describe('a models folder', () => {
  it('tells of models that are none', async () => {
    await pull()
    writeFileSync(join(folder.pathOf('small-model'), 'model.json'), '{"kind":"parrot","languages":["en"]}')
    expect(folder.find()).toMatchObject({
      models: [],
      broken: [{ name: 'small-model', reason: expect.stringContaining('kind: expected one of') }],
    })
  })

  it('does not remove what is no model', () => {
    expect(() => folder.remove('..')).toThrow('There is no model ".."')
  })
})
