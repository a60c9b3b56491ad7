import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fetch, type Response } from 'undici'
import { ParleyError, reasonOf } from '../base/errors.js'

/** Told as the bytes come; `total` is undefined where the server does not tell. */
export type DownloadProgress = (done: number, total: number | undefined) => void

export interface DownloadOptions {
  readonly url: string
  /** Where the file goes. What is there already is gone on with, when the server still has the same file. */
  readonly path: string
  readonly progress: DownloadProgress
  readonly signal: AbortSignal
  /** Tries after the first, each going on where the one before broke off. */
  readonly retries: number
  /** ms before a further try. */
  readonly pauseMs: number
  /** ms without a byte after which a connection counts as broken. */
  readonly stallMs: number
}

/** The server's answer will be the same next time. */
class Refused extends ParleyError {}

/**
 * Downloads a file, and goes on with what an earlier try left (RFC 9110, Range and If-Range).
 * @throws ParleyError `model_pull_failed` when the server refuses it or breaks off again and again
 */
export async function download(options: DownloadOptions): Promise<void> {
  for (let failed = 0; ; ) {
    const before = sizeOf(options.path)
    try {
      return await attempt(options)
    } catch (thrown) {
      options.signal.throwIfAborted()
      if (thrown instanceof Refused) throw thrown
      // What brings bytes is no failure: a long file over a poor line comes in many pieces.
      failed = sizeOf(options.path) > before ? 1 : failed + 1
      if (failed > options.retries) {
        throw new ParleyError('model_pull_failed', `${options.url}: ${reasonOf(thrown)}`, { cause: thrown })
      }
      await pause(options.pauseMs, undefined, { signal: options.signal })
    }
  }
}

async function attempt({ url, path, progress, signal, stallMs }: DownloadOptions): Promise<void> {
  const mark = `${path}.etag`
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(new Error(`no data for ${stallMs} ms`)), stallMs)
  try {
    const had = existsSync(mark) ? sizeOf(path) : 0
    const headers: Record<string, string> =
      had > 0 ? { range: `bytes=${had}-`, 'if-range': readFileSync(mark, 'utf8') } : {}
    const response = await fetch(url, { headers, signal: AbortSignal.any([signal, stalled.signal]) })
    if (response.status === 416) {
      await response.body?.cancel()
      if (response.headers.get('content-range') === `bytes */${had}`) return progress(had, had)
      discard(path)
      throw new Error('the part that was there does not belong to it; begun anew')
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      const detail = `${url} answered ${response.status} ${response.statusText}`.trim()
      throw response.status >= 500 || response.status === 429
        ? new Error(detail)
        : new Refused('model_pull_failed', detail)
    }
    const from = response.status === 206 ? had : 0
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) ? from + length : undefined
    remember(mark, response)
    let done = from
    progress(done, total)
    const file = await open(path, from > 0 ? 'a' : 'w')
    try {
      for await (const chunk of response.body) {
        await file.appendFile(chunk)
        done += chunk.length
        timer.refresh()
        progress(done, total)
      }
    } finally {
      await file.close()
    }
    if (total !== undefined && done !== total) throw new Error(`it ended after ${done} of ${total} bytes`)
  } finally {
    clearTimeout(timer)
  }
}

/** Deletes a download, or the part of one that there is. */
export function discard(path: string): void {
  rmSync(path, { force: true })
  rmSync(`${path}.etag`, { force: true })
}

/** Only a strong validator says that a part belongs to the same file (RFC 9110, section 13.1.5). */
function remember(mark: string, { headers }: Response): void {
  const etag = headers.get('etag')
  const validator = etag && !etag.startsWith('W/') ? etag : headers.get('last-modified')
  if (validator) writeFileSync(mark, validator)
  else rmSync(mark, { force: true })
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0
}

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
