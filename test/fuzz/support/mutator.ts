import { seeded } from '../../rtp/support.js'

/** Bytes that break parsers of text: separators, brackets, quotes, line ends, numbers at their limits, what is no text. */
const textPieces = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r\n ',
    ' ',
    '\t',
    '"',
    '\\',
    '<',
    '>',
    ';',
    ',',
    ':',
    '@',
    '%',
    '=',
    '?',
    '[',
    ']',
    '/',
  ],
  ...[
    '{',
    '}',
    'null',
    'true',
    '[]',
    '{}',
    '-1',
    '0',
    '1e999',
    '4294967296',
    '99999999999999999999',
    '\\u0000',
    '\\ud800',
  ],
  ...[
    'SIP/2.0',
    'INVITE',
    'ACK',
    'BYE',
    'sip:',
    'tel:',
    'l: 5',
    'Content-Length: ',
    'z9hG4bK',
    'rport',
    'é',
    '電',
    '\0',
    '\x7f',
  ],
].map((text) => Buffer.from(text))

const bytePieces = [
  [0],
  [0xff],
  [0x80],
  [0x7f],
  [0xff, 0xff],
  [0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff],
  [0xbe, 0xde],
].map((bytes) => Buffer.from(bytes))

/** Makes random and mutated messages from good ones; the same from the same seed. */
export class Mutator {
  private readonly random: () => number

  constructor(
    seed: number,
    private readonly corpus: readonly Buffer[],
    private readonly pieces: readonly Buffer[] = [...textPieces, ...bytePieces],
  ) {
    this.random = seeded(seed)
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }

  /** One in twelve is noise, one in twelve is good, the rest has one to six changes. */
  next(): Buffer {
    const kind = this.below(12)
    if (kind === 0) return Buffer.from(Array.from({ length: this.below(300) }, () => this.below(256)))
    let message = this.pick(this.corpus)
    if (kind === 1) return message
    for (let changes = 1 + this.below(6); changes > 0; changes--) message = this.change(message)
    return message
  }

  private change(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    const length = 1 + this.below(40)
    const piece = this.pick(this.pieces)
    switch (this.below(7)) {
      case 0:
        return Buffer.concat([head, piece, tail])
      case 1:
        return Buffer.concat([head, piece, tail.subarray(piece.length)])
      case 2:
        return Buffer.concat([head, tail.subarray(length)])
      case 3:
        return Buffer.concat([head, tail.subarray(0, length), tail])
      case 4:
        return head
      case 5: {
        const donor = this.pick(this.corpus)
        return Buffer.concat([head, donor.subarray(this.below(donor.length))])
      }
      default: {
        const copy = Buffer.from(bytes)
        if (copy.length > 0) copy[this.below(copy.length)]! ^= 1 << this.below(8)
        return copy
      }
    }
  }
}

export const bytesOnly = bytePieces
