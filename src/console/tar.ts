/** One file of an archive: its size is told before its content, which comes in pieces. */
export interface TarEntry {
  readonly name: string
  readonly bytes: number
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const block = 512

/** Bytes of an archive with these files. */
export function tarBytes(entries: readonly Pick<TarEntry, 'bytes'>[]): number {
  return entries.reduce((sum, { bytes }) => sum + block + padded(bytes), 2 * block)
}

/**
 * An archive (POSIX ustar) in pieces. A content that is shorter than was told is filled up with zeros, a longer one cut off.
 * @param mtime seconds since the Unix epoch
 */
export async function* tar(entries: readonly TarEntry[], mtime: number): AsyncGenerator<Uint8Array> {
  for (const { name, bytes, content } of entries) {
    yield header(name, bytes, mtime)
    let left = bytes
    for await (const piece of content) {
      if (left === 0) break
      const part = piece.length > left ? piece.subarray(0, left) : piece
      left -= part.length
      yield part
    }
    yield* zeros(left + padded(bytes) - bytes)
  }
  yield* zeros(2 * block)
}

function padded(bytes: number): number {
  return Math.ceil(bytes / block) * block
}

function* zeros(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= 65_536) yield new Uint8Array(Math.min(left, 65_536))
}

function header(name: string, bytes: number, mtime: number): Uint8Array {
  const head = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number): void => {
    head.write(
      `${Math.floor(value)
        .toString(8)
        .padStart(length - 1, '0')}\0`,
      at,
      'latin1',
    )
  }
  head.write(name, 0, 100, 'latin1')
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(bytes, 124, 12)
  octal(mtime, 136, 12)
  head.write('        0', 148, 'latin1')
  head.write('ustar\x0000', 257, 'latin1')
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return head
}
