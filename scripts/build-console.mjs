// Builds the console's pages to dist/console, with each file compressed beside it, and watches over their size.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { root } from './setup.mjs'

/** Bytes that all scripts and styles together may take, compressed. */
export const mostBytes = 400 * 1024
const compressible = /\.(js|css|svg)$/

/** @returns {Promise<boolean>} whether the pages are there, and small enough */
export async function buildConsole() {
  const { build } = await import('vite')
  const { default: config } = await import('../console/vite.config.mjs')
  const { NODE_ENV } = process.env
  try {
    await build(config)
  } catch (error) {
    console.error(error.message)
    return false
  } finally {
    // Vite sets NODE_ENV, which is not for the relay or the tests that this process starts.
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
  const bytes = compress(join(root, 'dist', 'console', 'assets'))
  console.log(`  console: ${(bytes / 1024).toFixed(0)} KB compressed`)
  if (bytes <= mostBytes) return true
  console.error(`The console has ${bytes} bytes compressed; ${mostBytes} is the most.`)
  return false
}

/** Bytes of the pages as they are sent. */
export function consoleBytes(folder = join(root, 'dist', 'console', 'assets')) {
  if (!existsSync(folder)) return undefined
  const files = readdirSync(folder).filter((name) => name.endsWith('.br'))
  return files.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0)
}

function compress(folder) {
  for (const name of readdirSync(folder).filter((one) => compressible.test(one))) {
    const plain = readFileSync(join(folder, name))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(plain, { params }))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(plain, { level: 9 }))
  }
  return consoleBytes(folder)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await buildConsole()) ? 0 : 1)
