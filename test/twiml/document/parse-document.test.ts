import fc from 'fast-check'
import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { childrenOf, markupOf, textOf } from '../../../src/twiml/document/element.js'
import { parseDocument } from '../../../src/twiml/document/parse-document.js'
import { DocumentError } from '../../../src/twiml/document/problem.js'

function refused(text: string): DocumentError['problem'] {
  try {
    parseDocument(text)
  } catch (thrown) {
    if (thrown instanceof DocumentError) return thrown.problem
    throw thrown
  }
  throw new Error('it was taken')
}

const only = (text: string) => childrenOf(parseDocument(text))[0]!

describe('a document', () => {
  it('may have white space in front, no declaration, and attributes in any case and on lines of their own', () => {
    const say = only(
      '\n\n  <?xml version="1.0" encoding="UTF-8"?>\n<Response>\n  <Say\n   VOICE="alice"\tloop =\'2\' >Hi</Say></Response>\n',
    )
    expect([...say.attributes]).toEqual([
      ['voice', 'alice'],
      ['loop', '2'],
    ])
    expect(say.line).toBe(5)
    expect(only('<Response><Hangup/></Response>').name).toBe('Hangup')
  })

  it('may begin with a byte order mark', () => {
    expect(only('\ufeff<Response><Hangup/></Response>').name).toBe('Hangup')
  })

  it('has its text without comments, with entities and CDATA, white space as in prose', () => {
    const say = only(
      '<Response><Say> One &amp; <!-- no -->two\n  <![CDATA[<three> & four]]> &#233;</Say></Response>',
    )
    expect(textOf(say)).toBe('One & two <three> & four é')
  })

  it('gives speech markup back as it was', () => {
    const say = only(
      '<Response><Say>a &lt; b <break time="1s"/><prosody rate="slow">c &amp; d</prosody></Say></Response>',
    )
    expect(markupOf(say)).toBe('a &lt; b <break time="1s"/><prosody rate="slow">c &amp; d</prosody>')
  })

  it('is read as the official SDK writes it', () => {
    const response = new twilio.twiml.VoiceResponse()
    response.say({ voice: 'Polly.Joanna' }, 'Tom & "Jerry" <3')
    response.gather({ input: ['dtmf', 'speech'], action: '/a?b=c&d=e' }).say('Well?')
    const [say, gather] = childrenOf(parseDocument(response.toString()))
    expect(textOf(say!)).toBe('Tom & "Jerry" <3')
    expect(gather!.attributes.get('action')).toBe('/a?b=c&d=e')
    expect(gather!.attributes.get('input')).toBe('dtmf speech')
  })
})

describe('what is refused', () => {
  it.each([
    ['an element left open', '<Response>\n<Say>hi</Response>', 12100, 2],
    [
      'a bare ampersand, at its own line',
      '<Response>\n\n<Dial action="/x?a=1&b=2">1</Dial>\n</Response>',
      12100,
      3,
    ],
    ['nothing', '', 12100, 1],
    ['words', 'hello', 12100, 1],
    ['JSON', '{"a":1}', 12100, 1],
    ['two elements', '<Response/>\n<Response/>', 12100, 2],
    ['an entity of HTML', '<Response><Say>a&nbsp;b</Say></Response>', 12100, 1],
    ['an attribute twice', '<Response><Say loop="1" loop="2">x</Say></Response>', 12100, 1],
    ['another root', '\n<html></html>', 12102, 2],
    ['nesting without end', '<Response>'.repeat(100), 12100, 1],
  ])('%s', (_, text, number, line) => {
    expect(refused(text)).toMatchObject({ number, line, level: 'error' })
  })

  it('is told in words', () => {
    expect(refused('<Response><Say a="b&c"/></Response>').message).toBe(
      'Line 1: an & that begins no entity must be written &amp;',
    )
  })

  it('a document of more than 64 KB', () => {
    expect(refused(`<Response><Say>${'x'.repeat(65_536)}</Say></Response>`).number).toBe(11750)
  })

  it('never anything but a DocumentError', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      '&',
      ';',
      '"',
      '=',
      'Response',
      'Say',
      ' ',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?xml',
      '?>',
      '<!DOCTYPE x [',
      '\0',
      '\u{1f600}',
      '&#0;',
      '&#xD800;',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 20 }), (parts) => {
        try {
          parseDocument(parts.join(''))
        } catch (thrown) {
          if (!(thrown instanceof DocumentError)) throw thrown
        }
      }),
      { numRuns: 300 },
    )
  })
})
