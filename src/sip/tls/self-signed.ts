import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'

/** A certificate and its key, in PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

const dayMs = 86_400_000
const validDays = 3650
/** Days before its end at which a certificate is replaced. */
const renewDays = 30

/**
 * The certificate that this node has made for itself: the one kept in `folder`, or a fresh one where there is none, or it
 * soon ends, or is for other names.
 * @param names host names and addresses, the first of which is its subject
 */
export async function selfSigned(
  folder: string,
  names: readonly [string, ...string[]],
  clock: Clock,
): Promise<KeyPair> {
  const files = { cert: join(folder, 'sip-tls.crt'), key: join(folder, 'sip-tls.key') }
  const kept = await readPair(files)
  if (kept && isGood(kept, names, clock.now())) return kept
  const made = await make(names, clock.now())
  await mkdir(folder, { recursive: true })
  await writeFile(files.key, made.key, { mode: 0o600 })
  await chmod(files.key, 0o600)
  await writeFile(files.cert, made.cert)
  return made
}

async function readPair(files: KeyPair): Promise<KeyPair | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')])
    return { cert, key }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isGood({ cert }: KeyPair, names: readonly string[], now: number): boolean {
  try {
    const certificate = new X509Certificate(cert)
    const fits = names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)))
    return fits && Date.parse(certificate.validTo) - now > renewDays * dayMs
  } catch {
    return false // damaged
  }
}

async function make(names: readonly [string, ...string[]], now: number): Promise<KeyPair> {
  const altNames = names.map((name) =>
    isIP(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  )
  // Loaded when it is needed: it takes longer than all else of the start.
  const { generate } = await import('selfsigned')
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - dayMs),
    notAfterDate: new Date(now + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  })
  return { cert, key }
}
