import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { createResponse } from '../../src/sip/build.js'
import { parseDigestFields } from '../../src/sip/digest/fields.js'
import { markOrigin } from '../../src/sip/ingress.js'
import type { SipMessage } from '../../src/sip/message.js'
import { parseNameAddr } from '../../src/sip/name-addr.js'
import { SipParseError } from '../../src/sip/parse-error.js'
import { parseMessage } from '../../src/sip/parse-message.js'
import { serializeMessage } from '../../src/sip/serialize.js'
import { createTransactionLayer } from '../../src/sip/transactions/layer.js'
import type { SipPeer } from '../../src/sip/transport.js'
import { formatUri, parseUri, userOf } from '../../src/sip/uri.js'
import { responseTarget } from '../../src/sip/wire/response-route.js'
import { StreamFramer } from '../../src/sip/wire/stream-framer.js'
import { tortureMessages } from './rfc4475/messages.js'

const seed = 20260725
const peer: SipPeer = { transport: 'udp', address: '192.0.2.77', port: 40_000 }
const corpus = (['valid', 'invalid', 'semantics'] as const)
  .flatMap((file) => tortureMessages(file))
  .map(({ bytes }) => bytes)

/** What breaks parsers: separators, brackets, quotes, line ends, numbers at their limits, bytes that are no text. */
const snippets = [
  '\r\n',
  '\r\n\r\n',
  '\r',
  '\n',
  '\r\n ',
  ' ',
  '\t',
  '"',
  '\\',
  '\\"',
  '<',
  '>',
  ';',
  ',',
  ':',
  '@',
  '%',
  '%0',
  '%00',
  '=',
  '?',
  '[',
  ']',
  '/',
  'SIP/2.0',
  'SIP/3.0',
  'INVITE',
  'ACK',
  'CANCEL',
  'sip:',
  'sips:',
  'tel:',
  '-1',
  '0',
  '4294967296',
  '99999999999999999999',
  'Via: ',
  'v:',
  'l: 5',
  'Content-Length: ',
  'CSeq: 1 INVITE',
  'To: <sip:a@b>',
  'branch=z9hG4bK',
  'rport',
  '\u0000',
  '\u007f',
  'é',
  '電',
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0x80, 0xfe])])

/** `at` is a fraction of the message's length, so that shrinking works whatever the message. */
const mutation = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'delete', 'repeat', 'cut', 'splice'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  snippet: fc.nat(snippets.length - 1),
  other: fc.nat(corpus.length - 1),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

const mutated = fc
  .record({ base: fc.nat(corpus.length - 1), mutations: fc.array(mutation, { minLength: 1, maxLength: 6 }) })
  .map(({ base, mutations }) => mutations.reduce(mutate, corpus[base]!))

function mutate(bytes: Buffer, { kind, at, length, snippet, other }: Mutation): Buffer {
  const index = Math.floor(at * bytes.length)
  const head = bytes.subarray(0, index)
  const tail = bytes.subarray(index)
  if (kind === 'insert') return Buffer.concat([head, snippets[snippet]!, tail])
  if (kind === 'replace')
    return Buffer.concat([head, snippets[snippet]!, tail.subarray(snippets[snippet]!.length)])
  if (kind === 'delete') return Buffer.concat([head, tail.subarray(length)])
  if (kind === 'repeat')
    return Buffer.concat([head, tail.subarray(0, length), tail.subarray(0, length), tail])
  if (kind === 'cut') return Buffer.from(head)
  const donor = corpus[other]!
  return Buffer.concat([head, donor.subarray(Math.floor(at * donor.length))])
}

function parseOrRefuse(bytes: Buffer): SipMessage | SipParseError {
  try {
    return parseMessage(bytes)
  } catch (error) {
    if (error instanceof SipParseError) return error
    throw error
  }
}

/** Everything this room does to a message on its way in and back. Throws on anything but a typed refusal. */
function exercise(bytes: Buffer): 'accepted' | 'refused' {
  const message = parseOrRefuse(bytes)
  if (message instanceof SipParseError) {
    if (message.request) responseTarget(createResponse(message.request, message.status), peer)
    return 'refused'
  }
  const once = serializeMessage(message)
  const again = parseMessage(once)
  if (!serializeMessage(again).equals(once) || !again.body.equals(message.body)) throw new Error('Not stable')
  if (message.kind === 'request') {
    markOrigin(message, peer)
    userOf(message.uri)
    parseMessage(serializeMessage(createResponse(message, 200, undefined, { toTag: 'x' })))
  }
  for (const name of ['From', 'To']) parseNameAddr(message.headers.get(name)!)
  return 'accepted'
}

describe('100,000 random and mutated messages, fixed seed', () => {
  it('70,000 mutated torture messages: accepted and stable, or refused with the typed error', () => {
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(mutated, (bytes) => {
        seen[exercise(bytes)]++
      }),
      { seed, numRuns: 70_000 },
    )
    // Both ways must be well trodden, or the mutations are too tame or too wild to find anything.
    expect(seen.accepted).toBeGreaterThan(7_000)
    expect(seen.refused).toBeGreaterThan(7_000)
  }, 180_000)

  it('10,000 messages of random bytes and of random pieces', () => {
    const pieces = fc
      .array(fc.constantFrom(...snippets), { maxLength: 60 })
      .map((parts) => Buffer.concat(parts))
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array))
    fc.assert(
      fc.property(fc.oneof(pieces, bytes), (random) => {
        exercise(random)
      }),
      { seed, numRuns: 10_000 },
    )
  }, 60_000)

  it('20,000 mutated messages through the transaction layer: nothing thrown, nothing left', () => {
    const clock = new SimulatedClock()
    let answered = 0
    const layer = createTransactionLayer({
      clock,
      transport: {
        isReliable: () => false,
        send: (message) => {
          expect(serializeMessage(message).length).toBeGreaterThan(0)
          answered++
        },
        localAddress: () => ({ host: '192.0.2.1', port: 5060 }),
        close: async () => {},
      },
      user: {
        request: (request, _, transaction) =>
          transaction?.respond(createResponse(request, 404, undefined, { toTag: 't' })),
      },
      maxTransactions: 500,
    })
    fc.assert(
      fc.property(mutated, (bytes) => {
        const parsed = parseOrRefuse(bytes)
        if (parsed instanceof SipParseError) layer.receiveMalformed(parsed, peer)
        else layer.receive(parsed, peer)
        clock.advance(40)
        expect(layer.size).toBeLessThanOrEqual(500)
      }),
      { seed, numRuns: 20_000 },
    )
    clock.advance(40_000)
    expect(answered).toBeGreaterThan(1_000)
    expect(layer.size).toBe(0)
  }, 120_000)
})

describe('other parsers', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom(...snippets.map(String), 'Digest ', 'realm=', 'a', '1'), { maxLength: 20 })
      .map((parts) => parts.join('')),
  )

  it('refuse with the typed error only', () => {
    fc.assert(
      fc.property(text, (value) => {
        for (const parse of [parseNameAddr, parseUri, parseDigestFields]) {
          try {
            parse(value)
          } catch (error) {
            expect(error).toBeInstanceOf(SipParseError)
          }
        }
      }),
      { seed, numRuns: 10_000 },
    )
  })

  it('a URI that is formatted parses to the same', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((value) => Buffer.from(value).toString() === value)
    const uri = fc.record({
      scheme: fc.constantFrom('sip' as const, 'sips' as const),
      user: word,
      password: fc.option(word, { nil: undefined }),
      host: fc.constantFrom('example.com', '192.0.2.1', '2001:db8::1'),
      port: fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined }),
      params: fc
        .array(
          fc.tuple(
            word.map((name) => name.toLowerCase()),
            fc.option(word, { nil: undefined }),
          ),
          { maxLength: 3 },
        )
        .map((entries) => new Map(entries)),
      headers: fc.constant(''),
    })
    fc.assert(
      fc.property(uri, (value) => {
        const lower = new Map([...value.params].map(([name, v]) => [name.toLowerCase(), v]))
        expect(parseUri(formatUri(value))).toEqual({ ...value, params: lower })
      }),
      { seed, numRuns: 2_000 },
    )
  })
})

describe('TCP framing', () => {
  const whole = corpus.filter((bytes) => {
    const parsed = parseOrRefuse(bytes)
    if (parsed instanceof SipParseError) return false
    const lengths = parsed.headers.getAll('Content-Length')
    return lengths.length === 1 && bytes.indexOf('\r\n\r\n') + 4 + Number(lengths[0]) === bytes.length
  })

  it('finds the same messages however the stream is cut', () => {
    const plan = fc.record({
      messages: fc.array(fc.nat(whole.length - 1), { minLength: 1, maxLength: 5 }),
      cuts: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
      pings: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    })
    fc.assert(
      fc.property(plan, ({ messages, cuts, pings }) => {
        const sent = messages.map((index) => whole[index]!)
        const stream = Buffer.concat(
          sent.flatMap((bytes, i) => (pings[i] ? [Buffer.from('\r\n\r\n'), bytes] : [bytes])),
        )
        const found: Buffer[] = []
        let pinged = 0
        const framer = new StreamFramer({
          message: (message) => found.push(serializeMessage(message)),
          malformed: (error) => expect.unreachable(error.message),
          broken: (error) => expect.unreachable(error.message),
          ping: () => pinged++,
        })
        for (let at = 0, i = 0; at < stream.length; i++) {
          const end = at + cuts[i % cuts.length]!
          framer.push(stream.subarray(at, end))
          at = end
        }
        expect(found.length).toBe(sent.length)
        expect(
          Buffer.concat(found).equals(
            Buffer.concat(sent.map((bytes) => serializeMessage(parseMessage(bytes)))),
          ),
        ).toBe(true)
        expect(pinged).toBe(sent.filter((_, i) => pings[i]).length)
        expect(framer.pending).toBe(false)
      }),
      { seed, numRuns: 1_500 },
    )
  }, 60_000)

  it('survives mutated streams in any cut', () => {
    fc.assert(
      fc.property(
        fc.array(mutated, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 500 }),
        (messages, size) => {
          const stream = Buffer.concat(messages)
          let broken = 0
          const framer = new StreamFramer({
            message: () => {},
            malformed: () => {},
            broken: () => broken++,
            ping: () => {},
          })
          for (let at = 0; at < stream.length; at += size) framer.push(stream.subarray(at, at + size))
          expect(broken).toBeLessThanOrEqual(1)
        },
      ),
      { seed, numRuns: 10_000 },
    )
  }, 60_000)
})
