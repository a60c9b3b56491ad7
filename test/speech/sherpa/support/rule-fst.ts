/** What an OpenFst file begins with; the properties are those that every vector transducer has (expanded, mutable). */
const header = { magic: 2_125_659_606, version: 2, flags: 0, properties: 3n } as const
const infinity = Number.POSITIVE_INFINITY

interface Arc {
  /** A byte of UTF-8; 0 for none. */
  readonly from: number
  readonly to: number
  readonly next: number
}

/**
 * A rule that writes one text in place of another, byte by byte, and leaves everything else: as k2-fsa's `number.fst`, a
 * vector transducer in OpenFst's format (openfst, src/include/fst/vector-fst.h).
 * @param letter one byte long
 */
export function rewritingRule(letter: string, replacement: string): Buffer {
  const written = [...Buffer.from(replacement)]
  const letterByte = letter.charCodeAt(0)
  const others = Array.from({ length: 255 }, (_, i) => i + 1).filter((byte) => byte !== letterByte)
  const states: Arc[][] = [others.map((byte) => ({ from: byte, to: byte, next: 0 }))]
  written.forEach((byte, i) => {
    const next = i + 1 === written.length ? 0 : states.length + (i === 0 ? 0 : 1)
    const arc = { from: i === 0 ? letterByte : 0, to: byte, next }
    if (i === 0) states[0]!.push(arc)
    else states.push([arc])
  })
  return encode(states)
}

/** The first state begins and ends a text. */
function encode(states: readonly (readonly Arc[])[]): Buffer {
  const arcs = states.reduce((sum, state) => sum + state.length, 0)
  return Buffer.concat([
    int32(header.magic),
    text('vector'),
    text('standard'),
    int32(header.version),
    int32(header.flags),
    int64(header.properties),
    int64(0n),
    int64(BigInt(states.length)),
    int64(BigInt(arcs)),
    ...states.flatMap((state, i) => [
      float(i === 0 ? 0 : infinity),
      int64(BigInt(state.length)),
      ...state.flatMap(({ from, to, next }) => [int32(from), int32(to), float(0), int32(next)]),
    ]),
  ])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int32(value.length), Buffer.from(value)])
}
