import { describe, expect, it } from 'vitest'
import { Scene } from './scene.js'

/** The Contact of our 200 to an INVITE over TLS. */
function contactOf(uri: string, headers: Record<string, string> = {}): string | undefined {
  const scene = new Scene({ transport: 'tls' })
  const call = scene.established({ uri, headers })
  return call.responses.at(-1)?.headers.get('Contact')
}

describe('a call over TLS', () => {
  it('gets a Contact by TLS', () => {
    expect(contactOf('sip:1000@192.0.2.100')).toBe('<sip:1000@192.0.2.100:5060;transport=tls>')
  })

  it.each([
    ['the Request-URI', 'sips:1000@192.0.2.100', {}],
    ['the Contact', 'sip:1000@192.0.2.100', { Contact: '<sips:alice@192.0.2.1>' }],
    ['the first Record-Route', 'sip:1000@192.0.2.100', { 'Record-Route': '<sips:192.0.2.1;lr>' }],
  ])('gets a sips: Contact where %s is sips: (RFC 3261 §12.1.1)', (_, uri, headers) => {
    expect(contactOf(uri, headers)).toBe('<sips:1000@192.0.2.100:5060>')
  })
})
