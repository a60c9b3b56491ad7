import { readFileSync } from 'node:fs'

/** One torture test message of RFC 4475. */
export interface TortureMessage {
  readonly name: string
  readonly section: string
  readonly bytes: Buffer
}

/**
 * The messages of one of the text files beside this one. They are written in the RFC's own notation (§2): `<hex>` for
 * octets, `<repeat count=N>` for repetitions; lines end in CRLF once read.
 */
export function tortureMessages(file: 'valid' | 'invalid' | 'semantics'): TortureMessage[] {
  const text = readFileSync(new URL(`./${file}.txt`, import.meta.url), 'utf8')
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const lineEnd = part.indexOf('\n')
      const [name = '', section = ''] = part.slice(0, lineEnd).split(' ')
      return { name, section, bytes: bytesOf(part.slice(lineEnd + 1)) }
    })
}

function bytesOf(notation: string): Buffer {
  const octets = notation
    .replace(/<repeat count=(\d+)>(.*?)<\/repeat>/g, (_, count: string, what: string) =>
      what.repeat(Number(count)),
    )
    .replace(/<hex>([0-9A-F\s]*)<\/hex>|\n/g, (match, hex: string | undefined) =>
      hex === undefined && match === '\n'
        ? '\r\n'
        : Buffer.from((hex ?? '').replace(/\s/g, ''), 'hex').toString('latin1'),
    )
  return Buffer.from(octets, 'latin1')
}
