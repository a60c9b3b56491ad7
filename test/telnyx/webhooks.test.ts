import { createPublicKey, verify } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiKeyIn, signingKeyIn } from '../../src/telnyx/index.js'
import { Rig } from './support/rig.js'

describe('a webhook', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await Rig.start()
  })
  afterEach(() => rig.close())

  it('is an envelope that is signed anew for each attempt', () => {
    rig.incoming()
    const [webhook] = rig.sent
    const first = rig.render(webhook!)
    expect(first).toMatchObject({
      method: 'POST',
      url: 'http://127.0.0.1:9000/webhooks',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'telnyx-webhooks',
        'telnyx-timestamp': '1700000000',
      },
    })
    const body = JSON.parse(first.body)
    expect(body.meta).toEqual({ attempt: 1, delivered_to: 'http://127.0.0.1:9000/webhooks' })
    expect(body.data).toMatchObject({
      record_type: 'event',
      event_type: 'call.initiated',
      id: webhook!.id,
      occurred_at: '2023-11-14T22:13:20.000000Z',
    })
    rig.calls.clock.advance(600_000)
    const second = rig.render(webhook!, 2)
    expect(JSON.parse(second.body).meta.attempt).toBe(2)
    expect(second.headers['telnyx-timestamp']).toBe('1700000600')
    for (const { headers, body } of [first, second]) {
      const raw = Buffer.from(rig.signing.publicKey, 'base64')
      const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw])
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
      const signed = Buffer.from(`${headers['telnyx-timestamp']}|${body}`)
      expect(verify(null, signed, key, Buffer.from(headers['telnyx-signature-ed25519']!, 'base64'))).toBe(
        true,
      )
    }
  })

  it('by GET has the event in the query', async () => {
    const call = rig.incoming()
    await rig.command(call, 'answer', { webhook_url: 'http://h/hook?mine=1', webhook_url_method: 'GET' })
    const { url, body, method } = rig.render(rig.sent.at(-1)!)
    expect({ method, body }).toEqual({ method: 'GET', body: '' })
    const query = new URL(url).searchParams
    expect(query.get('mine')).toBe('1')
    expect(query.get('data[event_type]')).toBe('call.answered')
    expect(query.get('data[payload][call_control_id]')).toBe(call.identity.callControlId)
    expect(query.get('meta[attempt]')).toBe('1')
  })

  it('has microseconds where the clock has', () => {
    rig.calls.clock.advance(0.25)
    rig.incoming()
    expect(rig.sent[0]!.payload['occurred_at']).toBe('2023-11-14T22:13:20.000250Z')
  })
})

describe('keys of a node', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-keys-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are made once, for the eyes of their owner', () => {
    const made = apiKeyIn(folder)
    expect(made).toMatchObject({ key: expect.stringMatching(/^KEY[0-9A-F]{48}$/), made: true })
    expect(apiKeyIn(folder)).toEqual({ ...made, made: false })
    const { publicKey } = signingKeyIn(folder)
    expect(Buffer.from(publicKey, 'base64')).toHaveLength(32)
    expect(signingKeyIn(folder).publicKey).toBe(publicKey)
    for (const name of ['telnyx-api-key', 'telnyx-signing-key.pem']) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
      expect(readFileSync(join(folder, name), 'utf8')).toMatch(/\n$/)
    }
  })

  it('that are damaged are named', () => {
    const file = join(folder, 'telnyx-signing-key.pem')
    chmodSync(file, 0o600)
    writeFileSync(file, 'not a key')
    expect(() => signingKeyIn(folder)).toThrow(expect.objectContaining({ code: 'key_unusable' }))
    expect(() => signingKeyIn(folder)).toThrow(file)
  })
})
