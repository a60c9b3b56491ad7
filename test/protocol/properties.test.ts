import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dialects, telnyxAppFrames, twilioAppFrames } from '../../src/protocol/index.js'

/** Objects near enough to a frame to reach every branch. */
const nearFrame = fc.record(
  {
    type: fc.oneof(fc.constantFrom('text', 'play', 'sendDigits', 'language', 'end', 'foo'), fc.jsonValue()),
    token: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    last: fc.oneof(fc.boolean(), fc.jsonValue()),
    interruptible: fc.oneof(fc.boolean(), fc.constantFrom('any', 'none'), fc.jsonValue()),
    preemptible: fc.jsonValue(),
    lang: fc.jsonValue(),
    source: fc.oneof(fc.webUrl(), fc.constant('data:,x'), fc.jsonValue()),
    loop: fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
    digits: fc.oneof(fc.stringMatching(/^[0-9wA-D#*]*$/), fc.jsonValue()),
    ttsLanguage: fc.jsonValue(),
    transcriptionLanguage: fc.jsonValue(),
    handoffData: fc.jsonValue(),
    __proto__: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

const anything = fc.oneof(
  { weight: 5, arbitrary: nearFrame.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
)

describe.each([
  [dialects.twilio, twilioAppFrames],
  [dialects.telnyx, telnyxAppFrames],
] as const)('whatever arrives', (dialect, frames) => {
  it(`${dialect.name}: is a command of the protocol, or a problem that can be answered`, () => {
    fc.assert(
      fc.property(anything, fc.boolean(), (data, isBinary) => {
        const decoded = dialect.decode(data, isBinary)
        if (decoded.ok) {
          expect(isBinary).toBe(false)
          expect(frames).toHaveProperty(decoded.command.type)
          // Commands cross threads and are put into the record.
          expect(structuredClone(decoded.command)).toEqual(decoded.command)
        } else {
          const error = JSON.parse(dialect.encode({ type: 'error', ...decoded.problem, twilio: 64107 })!)
          expect(Object.keys(error)).toEqual(['type', 'description'])
          expect(decoded.problem.problem).not.toMatch(/undefined|another value|\[object/)
          if (dialect.name === 'twilio') {
            expect(error.description).toMatch(/^Invalid message received, code: 64107, /)
            expect(error.description.endsWith(decoded.problem.raw)).toBe(true)
          } else {
            expect(error.description).toMatch(/^Invalid message: /)
          }
        }
      }),
      { numRuns: 5_000, seed: 20 },
    )
  })

  it(`${dialect.name}: a token comes through unchanged`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (token, last) => {
        const decoded = dialect.decode(JSON.stringify({ type: 'text', token, last }), false)
        expect(decoded).toEqual({ ok: true, command: { type: 'text', token, last } })
      }),
      { numRuns: 1_000, seed: 21 },
    )
  })

  it(`${dialect.name}: the words of a prompt come through unchanged`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const frame = dialect.encode({ type: 'prompt', text, language: 'en-US', last: true })!
        expect(JSON.parse(frame).voicePrompt).toBe(text)
      }),
      { numRuns: 1_000, seed: 22 },
    )
  })
})
