import { describe, expect, it } from 'vitest'
import { type Decoded, type Dialect, dialects } from '../../src/protocol/index.js'

const both = [dialects.twilio, dialects.telnyx]
const decode = (dialect: Dialect, frame: unknown): Decoded => dialect.decode(JSON.stringify(frame), false)
const command = (dialect: Dialect, frame: unknown) => {
  const decoded = decode(dialect, frame)
  return decoded.ok ? decoded.command : decoded.problem
}
const problem = (dialect: Dialect, frame: unknown) => {
  const decoded = decode(dialect, frame)
  return decoded.ok ? undefined : decoded.problem.problem
}

describe.each(both)('what an app in the dialect of $name sends', (dialect) => {
  it('speaks a token; last defaults to false', () => {
    expect(command(dialect, { type: 'text', token: 'Hi' })).toEqual({
      type: 'text',
      token: 'Hi',
      last: false,
    })
  })

  it('takes the empty token that closes a reply', () => {
    expect(command(dialect, { type: 'text', token: '', last: true })).toEqual({
      type: 'text',
      token: '',
      last: true,
    })
  })

  it.each([
    [true, 'any'],
    [false, 'none'],
    ['dtmf', 'dtmf'],
    ['speech', 'speech'],
    ['any', 'any'],
    ['none', 'none'],
  ])('interruptible %j means %s', (wire, mode) => {
    expect(command(dialect, { type: 'text', token: 'x', interruptible: wire })).toMatchObject({
      interruptible: mode,
    })
    expect(command(dialect, { type: 'play', source: 'http://h/a.wav', interruptible: wire })).toMatchObject({
      interruptible: mode,
    })
  })

  it('keeps lang and preemptible of a token', () => {
    const text = { type: 'text', token: 'Hola', last: true, lang: 'es-ES', preemptible: true }
    expect(command(dialect, text)).toEqual(text)
  })

  it('plays once by default, and 1,000 times for a loop of 0', () => {
    const play = { type: 'play', source: 'https://h/a.mp3' }
    expect(command(dialect, play)).toEqual({ ...play, loop: 1, preemptible: false })
    expect(command(dialect, { ...play, loop: 0 })).toMatchObject({ loop: 1000 })
    expect(command(dialect, { ...play, loop: 3 })).toMatchObject({ loop: 3 })
  })

  it('plays data URLs', () => {
    const source = 'data:audio/wav;base64,UklGRg=='
    expect(command(dialect, { type: 'play', source })).toMatchObject({ source })
  })

  it('takes either language, or both', () => {
    for (const languages of [{ ttsLanguage: 'sv-SE' }, { transcriptionLanguage: 'multi' }]) {
      expect(command(dialect, { type: 'language', ...languages })).toEqual({ type: 'language', ...languages })
    }
  })

  it('ends, with or without hand-off data', () => {
    expect(command(dialect, { type: 'end' })).toEqual({ type: 'end' })
    expect(command(dialect, { type: 'end', handoffData: '{}' })).toEqual({ type: 'end', handoffData: '{}' })
  })

  it('ignores unknown keys and takes null as absent', () => {
    expect(command(dialect, { type: 'text', token: 'x', lang: null, extra: { deep: [1] } })).toEqual({
      type: 'text',
      token: 'x',
      last: false,
    })
  })

  it('reads the bytes of a text frame', () => {
    expect(dialect.decode(Buffer.from('{"type":"text","token":"größer"}'), false)).toMatchObject({
      ok: true,
      command: { token: 'größer' },
    })
  })
})

describe.each(both)('what $name refuses, naming the field', (dialect) => {
  it.each([
    [{}, 'missing required field: type'],
    [{ type: null }, 'missing required field: type'],
    [{ type: 7 }, 'invalid field: type must be a string'],
    [{ type: 'foo' }, 'unknown type: foo'],
    [{ type: 'constructor' }, 'unknown type: constructor'],
    [{ type: '__proto__' }, 'unknown type: __proto__'],
    [{ type: 'setup' }, 'unknown type: setup'],
    [[], 'not a JSON object'],
    ['text', 'not a JSON object'],
    [null, 'not a JSON object'],
    [{ type: 'text' }, 'missing required field: token'],
    [{ type: 'text', token: null }, 'missing required field: token'],
    [{ type: 'text', token: 5 }, 'invalid field: token must be a string'],
    [{ type: 'text', token: '', last: 'true' }, 'invalid field: last must be true or false'],
    [
      { type: 'text', token: '', interruptible: 'sometimes' },
      'invalid field: interruptible must be true, false, none, dtmf, speech or any',
    ],
    [{ type: 'play' }, 'missing required field: source'],
    [{ type: 'play', source: 'cowbell.mp3' }, 'invalid field: source must be an http, https or data URL'],
    [
      { type: 'play', source: 'file:///etc/passwd' },
      'invalid field: source must be an http, https or data URL',
    ],
    [
      { type: 'play', source: 'http://h/a', loop: 1.5 },
      'invalid field: loop must be a whole number from 0 to 1000',
    ],
    [
      { type: 'play', source: 'http://h/a', loop: -1 },
      'invalid field: loop must be a whole number from 0 to 1000',
    ],
    [{ type: 'sendDigits' }, 'missing required field: digits'],
    [{ type: 'language' }, 'missing required field: ttsLanguage or transcriptionLanguage'],
    [
      { type: 'end', handoffData: { reason: 'x' } },
      'invalid field: handoffData must be a string (JSON must be put into one)',
    ],
  ])('%j: %s', (frame, expected) => {
    expect(problem(dialect, frame)).toBe(expected)
  })

  it.each(['', '{', 'hello', '{"type":"text"', '[1,'])('not JSON: %j', (text) => {
    expect(dialect.decode(text, false)).toEqual({ ok: false, problem: { problem: 'not JSON', raw: text } })
  })

  it('binary frames, even when JSON is in them', () => {
    const decoded = dialect.decode(Buffer.from('{"type":"end"}'), true)
    expect(decoded).toEqual({
      ok: false,
      problem: { problem: 'binary frame where only text is allowed', raw: '{"type":"end"}' },
    })
  })

  it('quotes no more than the beginning of a long frame', () => {
    const decoded = dialect.decode('x'.repeat(100_000), false)
    expect(decoded.ok || decoded.problem.raw).toBe(`${'x'.repeat(1000)}…`)
  })

  it('bears nesting that would exhaust a stack', () => {
    const decoded = dialect.decode('['.repeat(200_000), false)
    expect(decoded.ok).toBe(false)
  })
})

describe("each platform's alphabet of digits", () => {
  const digits = (dialect: Dialect, text: string) => decode(dialect, { type: 'sendDigits', digits: text }).ok

  it.each(['1', '9www4085551212', '*#w0'])('%s goes everywhere', (text) => {
    expect(digits(dialects.twilio, text)).toBe(true)
    expect(digits(dialects.telnyx, text)).toBe(true)
  })

  it.each(['A', 'W', '1D'])('%s is for Telnyx only', (text) => {
    expect(digits(dialects.twilio, text)).toBe(false)
    expect(digits(dialects.telnyx, text)).toBe(true)
  })

  it.each(['', 'E', '1 2', '1-2', 'a', '1\n'])('%j goes nowhere', (text) => {
    expect(digits(dialects.twilio, text)).toBe(false)
    expect(digits(dialects.telnyx, text)).toBe(false)
  })
})
