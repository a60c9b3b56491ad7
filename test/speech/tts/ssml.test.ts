import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripSsml } from '../../../src/speech/tts/ssml.js'

describe('stripSsml', () => {
  it.each([
    ['plain words', 'plain words'],
    ['a < b and c > d', 'a < b and c > d'],
    ['I <3 you & me', 'I <3 you & me'],
    ['x<y and y>z', 'x<y and y>z'],
    ['AT&T; R&D', 'AT&T; R&D'],
    ['Tom &amp; Jerry &lt;b&gt; &#33;&#x21;', 'Tom & Jerry <b> !!'],
    ['&amp;lt;', '&lt;'],
    ['&#0;&#xD800;&#x110000;x', ' x'],
    ['<speak>Hello <emphasis level="strong">you</emphasis>.</speak>', 'Hello you.'],
    ['<prosody rate="slow">Well</prosody>, fine', 'Well, fine'],
    ['One<break/>two', 'One\n\ntwo'],
    ['One <break strength="weak"/> two', 'One two'],
    ['One<break time="50ms"/>two', 'One two'],
    ['One <break time="1.2s"/> two', 'One\n\n\n\n\n\ntwo'],
    ['One<break time="900s"/>two', `One${'\n\n'.repeat(25)}two`],
    ['<say-as interpret-as="characters">abc</say-as> now', 'A B C now'],
    ["<say-as interpret-as='digits'>42</say-as>!", '4 2!'],
    ['<say-as interpret-as="date">May 3</say-as>', 'May 3'],
    ['<say-as interpret-as="digits">42 is open', '42 is open'],
    ['<sub alias="World Wide Web">WWW</sub> rules', 'World Wide Web rules'],
    ['<sub alias="Tom &amp; Co">T</sub>', 'Tom & Co'],
    ['<sub alias="x">kept when never closed', 'kept when never closed'],
    ['<sub>H2O</sub>', 'H2O'],
    ['<amazon:effect name="whispered">psst</amazon:effect>', 'psst'],
    ['<?xml version="1.0"?><speak><!-- no -->yes</speak>', 'yes'],
    ['<![CDATA[5 < 6 &amp; so]]>', '5 < 6 &amp; so'],
    ['cut in the mid <break ti', 'cut in the mid '],
    ['</prosody>stray', 'stray'],
    ['<SPEAK>LOUD</SPEAK>', 'LOUD'],
  ])('%j is %j', (ssml, plain) => {
    expect(stripSsml(ssml)).toBe(plain)
  })

  it('takes anything, and leaves no tag of SSML', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '<speak>',
        '</sub>',
        '<sub alias="a">',
        '<say-as interpret-as="digits">',
      ),
      fc.constantFrom(
        '<break time="1s"/>',
        '</say-as>',
        '&amp;',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '"',
        ' ',
        '\n',
      ),
      fc.string({ maxLength: 6, unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        expect(stripSsml(parts.join(''))).toEqual(expect.any(String))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves text without markup as it is', () => {
    const plain = fc.string({ maxLength: 200 }).filter((text) => !/[<&]/.test(text))
    fc.assert(fc.property(plain, (text) => stripSsml(text) === text))
  })

  it.each(['<'.repeat(20_000), '<sub alias="'.repeat(3000), '<!--'.repeat(8000), `<s${' '.repeat(20_000)}`])(
    'is quick with what looks like markup throughout',
    (text) => {
      const started = performance.now()
      stripSsml(text)
      expect(performance.now() - started).toBeLessThan(2000)
    },
  )
})
