import { describe, expect, it } from 'vitest'
import { sameUri } from '../../src/sip/same-uri.js'

describe('sameUri: the examples of RFC 3261 §19.1.4', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    ['tel:+15550100', 'tel:+15550100'],
  ])('%s is %s', (one, other) => {
    expect(sameUri(one, other)).toBe(true)
    expect(sameUri(other, one)).toBe(true)
  })

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:bob@192.0.2.4', 'sips:bob@192.0.2.4'],
    ['sip:bob:a@192.0.2.4', 'sip:bob:b@192.0.2.4'],
    ['tel:+15550100', 'tel:+15550101'],
    ['sip:bob@192.0.2.4', 'nonsense'],
  ])('%s is not %s', (one, other) => {
    expect(sameUri(one, other)).toBe(false)
    expect(sameUri(other, one)).toBe(false)
  })
})
