import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/base/log.js'
import { type Config, loadConfig } from '../../src/config/index.js'
import { createRegistrar, phoneBook } from '../../src/main/phones.js'
import { createSipSide } from '../../src/main/sip-side.js'
import { createRequest } from '../../src/sip/build.js'
import { answerChallenge } from '../../src/sip/digest/client.js'
import type { Registrar, SipPeer } from '../../src/sip/index.js'

const nat: SipPeer = { transport: 'udp', address: '203.0.113.5', port: 40_001 }

function configOf(yaml: string): Config {
  return loadConfig({ env: {}, readFile: () => yaml, cores: 1, cwd: '/' }).config
}

const config = configOf('phones: [{ name: desk, password: secret }, { name: hall, password: secret }]')

function register(registrar: Registrar, path: readonly string[]): void {
  const request = (authorization?: string) =>
    createRequest('REGISTER', 'sip:parley', {
      from: '<sip:desk@parley>;tag=1',
      to: '<sip:desk@parley>',
      callId: '1',
      cseq: 1,
      headers: {
        Contact: '<sip:desk@10.0.0.7>',
        Path: path,
        ...(authorization !== undefined && { Authorization: authorization }),
      },
    })
  const challenges = registrar.register(request(), nat).headers!['WWW-Authenticate'] as string[]
  const secret = { username: 'desk', password: 'secret', cnonce: 'a', count: 1 }
  const answer = answerChallenge({ challenges, method: 'REGISTER', uri: 'sip:parley', ...secret })
  expect(registrar.register(request(answer), nat).status).toBe(200)
}

describe('phones of the configuration', () => {
  it('are in the phone book, with the way to them once they have registered', () => {
    const registrar = createRegistrar(config, silentLog)
    const book = phoneBook(registrar)
    expect(book.lookup('kitchen')).toBeUndefined()
    expect(book.lookup('desk')).toEqual([])
    register(registrar, ['<sip:edge.example;lr>'])
    expect(book.lookup('desk')).toEqual([
      { uri: 'sip:desk@10.0.0.7', hops: [], headers: [['Route', '<sip:edge.example;lr>']] },
    ])
    expect(book.lookup('hall')).toEqual([])
    registrar.close()
  })

  it('are reached where they registered from, everybody else where the URI points', async () => {
    const registrar = createRegistrar(config, silentLog)
    const { edge } = await createSipSide(config, {
      version: '0',
      registrar,
      trusts: () => false,
      log: silentLog,
      onCall: () => {
        throw new Error('nobody calls')
      },
    })
    register(registrar, [])
    expect(await edge.resolve('sip:desk@10.0.0.7')).toEqual([nat])
    expect(await edge.resolve('sip:desk@10.0.0.8')).toEqual([
      { transport: 'udp', address: '10.0.0.8', port: 5060 },
    ])
    registrar.close()
  })

  it('are asked for the realm and hashes of callers', () => {
    const strict = configOf(
      'phones: [{ name: desk, password: s }]\nsip: { auth: { realm: pbx, users: { a: b }, algorithms: [SHA-256] } }',
    )
    const registrar = createRegistrar(strict, silentLog)
    const request = createRequest('REGISTER', 'sip:p', {
      from: '<sip:d@p>',
      to: '<sip:d@p>',
      callId: '1',
      cseq: 1,
    })
    const challenges = registrar.register(request, nat).headers!['WWW-Authenticate']
    expect(challenges).toEqual([expect.stringMatching(/realm="pbx".*algorithm=SHA-256/)])
  })
})
