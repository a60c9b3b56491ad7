import { describe, expect, it } from 'vitest'
import { createResponse, type HeaderFields } from '../../../src/sip/build.js'
import type { SipRequest } from '../../../src/sip/message.js'
import type { RegistrationState } from '../../../src/sip/registration.js'
import { Scene } from './scene.js'

type Answer = (request: SipRequest, number: number) => [status: number, headers?: HeaderFields] | undefined

/** A registrar at 192.0.2.1 that answers as told, and an edge that registers there. */
function registering(answer: Answer, hops: readonly string[] = []) {
  const scene = new Scene({
    resolve: async (uri) => {
      const address = /(\d+\.\d+\.\d+\.\d+)/.exec(uri)?.[1]
      if (!address) throw new Error('no such name')
      return [{ transport: 'udp', address, port: 5060 }]
    },
  })
  const received: SipRequest[] = []
  scene.phone.answer = (request, transaction) => {
    received.push(request)
    const [status, headers = {}] = answer(request, received.length) ?? []
    if (status) transaction.respond(createResponse(request, status, undefined, { toTag: 'r', headers }))
  }
  const states: RegistrationState[] = []
  const registration = scene.edge.register(
    {
      registrar: 'sip:192.0.2.1',
      addressOfRecord: 'sip:u@192.0.2.1',
      hops,
      credentials: { username: 'u', password: 'p' },
      expiresSeconds: 600,
    },
    (state) => states.push(state),
  )
  return { scene, received, states, registration }
}

async function pass(scene: Scene, ms = 100): Promise<void> {
  for (let i = 0; i < 20; i++) {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    scene.clock.advance(ms / 20)
  }
}

const ok: Answer = (request) => [200, { Contact: `${request.headers.get('Contact')};expires=300` }]
const header = (request: SipRequest | undefined, name: string) => request?.headers.get(name)

describe('a registration', () => {
  it('is renewed before the time granted is over, and taken back', async () => {
    const { scene, received, states, registration } = registering(ok)
    await pass(scene)
    expect(received[0]?.uri).toBe('sip:192.0.2.1')
    expect(header(received[0], 'To')).toBe('<sip:u@192.0.2.1>')
    expect(header(received[0], 'Contact')).toBe('<sip:u@192.0.2.100:5060>')
    expect(header(received[0], 'Expires')).toBe('600')
    expect(registration.current.state).toBe('registered')
    await pass(scene, 235_000)
    expect(received).toHaveLength(1)
    await pass(scene, 10_000)
    await pass(scene)
    expect(received).toHaveLength(2)
    expect(header(received[1], 'Call-ID')).toBe(header(received[0], 'Call-ID'))
    expect(header(received[1], 'CSeq')).toBe('2 REGISTER')
    const closed = registration.close()
    await pass(scene)
    await closed
    expect(header(received[2], 'Expires')).toBe('0')
    expect(states.map(({ state }) => state)).toEqual(['registered', 'registered', 'closed'])
    await pass(scene, 1_000_000)
    expect(received).toHaveLength(3)
  })

  it('answers challenges, and asks for as long as the registrar wants', async () => {
    const { scene, received, registration } = registering((request, number) => {
      if (number === 1) return [401, { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' }]
      if (header(request, 'Expires') === '600') return [423, { 'Min-Expires': '1800' }]
      return [200, { Expires: '1800' }]
    })
    await pass(scene, 200)
    expect(received.map((request) => header(request, 'Expires'))).toEqual(['600', '600', '1800'])
    expect(header(received[2], 'Authorization')).toMatch(/username="u".*nc=00000002/)
    expect(registration.current).toMatchObject({ state: 'registered' })
  })

  it('tries again after a refusal, each time later', async () => {
    const { scene, received, states } = registering(() => [403])
    await pass(scene)
    await pass(scene, 200_000)
    await pass(scene, 200_000)
    expect(received.length).toBeGreaterThan(2)
    const waits = states
      .map((state) => (state.state === 'failed' ? state.retryAt : 0))
      .map((at, i, all) => at - (all[i - 1] ?? at))
    expect(waits.at(-1)).toBeGreaterThan(30_000)
    expect(states[0]).toMatchObject({ state: 'failed', detail: '403 Forbidden' })
  })

  it('goes to the next hop when one is out of reach or overloaded', async () => {
    const { scene, states, received } = registering(ok, ['sip:nowhere', 'sip:192.0.2.9', 'sip:192.0.2.1'])
    await pass(scene, 33_000)
    await pass(scene, 1_000)
    expect(received).toHaveLength(1)
    expect(states.map(({ state }) => state)).toEqual(['registered'])
  })

  it('does not keep the edge from closing when nobody answers', async () => {
    const { scene } = registering((request) =>
      header(request, 'Expires') === '0' ? undefined : ok(request, 1),
    )
    await pass(scene)
    const closed = scene.edge.close()
    await pass(scene, 3_000)
    await closed
  })
})

describe('a registration in trouble', () => {
  it('is left alone as long as the registrar asks (Retry-After)', async () => {
    const { scene, received, states } = registering(() => [503, { 'Retry-After': '600' }])
    await pass(scene)
    expect(states).toMatchObject([{ state: 'failed', detail: '503 Service Unavailable' }])
    await pass(scene, 590_000)
    expect(received).toHaveLength(1)
    await pass(scene, 20_000)
    await pass(scene)
    expect(received).toHaveLength(2)
  })

  it('gives a silent hop four seconds while another is left, and asks the other first next time', async () => {
    const { scene, states, received } = registering(ok, ['sip:192.0.2.9', 'sip:192.0.2.1'])
    await pass(scene, 3_900)
    expect(received).toHaveLength(0)
    await pass(scene, 300)
    await pass(scene)
    expect(received).toHaveLength(1)
    expect(states.map(({ state }) => state)).toEqual(['registered'])
  })

  it('tells who did not answer', async () => {
    const { scene, states } = registering(() => undefined)
    await pass(scene, 33_000)
    await pass(scene)
    expect(states).toMatchObject([{ state: 'failed', detail: 'udp:192.0.2.1:5060: No response' }])
  })

  it('does not ask with a password that was refused', async () => {
    const challenge = { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' }
    const { scene, received, states } = registering(() => [401, challenge])
    await pass(scene)
    await pass(scene)
    expect(received).toHaveLength(2)
    expect(states).toMatchObject([{ state: 'failed', detail: '401 Unauthorized' }])
  })

  it('is closed while a request is under way: what was granted is taken back after that', async () => {
    let answer = (): void => {}
    const { scene, received, registration, states } = registering(ok)
    const respond = scene.phone.answer
    scene.phone.answer = (request, transaction) => {
      answer = () => respond(request, transaction)
      if (received.length > 0) answer()
    }
    await pass(scene)
    const closed = registration.close()
    await pass(scene)
    expect(scene.network.timesOf('REGISTER')).toHaveLength(1)
    answer()
    await pass(scene)
    await closed
    expect(received.map((request) => header(request, 'Expires'))).toEqual(['600', '0'])
    expect(states.map(({ state }) => state)).toEqual(['closed'])
    await pass(scene, 1_000_000)
    expect(received).toHaveLength(2)
  })

  it('answers a challenge to the last request too', async () => {
    const { scene, received, registration } = registering((request) =>
      header(request, 'Expires') === '0' && !header(request, 'Authorization')
        ? [401, { 'WWW-Authenticate': 'Digest realm="r", nonce="n", qop="auth"' }]
        : ok(request, 1),
    )
    await pass(scene)
    const closed = registration.close()
    await pass(scene)
    await closed
    expect(received.map((request) => header(request, 'Expires'))).toEqual(['600', '0', '0'])
  })

  it('goes through an outbound proxy', async () => {
    const { scene, received } = registering(ok, ['sip:192.0.2.1;lr'])
    await pass(scene)
    expect(header(received[0], 'Route')).toBe('<sip:192.0.2.1;lr>')
  })

  it('is not harmed by whoever watches it', async () => {
    const { scene, states, registration } = registering(ok)
    states.push = () => {
      throw new Error('watcher')
    }
    await pass(scene)
    expect(registration.current.state).toBe('registered')
    const closed = registration.close()
    await pass(scene)
    await closed
  })
})
