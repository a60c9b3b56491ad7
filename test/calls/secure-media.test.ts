import { describe, expect, it } from 'vitest'
import type { SrtpPolicy } from '../../src/sip/index.js'
import { FakeSip, g722Offer, Node } from './support/fakes.js'

const key = Buffer.alloc(30, 9).toString('base64')
const secureOffer = g722Offer
  .replace('RTP/AVP', 'RTP/SAVP')
  .concat(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}\r\n`)

function called(srtp: SrtpPolicy, offer: string | undefined) {
  const node = new Node({ srtp })
  const { sip, listener, leg } = node.incoming(new FakeSip('1000', offer))
  if (leg) {
    const { session } = node.media.last('start-session')
    node.media.onEvent({ type: 'session-ready', session })
  }
  return { node, sip, listener }
}

describe('rtp.srtp', () => {
  it('optional: an encrypted offer is answered with a key of ours, which the leg gets too', () => {
    const { node, sip, listener } = called('optional', secureOffer)
    const { media } = node.media.last('open-leg')
    expect(media?.srtp).toMatchObject({ suite: 'AES_CM_128_HMAC_SHA1_80', remoteKey: key })
    expect(sip.answer).toContain(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${media?.srtp?.localKey}`)
    listener.confirmed(undefined)
    const again = listener.offered(secureOffer.replace('40000', '40002'))
    expect(again).toContain(`inline:${media?.srtp?.localKey}`)
    expect(node.media.last('update-leg').media.srtp).toEqual(media?.srtp)
  })

  it('optional: a plain offer is answered in the clear', () => {
    const { node, sip } = called('optional', g722Offer)
    expect(node.media.last('open-leg').media?.srtp).toBeUndefined()
    expect(sip.answer).toContain('RTP/AVP 9')
  })

  it('required: a plain offer gets 488', () => {
    expect(called('required', g722Offer).sip.told).toEqual(['reject 488 Not Acceptable Here: offer RTP/SAVP'])
  })

  it('off: an encrypted offer gets 488', () => {
    expect(called('off', secureOffer).sip.told[0]).toMatch(/^reject 488/)
  })

  it('required: our own offer, to a caller who brought none, is encrypted', () => {
    const node = new Node({ srtp: 'required' })
    const sip = Object.assign(new FakeSip('1000'), { offer: undefined })
    const { listener } = node.incoming(sip)
    expect(sip.answer).toContain('RTP/SAVP')
    listener.confirmed(secureOffer.replace('9 0 101', '9'))
    expect(node.media.last('update-leg').media.srtp).toMatchObject({ remoteKey: key })
  })
})
