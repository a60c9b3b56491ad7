/** A part of a file: first and last byte, both within. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * What a Range header asks for (RFC 9110, 14.2). Undefined: all of it, which is also the answer to several ranges and to
 * units that are not bytes.
 * @returns `unsatisfiable` where nothing of it is in the file
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (from === '' && to === '') return undefined
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return undefined
  return first >= size ? 'unsatisfiable' : { first, last }
}
