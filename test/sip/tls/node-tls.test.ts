import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PeerCertificate } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ParleyError } from '../../../src/base/errors.js'
import { silentLog } from '../../../src/base/log.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { NodeTls, type NodeTlsOptions } from '../../../src/sip/tls/node-tls.js'
import { selfSigned } from '../../../src/sip/tls/self-signed.js'
import { checkSipDomain } from '../../../src/sip/tls/verify-domain.js'
import { certificateFor } from './certificates.js'

const now = Date.parse('2026-05-01T00:00:00Z')
const years = (count: number) => count * 365 * 86_400_000
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tls-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('selfSigned', () => {
  const names = ['pbx.example.com', '192.0.2.1', '::1'] as const

  it('makes a certificate for the names, and keeps it with a key that only its owner reads', async () => {
    const { cert, key } = await selfSigned(folder, names, new SimulatedClock(now))
    const certificate = new X509Certificate(cert)
    expect(certificate.subject).toBe('CN=pbx.example.com')
    expect(certificate.checkHost('pbx.example.com')).toBeDefined()
    expect(certificate.checkIP('192.0.2.1')).toBeDefined()
    expect(certificate.checkIP('::1')).toBeDefined()
    expect(certificate.ca).toBe(false)
    expect(Date.parse(certificate.validFrom)).toBeLessThan(now)
    expect(readFileSync(join(folder, 'sip-tls.key'), 'utf8')).toBe(key)
    expect(statSync(join(folder, 'sip-tls.key')).mode & 0o777).toBe(0o600)
  })

  it('uses it again, until it soon ends, or the names are others, or it is damaged', async () => {
    const first = await selfSigned(folder, names, new SimulatedClock(now))
    expect(await selfSigned(folder, names, new SimulatedClock(now + years(9)))).toEqual(first)
    const renewed = await selfSigned(folder, names, new SimulatedClock(now + years(10)))
    expect(renewed.cert).not.toBe(first.cert)
    const moved = await selfSigned(folder, ['192.0.2.2'], new SimulatedClock(now + years(10)))
    expect(moved.cert).not.toBe(renewed.cert)
    writeFileSync(join(folder, 'sip-tls.crt'), 'nonsense')
    const repaired = await selfSigned(folder, ['192.0.2.2'], new SimulatedClock(now + years(10)))
    expect(new X509Certificate(repaired.cert).checkIP('192.0.2.2')).toBeDefined()
  })
})

describe('NodeTls', () => {
  const clock = new SimulatedClock(now)
  const options = (changes: Partial<NodeTlsOptions> = {}): NodeTlsOptions => ({
    verify: true,
    minVersion: 'TLSv1.2',
    folder,
    names: ['localhost'],
    clock,
    ...changes,
  })

  async function files(name: string): Promise<Pick<NodeTlsOptions, 'certFile' | 'keyFile'>> {
    const { cert, key } = await certificateFor([{ type: 2, value: name }])
    const [certFile, keyFile] = [join(folder, 'own.crt'), join(folder, 'own.key')]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key)
    return { certFile, keyFile }
  }

  it('makes a certificate where none is configured', async () => {
    const tls = await NodeTls.open(options())
    tls.close()
    expect(readFileSync(join(folder, 'sip-tls.crt'), 'utf8')).toContain('BEGIN CERTIFICATE')
  })

  it.each([
    [{ certFile: '/nonexistent.crt', keyFile: '/nonexistent.key' }, /nonexistent\.crt/],
    [{ caFile: '/nonexistent.ca' }, /nonexistent\.ca/],
  ])('tells which file it cannot read: %o', async (changes, message) => {
    const failure = await NodeTls.open(options(changes)).catch((error: unknown) => error)
    expect((failure as ParleyError).code).toBe('sip_tls_invalid')
    expect((failure as ParleyError).message).toMatch(message)
  })

  it('tells that a file is no certificate', async () => {
    const own = await files('one.example.com')
    writeFileSync(own.certFile!, 'nonsense')
    await expect(NodeTls.open(options(own))).rejects.toMatchObject({ code: 'sip_tls_invalid' })
  })

  it('takes over files that were renewed, and keeps the old while the new are not good', async () => {
    const told: string[] = []
    const log = {
      ...silentLog,
      info: (_: object, text: string) => told.push(text),
      warn: () => told.push('bad'),
    }
    const own = await files('one.example.com')
    const tls = await NodeTls.open(options({ ...own, log }))
    await tls.refresh()
    expect(told).toEqual([])
    await files('two.example.com')
    utimesSync(own.certFile!, new Date(now), new Date(now))
    await tls.refresh()
    writeFileSync(own.keyFile!, 'nonsense')
    await tls.refresh()
    rmSync(own.certFile!)
    await tls.refresh()
    expect(told).toEqual(['new certificate for SIP over TLS', 'bad', 'bad'])
    tls.close()
  })
})

describe('checkSipDomain (RFC 5922 §7.1)', () => {
  const certificate = (subjectaltname: string): PeerCertificate =>
    ({ subject: { CN: 'ignored.example.com' }, subjectaltname }) as unknown as PeerCertificate

  it.each([
    ['example.com', 'URI:sip:example.com'],
    ['Example.com', 'URI:sip:EXAMPLE.com, DNS:sip1.example.com'],
    ['sip1.example.com', 'URI:sip:example.com, DNS:sip1.example.com'],
    ['a.pstn.example.com', 'DNS:*.pstn.example.com'],
    ['192.0.2.1', 'IP Address:192.0.2.1'],
  ])('%s is what %s is for', (domain, names) => {
    expect(checkSipDomain(domain, certificate(names))).toBeUndefined()
  })

  it.each([
    ['example.com', 'URI:sip:example.org'],
    ['example.com', 'URI:sip:user@example.com'],
    ['ignored.example.com', 'DNS:example.com'],
    ['192.0.2.1', 'DNS:192.0.2.1'],
  ])('%s is not what %s is for', (domain, names) => {
    expect(checkSipDomain(domain, certificate(names))).toBeInstanceOf(Error)
  })
})
