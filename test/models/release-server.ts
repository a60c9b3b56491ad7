import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server of releases as GitHub's are: files at fixed paths, with Range, If-Range and ETag (RFC 9110). */
export class ReleaseServer {
  readonly files = new Map<string, Buffer>()
  /** `GET path range` of every request. */
  readonly requests: string[] = []
  /** How often a transfer is broken off, when `breakAfter` bytes of it have come: see `came`. */
  breaks = 0
  breakAfter = 5000
  private held: { readonly response: ServerResponse; readonly until: number } | undefined
  /** How often an answer is 503. */
  busy = 0
  etags = true
  private readonly server = createServer((request, response) => this.answer(request, response))

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** Told of the bytes that the client has: breaks off when it has all that it shall get. */
  came(bytes: number): void {
    if (!this.held || bytes < this.held.until) return
    this.held.response.destroy()
    this.held = undefined
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { range } = request.headers
    this.requests.push(['GET', request.url, range].filter(Boolean).join(' '))
    const file = this.files.get(request.url!)
    if (!file) return void response.writeHead(404).end('Not Found')
    if (this.busy-- > 0) return void response.writeHead(503).end()
    const etag = `"${sha256(file).slice(0, 16)}"`
    const from = range && request.headers['if-range'] === etag ? Number(/bytes=(\d+)-/.exec(range)![1]) : 0
    if (from >= file.length && from > 0) {
      return void response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end()
    }
    const body = file.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(this.etags && { etag }),
      ...(from > 0 && { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
    })
    if (this.breaks-- > 0) {
      this.held = { response, until: from + this.breakAfter }
      response.write(body.subarray(0, this.breakAfter))
    } else response.end(body)
  }
}

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A folder with these files in it, packed as models are: `tar` and bzip2, one folder at the top. */
export function archiveOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'parley-archive-'))
  try {
    mkdirSync(join(folder, name))
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, name, file), content)
    execFileSync('tar', ['-cjf', join(folder, 'archive'), '-C', folder, name])
    return readFileSync(join(folder, 'archive'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
