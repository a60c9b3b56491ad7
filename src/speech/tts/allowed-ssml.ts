/** Elements and attributes that pass; `audio` does not, since eSpeak NG opens local files for it and runs a shell. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  speak: ['xml:lang'],
  p: ['xml:lang'],
  s: ['xml:lang'],
  break: ['strength', 'time'],
  emphasis: ['level'],
  prosody: ['rate', 'volume', 'pitch', 'range'],
  'say-as': ['interpret-as', 'format', 'detail'],
  sub: ['alias'],
  phoneme: ['alphabet', 'ph'],
}

const tag = /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g
const attribute = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** SSML with only the elements and attributes that speech needs; every other tag is dropped, its content stays. */
export function allowedSsml(ssml: string): string {
  const text = ssml.replace(/[\p{Cc}\s]+/gu, ' ').replaceAll('[[', '[ [')
  let out = ''
  let at = 0
  for (const match of text.matchAll(tag)) {
    out += escapeStray(text.slice(at, match.index))
    at = match.index + match[0].length
    const [, closing, name, attributes, selfClosing] = match
    const passing = allowed[name.toLowerCase()]
    if (!passing) continue
    const kept = closing
      ? ''
      : [...attributes.matchAll(attribute)].flatMap((found) => keep(found, passing)).join('')
    out += `<${closing}${name.toLowerCase()}${kept}${selfClosing}>`
  }
  return `<speak>${(out + escapeStray(text.slice(at))).replace(/<\/?speak[^>]*>/g, '')}</speak>`
}

function keep([, name, double, single]: RegExpMatchArray, passing: readonly string[]): string[] {
  if (!passing.includes(name.toLowerCase())) return []
  return [` ${name.toLowerCase()}="${(double ?? single ?? '').replace(/["<>]/g, ' ')}"`]
}

/** Angle brackets that are no tag of ours must not begin one for the engine. */
function escapeStray(text: string): string {
  return text
    .replace(/<[a-zA-Z/!?][^<>]*>/g, ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
