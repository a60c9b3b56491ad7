import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Audio, decodeMedia } from '../../audio/index.js'
import { type Clock, systemClock } from '../../base/clock.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import { type HostMap, mapHost } from '../../base/host-map.js'

export interface FetchMediaOptions {
  /** The largest body taken, in bytes. Default 10 MB. */
  readonly mostBytes?: number
  /** The longest a fetch may take, redirects included, in ms. Default 10,000. */
  readonly timeoutMs?: number
  /** The longest audio taken, in seconds. Default 600. */
  readonly longestSeconds?: number
  /** Redirects followed. Default 5. */
  readonly redirects?: number
  /** Where hosts are reached instead of where their names lead. */
  readonly hosts?: HostMap | undefined
  /** Decodes what was fetched. By default on this thread, at the media's own rate; `MediaDecoder` does it on its own. */
  readonly decode?: (bytes: Uint8Array, contentType?: string) => Promise<Audio>
  /** Whether file: URLs of this machine's are read too. Not for what an app may name. Default false. */
  readonly files?: boolean
  readonly clock?: Clock
}

interface Body {
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
}

/**
 * Fetches and decodes a WAV or MP3, such as that of a `play` frame.
 *
 * @param source http(s) or data URL, or file URL where allowed
 * @param signal stops the fetch
 * @throws ParleyError `media_fetch_failed`, naming the URL and the reason
 */
export async function fetchMedia(
  source: string,
  signal: AbortSignal,
  options: FetchMediaOptions = {},
): Promise<Audio> {
  try {
    const { bytes, contentType } = await bodyOf(source, signal, options)
    if (options.decode) return await options.decode(bytes, contentType)
    const { longestSeconds } = options
    return await decodeMedia(bytes, contentType, longestSeconds === undefined ? {} : { longestSeconds })
  } catch (thrown) {
    throw new ParleyError('media_fetch_failed', `${shortened(source)}: ${reasonOf(thrown)}`, {
      cause: thrown,
    })
  }
}

async function bodyOf(source: string, signal: AbortSignal, options: FetchMediaOptions): Promise<Body> {
  if (source.startsWith('data:')) return fromDataUrl(source, options)
  if (options.files && source.startsWith('file:')) return fromFile(source, options)
  return fromHttp(source, signal, options)
}

async function fromFile(source: string, { mostBytes = 10_000_000 }: FetchMediaOptions): Promise<Body> {
  const file = await open(fileURLToPath(source))
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new Error('it is no file')
    checkSize(status.size, mostBytes)
    return { bytes: await file.readFile(), contentType: undefined }
  } finally {
    await file.close()
  }
}

/** RFC 2397. */
function fromDataUrl(source: string, { mostBytes = 10_000_000 }: FetchMediaOptions): Body {
  const comma = source.indexOf(',')
  if (comma < 0) throw new Error('a data URL needs a comma before its data')
  const [type = '', ...parameters] = source.slice('data:'.length, comma).split(';')
  const data = source.slice(comma + 1)
  const base64 = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64')
  const bytes = base64 ? Buffer.from(percentDecoded(data).toString('latin1'), 'base64') : percentDecoded(data)
  checkSize(bytes.length, mostBytes)
  return { bytes, contentType: type || undefined }
}

function percentDecoded(data: string): Buffer {
  return Buffer.from(
    data.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

async function fromHttp(source: string, signal: AbortSignal, options: FetchMediaOptions): Promise<Body> {
  const { timeoutMs = 10_000, mostBytes = 10_000_000, clock = systemClock } = options
  const late = new AbortController()
  const timer = clock.after(timeoutMs, () => late.abort(new Error(`took longer than ${timeoutMs} ms`)))
  try {
    const response = await follow(source, AbortSignal.any([signal, late.signal]), options)
    return {
      bytes: await read(response, mostBytes),
      contentType: response.headers.get('content-type') ?? undefined,
    }
  } finally {
    timer.cancel()
  }
}

async function follow(
  source: string,
  signal: AbortSignal,
  { redirects = 5, hosts = {} }: FetchMediaOptions,
): Promise<Response> {
  let url = source
  for (let left = redirects; ; left--) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    if (!parsed || !/^https?:$/.test(parsed.protocol))
      throw new Error(`${shortened(url)} is no http(s) or data URL`)
    const headers = { accept: 'audio/wav, audio/mpeg, audio/*;q=0.5' }
    const response = await fetch(mapHost(parsed, hosts).url, { signal, headers, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location) {
      await response.body?.cancel()
      if (left === 0) throw new Error(`more than ${redirects} redirects`)
      url = new URL(location, parsed).href
      continue
    }
    if (response.ok) return response
    await response.body?.cancel()
    throw new Error(
      `the server answered ${response.status}${response.statusText ? ` ${response.statusText}` : ''}`,
    )
  }
}

/** Reads a body, never more of it than allowed, whatever its headers say. */
async function read(response: Response, most: number): Promise<Uint8Array> {
  checkSize(Number(response.headers.get('content-length') ?? 0), most)
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body ?? []) {
    size += piece.length
    checkSize(size, most)
    pieces.push(piece)
  }
  return Buffer.concat(pieces, size)
}

function checkSize(bytes: number, most: number): void {
  if (bytes > most) throw new Error(`the body is larger than ${most} bytes`)
}

function shortened(source: string): string {
  const most = source.startsWith('data:') ? 40 : 300
  return source.length > most ? `${source.slice(0, most)}…` : source
}

/** `fetch` hides what happened in its error's cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.message === 'fetch failed' ? thrown.cause : undefined
  return messageOf(cause ?? thrown)
}
