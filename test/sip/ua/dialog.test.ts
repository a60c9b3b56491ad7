import { describe, expect, it } from 'vitest'
import { createRequest, createResponse } from '../../../src/sip/build.js'
import { clientDialog, Dialog, keyOfRequest, serverDialog } from '../../../src/sip/ua/dialog.js'

const invite = createRequest('INVITE', 'sip:bob@b.example', {
  from: 'Alice <sip:alice@a.example>;tag=a1',
  to: 'Bob <sip:bob@b.example>',
  callId: 'x@a.example',
  cseq: 7,
  headers: {
    Contact: '<sip:alice@192.0.2.1>',
    'Record-Route': ['<sip:p2.example;lr>', '<sip:p1.example;lr>'],
  },
})
const ok = createResponse(invite, 200, undefined, {
  toTag: 'b1',
  headers: { Contact: '<sip:bob@192.0.2.2:5070>' },
})

describe('Dialog', () => {
  const server = () => new Dialog(serverDialog(invite, 'b1'))
  const client = () => new Dialog(clientDialog(invite, ok))

  it('is the same dialog from both ends, with the route set reversed', () => {
    const bye = client().request('BYE')
    expect(keyOfRequest(bye)).toBe(server().key)
    expect(bye.headers.getAll('Route')).toEqual(['<sip:p1.example;lr>', '<sip:p2.example;lr>'])
    expect(bye.uri).toBe('sip:bob@192.0.2.2:5070')
    const info = server().request('INFO')
    expect(keyOfRequest(info)).toBe(client().key)
    expect(info.headers.getAll('Route')).toEqual(['<sip:p2.example;lr>', '<sip:p1.example;lr>'])
    expect(info.uri).toBe('sip:alice@192.0.2.1')
    expect(server().hopUri).toBe('sip:p2.example;lr')
  })

  it('numbers its requests, and gives the ACK the number of its INVITE', () => {
    const dialog = client()
    const cseqs = [dialog.request('INVITE'), dialog.request('UPDATE'), dialog.ack(8)]
    expect(cseqs.map(({ headers }) => headers.get('CSeq'))).toEqual(['8 INVITE', '9 UPDATE', '8 ACK'])
  })

  it('accepts rising numbers only', () => {
    const dialog = server()
    const numbered = (cseq: number) =>
      createRequest('INFO', 'sip:x@y', { from: 'f', to: 't', callId: 'c', cseq })
    expect([8, 12, 12, 9, 13].map((cseq) => dialog.accepts(numbered(cseq)))).toEqual([
      true,
      true,
      true,
      false,
      true,
    ])
  })

  it('puts a strict router into the Request-URI (RFC 3261 §12.2.1.1)', () => {
    const strict = createRequest('INVITE', invite.uri, {
      from: 'Alice <sip:alice@a.example>;tag=a1',
      to: '<sip:bob@b.example>',
      callId: 'x',
      cseq: 1,
      headers: {
        Contact: '<sip:alice@192.0.2.1>',
        'Record-Route': ['<sip:old.example>', '<sip:p1.example;lr>'],
      },
    })
    const bye = new Dialog(serverDialog(strict, 'b1')).request('BYE')
    expect(bye.uri).toBe('sip:old.example')
    expect(bye.headers.getAll('Route')).toEqual(['<sip:p1.example;lr>', '<sip:alice@192.0.2.1>'])
  })

  it('follows the Contact of a target refresh, and none that is missing', () => {
    const dialog = server()
    const update = createRequest('UPDATE', 'sip:x@y', {
      from: 'f',
      to: 't',
      callId: 'c',
      cseq: 9,
      headers: { Contact: '<sip:alice@192.0.2.9>' },
    })
    dialog.refreshTarget(update)
    dialog.refreshTarget(createRequest('INVITE', 'sip:x@y', { from: 'f', to: 't', callId: 'c', cseq: 10 }))
    expect(dialog.request('BYE').uri).toBe('sip:alice@192.0.2.9')
  })

  it('has no key without a To tag', () => {
    expect(keyOfRequest(invite)).toBeUndefined()
  })
})
