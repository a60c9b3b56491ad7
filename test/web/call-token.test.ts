import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CallTokens } from '../../src/web/index.js'

const key = Buffer.alloc(32, 1)
const at = (now: number) => new CallTokens(key, () => now)
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('call tokens', () => {
  it('grant what they were made for, until they expire', () => {
    const { token, expiresAt } = at(0).make({ to: '1000', client: 'alice' }, 300)
    expect(expiresAt.getTime()).toBe(300_000)
    expect(at(299_999).read(token)).toEqual({ to: '1000', client: 'alice' })
    expect(() => at(300_000).read(token)).toThrow(/expired/)
  })

  it('are JWTs, which others can make with the key', () => {
    const body = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ to: '*', exp: 10 })}`
    const token = `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
    expect(at(0).read(token)).toEqual({ to: '*' })
  })

  const { token } = at(0).make({ to: '1000' }, 300)
  const [head, , signature] = token.split('.')
  it.each([
    ['another key', new CallTokens(Buffer.alloc(32, 2), () => 0).make({ to: '*' }, 9).token],
    ['another content', `${head}.${base64url({ to: '*', exp: 9 })}.${signature}`],
    ['no signature', `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url({ to: '*', exp: 9 })}.`],
    ['more behind it', `${token}.x`],
    ['nothing', ''],
  ])('with %s are refused', (_what, forged) => {
    expect(() => at(0).read(forged)).toThrow(expect.objectContaining({ code: 'web_token_invalid' }))
  })
})
