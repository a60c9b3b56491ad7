/** What a trickle fragment brings (RFC 8840 §9, RFC 9725 §4.3). */
export interface IceFragment {
  readonly iceUfrag: string | undefined
  readonly icePwd: string | undefined
  /** Values of `a=candidate`. */
  readonly candidates: readonly string[]
}

const mostLines = 256

/** Reads `application/trickle-ice-sdpfrag`; lines it does not know are skipped. Undefined for what is no such thing. */
export function parseIceFragment(text: string): IceFragment | undefined {
  const lines = text.split(/\r?\n/)
  if (lines.length > mostLines || !lines.every((line) => line === '' || /^[a-z]=/.test(line)))
    return undefined
  const values = (name: string): string[] => {
    const prefix = `a=${name}:`
    return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length).trim())
  }
  const [iceUfrag] = values('ice-ufrag')
  const [icePwd] = values('ice-pwd')
  return { iceUfrag, icePwd, candidates: values('candidate') }
}
