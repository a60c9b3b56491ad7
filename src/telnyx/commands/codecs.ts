/** The codecs of `preferred_codecs` that calls here can have, the one preferred first; undefined for none of them. */
export function preferredCodecs(list: string | undefined): readonly string[] | undefined {
  const known = (list ?? '').split(',').flatMap((name) => names.get(name.trim().toUpperCase()) ?? [])
  return known.length > 0 ? known : undefined
}

const names: ReadonlyMap<string, string> = new Map([
  ['OPUS', 'opus'],
  ['G722', 'G722'],
  ['PCMU', 'PCMU'],
  ['PCMA', 'PCMA'],
])
