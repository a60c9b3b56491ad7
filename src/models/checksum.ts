import { fetch } from 'undici'
import type { ReleaseFile } from './catalogue.js'
import type { ModelLock } from './lock.js'
import type { Trust } from './manifest.js'

/** What a file's SHA-256 should be, and who says so. */
export interface Expected {
  readonly sha256: string
  readonly trust: Trust
}

/** A release's list of checksums is some kilobytes; a longer answer is something else. */
const mostBytes = 1_000_000

/**
 * What a file's SHA-256 should be: as the user gave it, as the catalogue has it, as it was at the first pull, or as the
 * `checksum.txt` beside it says. That last one protects from damage, not from whoever runs the server.
 * @returns undefined where nobody knows
 */
export async function expectedChecksum(
  file: ReleaseFile,
  {
    given,
    lock,
    base,
    signal,
  }: { given: string | undefined; lock: ModelLock; base: string; signal: AbortSignal },
): Promise<Expected | undefined> {
  if (given) return { sha256: given.toLowerCase(), trust: 'given' }
  if (file.sha256) return { sha256: file.sha256, trust: 'catalogue' }
  const known = lock.get(file.path)
  if (known) return { sha256: known, trust: 'first pull' }
  const [release, name] = file.path.split('/') as [string, string]
  const listed = await listedIn(`${base}/${release}/checksum.txt`, name, signal)
  return listed ? { sha256: listed, trust: 'checksum file' } : undefined
}

/** Looks a file up in a list of `name sha256` or `sha256 name`, a line each; undefined where there is no such list. */
async function listedIn(url: string, name: string, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(url, { signal }).catch(() => undefined)
  signal.throwIfAborted()
  if (!response?.ok || Number(response.headers.get('content-length') ?? 0) > mostBytes) {
    await response?.body?.cancel()
    return undefined
  }
  const text = await response.text().catch(() => '')
  for (const line of text.split('\n')) {
    const words = line.trim().split(/[\s*]+/)
    const sum = words.find((word) => /^[0-9a-f]{64}$/i.test(word))
    if (sum && words.includes(name)) return sum.toLowerCase()
  }
  return undefined
}
