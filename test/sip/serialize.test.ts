import { expect, it } from 'vitest'
import { createResponse } from '../../src/sip/build.js'
import { parseMessage } from '../../src/sip/parse-message.js'
import { serializeMessage } from '../../src/sip/serialize.js'
import { incoming } from './samples.js'

it('writes a list of words on one line, and what may have commas of its own on several', () => {
  const request = incoming('INVITE', { 'Record-Route': '<sip:a;lr>, <sip:b;lr>' })
  const headers = { Allow: 'INVITE, ACK, BYE', Supported: ['100rel', 'timer'], Contact: '<sip:x>, <sip:y>' }
  const text = serializeMessage(createResponse(request, 200, undefined, { headers })).toString()
  expect(text).toContain('\r\nAllow: INVITE, ACK, BYE\r\nSupported: 100rel, timer\r\n')
  expect(text).toContain('\r\nRecord-Route: <sip:a;lr>\r\nRecord-Route: <sip:b;lr>\r\n')
  expect(text).toContain('\r\nContact: <sip:x>\r\nContact: <sip:y>\r\n')
})

it('keeps an empty list apart', () => {
  const options = incoming('OPTIONS')
  options.headers.append('Supported', '')
  options.headers.append('Supported', 'timer')
  const { headers } = parseMessage(serializeMessage(options))
  expect([headers.get('Supported'), headers.getAll('Supported')]).toEqual(['', ['timer']])
})

it('lets no reason phrase begin another line', () => {
  const response = createResponse(incoming('OPTIONS'), 400, 'Bad\r\nX-Evil: 1')
  expect(serializeMessage(response).toString()).toMatch(/^SIP\/2\.0 400 Bad X-Evil: 1\r\nVia/)
})
