import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** One file of the console as it was built, in the forms it can be sent in. */
export interface PageFile {
  readonly type: string
  readonly etag: string
  readonly plain: Buffer
  readonly br: Buffer | undefined
  readonly gzip: Buffer | undefined
}

/** What was built: the page, and what it loads. */
export interface BuiltConsole {
  /** HTML in which `NONCE` stands where the nonce of an answer goes. */
  readonly index: string
  /** By name, below `/assets/`; a name changes with its content. */
  readonly assets: ReadonlyMap<string, PageFile>
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Reads what the build left in a folder. Undefined where nothing was built. */
export function readBuilt(folder: string): BuiltConsole | undefined {
  const read = (...path: string[]): Buffer | undefined => {
    try {
      return readFileSync(join(folder, ...path))
    } catch {
      return undefined
    }
  }
  const index = read('index.html')?.toString()
  if (index === undefined) return undefined
  const assets = new Map<string, PageFile>()
  for (const name of readdirSync(join(folder, 'assets'))) {
    const type = types[extname(name)]
    const plain = type && read('assets', name)
    if (!type || !plain) continue
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
    assets.set(name, {
      type,
      etag,
      plain,
      br: read('assets', `${name}.br`),
      gzip: read('assets', `${name}.gz`),
    })
  }
  return { index, assets }
}
