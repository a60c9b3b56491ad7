import { describe, expect, it } from 'vitest'
import { createRequest, type HeaderFields } from '../../../src/sip/build.js'
import { callerOf, divertedFrom } from '../../../src/sip/ua/parties.js'

function invite(headers: HeaderFields, from = '<sip:+15550100@a.example>;tag=1') {
  return createRequest('INVITE', 'sip:b@b.example', {
    from,
    to: '<sip:b@b.example>',
    callId: 'c',
    cseq: 1,
    headers,
  })
}

describe('divertedFrom', () => {
  const names = ['Diversion', 'History-Info', 'X-Forwarded-For-Number']

  it.each([
    [{}, ''],
    [{ Diversion: '"Desk" <sip:+15550111@a.example>;reason=unconditional' }, '+15550111'],
    [{ Diversion: '<tel:+15550112>;reason=user-busy' }, '+15550112'],
    [
      {
        'History-Info': [
          '<sip:+15550113@a.example?Reason=SIP%3Bcause%3D302>;index=1',
          '<sip:b@b.example>;index=1.1',
        ],
      },
      '+15550113',
    ],
    [{ 'History-Info': '<sip:b@b.example>;index=1' }, ''],
    [{ 'X-Forwarded-For-Number': '+15550114' }, '+15550114'],
    [{ Diversion: 'nonsense', 'X-Forwarded-For-Number': '<sip:15550115@x>' }, '15550115'],
  ])('%j: %j', (headers, expected) => {
    expect(divertedFrom(invite(headers as HeaderFields), names)).toBe(expected)
  })
})

describe('callerOf', () => {
  it('takes the name that the network asserts where From has none', () => {
    const asserted = { 'P-Asserted-Identity': '"Alice A." <sip:+15550100@a.example>' }
    expect(callerOf(invite(asserted))).toEqual({
      displayName: 'Alice A.',
      uri: 'sip:+15550100@a.example',
      user: '+15550100',
    })
    expect(callerOf(invite(asserted, '"A" <sip:a@a.example>;tag=1')).displayName).toBe('A')
  })
})
