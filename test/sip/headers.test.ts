import { describe, expect, it } from 'vitest'
import { HeaderList } from '../../src/sip/headers.js'

describe('HeaderList', () => {
  it('finds headers by any case and by their compact form', () => {
    const headers = new HeaderList([
      ['v', 'SIP/2.0/UDP a'],
      ['CALL-ID', 'x'],
      ['X-Own', '1'],
    ])
    expect(headers.get('Via')).toBe('SIP/2.0/UDP a')
    expect(headers.get('i')).toBe('x')
    expect(headers.get('x-own')).toBe('1')
    expect([...headers.entries()].map(([name]) => name)).toEqual(['Via', 'Call-ID', 'X-Own'])
  })

  it('splits lists at commas outside of quotes and angle brackets, and only lists', () => {
    const headers = new HeaderList([
      ['Contact', '"a, \\", b" <sip:a,b@c>;q=1, <sip:d@e>'],
      ['Subject', 'one, two'],
      ['WWW-Authenticate', 'Digest realm="a", nonce="b"'],
    ])
    expect(headers.getAll('Contact')).toEqual(['"a, \\", b" <sip:a,b@c>;q=1', '<sip:d@e>'])
    expect(headers.getAll('Subject')).toEqual(['one, two'])
    expect(headers.getAll('WWW-Authenticate')).toHaveLength(1)
  })

  it('tells an empty list from a missing one', () => {
    const headers = new HeaderList([
      ['Supported', ''],
      ['Allow', 'INVITE,, ACK,'],
    ])
    expect(headers.get('Supported')).toBe('')
    expect(headers.getAll('Supported')).toEqual([])
    expect(headers.get('Accept')).toBeUndefined()
    expect(headers.getAll('Allow')).toEqual(['INVITE', 'ACK'])
  })

  it('sets in place, appends, prepends and removes', () => {
    const headers = new HeaderList([
      ['Via', 'a'],
      ['To', 'b'],
      ['Via', 'c'],
    ])
    headers.set('Via', 'x', 'y')
    headers.append('Route', '<sip:r>')
    headers.prepend('Via', 'top')
    expect([...headers.entries()]).toEqual([
      ['Via', 'top'],
      ['Via', 'x'],
      ['Via', 'y'],
      ['To', 'b'],
      ['Route', '<sip:r>'],
    ])
    headers.remove('v')
    headers.set('To')
    expect([...headers.entries()]).toEqual([['Route', '<sip:r>']])
  })

  it('lets no value start a new header', () => {
    const headers = new HeaderList([['Subject', 'hello\r\nEvil: yes\nMore: 1']])
    expect(headers.get('Subject')).toBe('hello Evil: yes More: 1')
    expect(headers.get('Evil')).toBeUndefined()
  })
})
