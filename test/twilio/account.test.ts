import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accountIn, createSigner } from '../../src/twilio/index.js'

describe('the account', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-account-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('is made where it is not configured, shown once, kept for its owner alone', () => {
    const { account, made } = accountIn(dir, { apiKeys: {} })
    expect(account.sid).toMatch(/^AC[0-9a-f]{32}$/)
    expect(account.authToken).toMatch(/^[0-9a-f]{32}$/)
    expect(made.map(({ text }) => text)).toEqual([
      `Twilio account SID, shown this once: ${account.sid}`,
      `Twilio auth token, shown this once: ${account.authToken}`,
    ])
    const file = join(dir, 'twilio-auth-token')
    expect(readFileSync(file, 'utf8').trim()).toBe(account.authToken)
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(accountIn(dir, { apiKeys: {} })).toEqual({ account, made: [] })
  })

  it('is what is configured', () => {
    const configured = { accountSid: 'AC1', authToken: 'token', apiKeys: { SK1: 'secret' } }
    expect(accountIn(dir, configured)).toEqual({
      account: { sid: 'AC1', authToken: 'token', apiKeys: { SK1: 'secret' } },
      made: [],
    })
  })
})

describe('signatures', () => {
  const form = { CallSid: 'CA1', From: '+15550001111', Empty: '' }
  const signed = (url: string, options: { hosts?: Record<string, string>; publicUrl?: string } = {}) =>
    createSigner({ authToken: 'token', hosts: {}, ...options })(url, form)
  const holds = (headers: Readonly<Record<string, string>>, url: string) =>
    twilio.validateRequest('token', headers['x-twilio-signature']!, url, form)

  it('are of the URL itself', () => {
    const headers = signed('http://127.0.0.1:9000/voice?a=b')
    expect(holds(headers, 'http://127.0.0.1:9000/voice?a=b')).toBe(true)
    expect(Object.keys(headers)).toEqual(['x-twilio-signature'])
  })

  it('are of the public URL of an app on this machine, and say so', () => {
    const headers = signed('http://localhost:9000/voice?a=b', { publicUrl: 'https://app.example.com' })
    expect(holds(headers, 'https://app.example.com/voice?a=b')).toBe(true)
    expect(headers).toMatchObject({ host: 'app.example.com', 'x-forwarded-proto': 'https' })
  })

  it('leave other machines their own', () => {
    const headers = signed('http://192.0.2.7/voice', { publicUrl: 'https://app.example.com' })
    expect(holds(headers, 'http://192.0.2.7/voice')).toBe(true)
    expect(headers['host']).toBeUndefined()
  })

  it('are of the https URL where a host is led to this machine', () => {
    const headers = signed('https://app.example.com/voice', {
      hosts: { 'app.example.com': '127.0.0.1:9000' },
    })
    expect(holds(headers, 'https://app.example.com/voice')).toBe(true)
    expect(headers).toMatchObject({ host: 'app.example.com', 'x-forwarded-proto': 'https' })
  })
})
