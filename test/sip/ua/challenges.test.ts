import { describe, expect, it } from 'vitest'
import { createResponse } from '../../../src/sip/build.js'
import { DigestAuthenticator } from '../../../src/sip/digest/server.js'
import { offerOf } from '../sdp/offer-of.js'
import { local, Scene } from './scene.js'

/** A call from a phone behind a proxy that asks for a password inside the call too. */
function scene(password = 'p') {
  const scene = new Scene({
    config: {
      credentials: (realm, peer) =>
        realm === 'proxy' && peer.address === '192.0.2.1' ? { username: 'u', password } : undefined,
    },
  })
  scene.established()
  const proxy = new DigestAuthenticator({ realm: 'proxy', secretOf: () => 'p', clock: scene.clock })
  scene.phone.answer = (request, transaction) => {
    const { result } = proxy.verify(request, 'Proxy-Authorization')
    if (result !== 'accepted') {
      const headers = { 'Proxy-Authenticate': proxy.challenge(result === 'stale') }
      transaction.respond(createResponse(request, 407, undefined, { headers }))
      return
    }
    const headers = { Contact: '<sip:alice@192.0.2.1:5060>', 'Content-Type': 'application/sdp' }
    const body = request.method === 'INVITE' ? offerOf() : ''
    transaction.respond(createResponse(request, 200, undefined, { headers, body }))
  }
  return scene
}

describe('challenges inside a call that came in', () => {
  it('are answered: to a re-INVITE and its ACK, then to the BYE without being asked again', async () => {
    const challenged = scene()
    const answered = challenged.seen.call.reoffer(offerOf({ port: 18000 }))
    await challenged.clock.run(100)
    expect(await answered).toContain('m=audio 4000')
    challenged.seen.call.hangup()
    await challenged.clock.run(100)
    const sent = challenged.network.trace.filter(({ from }) => from.startsWith(local.address))
    const ack = sent.filter(({ message }) => message.kind === 'request' && message.method === 'ACK').at(-1)
    expect(ack?.message.headers.get('Proxy-Authorization')).toContain('nc=00000001')
    expect(challenged.phone.received.map(({ method }) => method)).toEqual(['INVITE', 'INVITE', 'BYE'])
    expect(challenged.edge.dialogs).toBe(0)
  })

  it('number each try anew', async () => {
    const challenged = scene()
    challenged.seen.call.hangup()
    await challenged.clock.run(100)
    expect(challenged.phone.received.map(({ headers }) => headers.get('CSeq'))).toEqual(['1 BYE', '2 BYE'])
    expect(challenged.edge.dialogs).toBe(0)
  })

  it('end with a refusal where the password is wrong', async () => {
    const challenged = scene('wrong')
    const refused = expect(challenged.seen.call.reoffer(offerOf())).rejects.toThrow('407')
    await challenged.clock.run(100)
    await refused
    expect(challenged.phone.received).toHaveLength(2)
    expect(challenged.seen.ends).toEqual([])
  })
})
