import { describe, expect, it } from 'vitest'
import { SipLog, type SipLogEntry, withoutSecrets } from '../../src/console/sip-log.js'

function message(callId: string, summary: string, at = 1): SipLogEntry {
  return { at, direction: 'in', callId, peer: 'udp 127.0.0.1:5060', summary, text: summary }
}

function watched() {
  const told: string[] = []
  const log = new SipLog((callSid, { summary }) => told.push(`${callSid} ${summary}`))
  return { log, told }
}

describe('SIP messages of calls', () => {
  it('wait for the call that they begin, and trail behind its end', () => {
    const { log, told } = watched()
    log.message(message('a', 'INVITE'))
    log.message(message('a', '100 Trying (INVITE)'))
    log.message(message('b', 'REGISTER'))
    log.known('b', 'CA2')
    log.known('a', 'CA1')
    log.ended('CA1')
    log.message(message('a', '200 OK (BYE)'))
    expect(told).toEqual(['CA1 INVITE', 'CA1 100 Trying (INVITE)', 'CA1 200 OK (BYE)'])
  })

  it('are bounded, by call and by what is never known', () => {
    const { log, told } = watched()
    log.known('a', 'CA1')
    for (let n = 0; n < 600; n++) log.message(message('a', 'INFO'))
    expect(told).toHaveLength(500)
    for (let n = 0; n < 600; n++) log.message(message(`x${n}`, 'INVITE'))
    log.known('x0', 'CA0')
    log.known('x599', 'CA599')
    expect(told.slice(500)).toEqual(['CA599 INVITE'])
  })

  it('are kept without what opens doors', () => {
    const text =
      'INVITE sip:a SIP/2.0\r\nAuthorization: Digest username="a", response="0f"\r\n\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0\r\n'
    const kept = withoutSecrets(text)
    expect(kept).not.toMatch(/0f|c2VjcmV0/)
    expect(kept).toContain('Authorization: Digest …\r\n')
    expect(kept).toContain('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:…')
  })
})
