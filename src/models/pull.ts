import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ParleyError } from '../base/errors.js'
import { type CatalogueModel, type ReleaseFile, releases } from './catalogue.js'
import { expectedChecksum } from './checksum.js'
import { type DownloadProgress, discard, download, sha256Of } from './download.js'
import { ModelLock } from './lock.js'
import { type Manifest, manifestFile, type Trust } from './manifest.js'
import type { ModelFolder } from './model-folder.js'
import { unpack } from './unpack.js'

export interface PullOptions {
  /** Stands for where the releases are: `<mirror>/asr-models/name.tar.bz2`. */
  readonly mirror?: string | undefined
  /** What the archive's SHA-256 must be. */
  readonly sha256?: string | undefined
  /** Whether a file may be another than at its first pull. */
  readonly changed?: boolean
  readonly signal?: AbortSignal
  readonly progress?: (file: string, ...progress: Parameters<DownloadProgress>) => void
  /** Told what is done beside downloading. */
  readonly step?: (text: string) => void
  readonly retries?: number
  readonly pauseMs?: number
  readonly stallMs?: number
}

/** What was pulled. */
export interface Pulled {
  readonly name: string
  readonly folder: string
  readonly bytes: number
  readonly sha256: string
  readonly checked: Trust
}

interface Fetched {
  readonly file: ReleaseFile
  readonly path: string
  readonly source: NonNullable<Manifest['source']>
}

/**
 * Downloads a model, checks it, unpacks it, and puts it in its place in one step: a model is there whole or not at all.
 * What a broken pull had downloaded is gone on with.
 * @throws ParleyError `model_pull_failed`, `model_checksum_wrong`
 */
export async function pullModel(
  model: CatalogueModel,
  folder: ModelFolder,
  options: PullOptions = {},
): Promise<Pulled> {
  const downloads = join(folder.dir, '.downloads')
  mkdirSync(downloads, { recursive: true })
  const archive = await fetchFile(model.archive, downloads, folder, options, options.sha256)
  const extras: Fetched[] = []
  for (const file of model.extra ?? [])
    extras.push(await fetchFile(file, downloads, folder, options, undefined))
  options.step?.('Unpacking')
  const unpacked = mkdtempSync(join(downloads, 'unpacked-'))
  // Whoever runs the relay reads it, and that need not be who pulls.
  chmodSync(unpacked, 0o755)
  try {
    await unpack(archive.path, unpacked).catch((thrown) => {
      discard(archive.path)
      throw thrown
    })
    for (const { path } of extras) renameSync(path, join(unpacked, basename(path)))
    const { kind, languages, speakers } = model
    const manifest: Manifest = {
      kind,
      languages: [...languages],
      ...(speakers && { speakers: [...speakers] }),
      source: archive.source,
    }
    writeFileSync(join(unpacked, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`)
    const place = folder.pathOf(model.name)
    rmSync(place, { recursive: true, force: true })
    renameSync(unpacked, place)
    const lock = new ModelLock(folder.dir)
    for (const { file, source } of [archive, ...extras]) lock.set(file.path, source.sha256, source.bytes)
    for (const { path } of [archive, ...extras]) discard(path)
    const { bytes, sha256, checked } = archive.source
    return { name: model.name, folder: place, bytes, sha256, checked }
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

async function fetchFile(
  file: ReleaseFile,
  downloads: string,
  folder: ModelFolder,
  options: PullOptions,
  given: string | undefined,
): Promise<Fetched> {
  const { mirror = releases, signal = new AbortController().signal, changed, progress, step } = options
  const base = mirror.replace(/\/+$/, '')
  const url = `${base}/${file.path}`
  const name = basename(file.path)
  const path = join(downloads, name)
  await download({
    url,
    path,
    progress: (done, total) => progress?.(name, done, total),
    signal,
    retries: options.retries ?? 5,
    pauseMs: options.pauseMs ?? 2_000,
    stallMs: options.stallMs ?? 30_000,
  })
  step?.('Checking')
  const lock = new ModelLock(folder.dir)
  const sha256 = await sha256Of(path)
  const expected = await expectedChecksum(file, { given, lock, base, signal })
  const forgiven = changed && expected?.trust === 'first pull'
  if (expected && expected.sha256 !== sha256 && !forgiven) {
    discard(path)
    throw new ParleyError(
      'model_checksum_wrong',
      `${url} has the SHA-256 ${sha256}, not ${expected.sha256} (${told[expected.trust]}); it was deleted.`,
    )
  }
  const { size: bytes } = statSync(path)
  const checked = expected && !forgiven ? expected.trust : 'nothing'
  return { file, path, source: { url, bytes, sha256, checked } }
}

/** Who said what a SHA-256 should be. */
const told: Readonly<Record<Trust, string>> = {
  given: 'as given',
  catalogue: 'as the catalogue has it',
  'first pull': 'as at its first pull; --changed takes it all the same',
  'checksum file': "as the server's checksum.txt has it",
  nothing: 'as nobody said',
}
