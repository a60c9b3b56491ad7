/** What each English letter may sound like, in the phone names of CMU's dictionary (as flite prints them). */
export const phonesOfLetter: Readonly<Record<string, readonly string[]>> = {
  a: ['ae', 'aa', 'ao', 'ah', 'ax', 'ey', 'eh', 'aw', 'ay'],
  b: ['b'],
  c: ['k', 's', 'ch', 'sh'],
  d: ['d', 't', 'jh'],
  e: ['eh', 'iy', 'ih', 'ax', 'er', 'ey', 'ah'],
  f: ['f', 'v'],
  g: ['g', 'jh', 'zh', 'f'],
  h: ['hh'],
  i: ['ih', 'iy', 'ay', 'ax', 'y', 'er', 'ey'],
  j: ['jh', 'y', 'hh'],
  k: ['k'],
  l: ['l'],
  m: ['m'],
  n: ['n', 'ng'],
  o: ['ow', 'aa', 'ao', 'ah', 'ax', 'aw', 'oy', 'uh', 'uw', 'w', 'er'],
  p: ['p', 'f'],
  q: ['k'],
  r: ['r', 'er'],
  s: ['s', 'z', 'sh', 'zh'],
  t: ['t', 'ch', 'th', 'dh', 'sh', 'd'],
  u: ['ah', 'uw', 'uh', 'ax', 'er', 'y', 'w', 'ao', 'ih'],
  v: ['v', 'f'],
  w: ['w', 'hh', 'v'],
  x: ['k', 'z', 'g', 's'],
  y: ['y', 'iy', 'ih', 'ay', 'ax'],
  z: ['z', 's', 'zh', 't'],
}

/** How letters are said one by one, spelled so that `phonesOfLetter` finds the sounds. */
export const letterNames: Readonly<Record<string, string>> = {
  a: 'a',
  b: 'be',
  c: 'se',
  d: 'de',
  e: 'e',
  f: 'ef',
  g: 'je',
  h: 'ach',
  i: 'i',
  j: 'ja',
  k: 'ka',
  l: 'el',
  m: 'em',
  n: 'en',
  o: 'o',
  p: 'pe',
  q: 'kyu',
  r: 'ar',
  s: 'es',
  t: 'te',
  u: 'yu',
  v: 've',
  w: 'dabalyu',
  x: 'eks',
  y: 'wi',
  z: 'ze',
}

/** What is written shorter than it is said, spelled by its sound. */
export const saidAs: Readonly<Record<string, string>> = {
  dr: 'doktor',
  mr: 'mister',
  mrs: 'misiz',
  st: 'strit',
  vs: 'versus',
  '0': 'ziro',
  '1': 'wan',
  '2': 'tu',
  '3': 'thri',
  '4': 'for',
  '5': 'faiv',
  '6': 'siks',
  '7': 'seven',
  '8': 'et',
  '9': 'nain',
}

export const vowelPhones: ReadonlySet<string> = new Set(
  'aa ae ah ao aw ax ay eh er ey ih iy ow oy uh uw'.split(' '),
)

export function isPause(phone: string): boolean {
  return phone === 'pau' || phone === 'ssil'
}

/** The price of a letter without a sound after `previous`: doubled letters, the second of "th", silent "e" are cheap. */
export function skipCost(letter: string, previous: string): number {
  if (letter === '|') return 0
  if (letter === '*') return 0.15
  if (letter === previous) return 0.1
  if (letter === 'h') return 'tscpgw'.includes(previous) ? 0.1 : 0.4
  if (letter === 'e') return 0.3
  if ('aiouy'.includes(letter)) return 0.45
  return letter === 'k' && previous === 'c' ? 0.1 : 0.7
}
