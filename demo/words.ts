/** Understanding of short spoken answers, in English and Spanish, as noisy recognisers write them down. */

/** Lower case, without punctuation and accents: "¿Qué hora?" is "que hora". */
export function plain(said: string): string {
  return said
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9:]+/g, ' ')
    .trim()
}

export type Intent =
  | 'hours'
  | 'booking'
  | 'food'
  | 'person'
  | 'spanish'
  | 'english'
  | 'repeat'
  | 'help'
  | 'cancel'
  | 'goodbye'
  | 'thanks'
  | 'hello'

/** First match wins: the rarer words come first. */
const INTENTS: readonly (readonly [intent: Intent, words: RegExp])[] = [
  ['spanish', /\b(spanish|espanol|castellano)\b/],
  ['english', /\b(english|ingles)\b/],
  [
    'person',
    /\b(human|person|persona|operator|operador|agent|agente|representative|manager|somebody|real)\b/,
  ],
  ['cancel', /\b(cancel|cancela|cancelar|never ?mind|forget it|dejalo)\b/],
  ['goodbye', /\b(good ?(bye|by|buy|night)|bye|hang up|thats all|that is all|adios|hasta)\b/],
  ['repeat', /\b(repeat|again|pardon|say that|repite|repita|otra vez)\b/],
  ['booking', /\b(book|books|booking|booked|table|tables|reserve|reservation|reserva|reservar|mesa)\b/],
  [
    'hours',
    /\b(hours?|ours|open|opens|opened|opening|close|closes|closed|closing|horas?|horario|abren|abierto|abre)\b/,
  ],
  ['food', /\b(foods?|eat|dish|dishes|cook|kitchen|story|about|comida|comer|platos?)\b/],
  ['help', /\b(help|menu|options?|what can|ayuda|opciones)\b/],
  ['thanks', /\b(thanks?|thank you|gracias)\b/],
  ['hello', /\b(hello|hi|hey|good (morning|afternoon|evening)|hola|buen[oa]s)\b/],
]

/** What the caller wants, as far as key words tell. */
export function intentOf(said: string): Intent | undefined {
  const words = plain(said)
  return INTENTS.find(([, pattern]) => pattern.test(words))?.[0]
}

export function isYes(said: string): boolean {
  return /\b(yes|yeah|yep|yup|sure|correct|right|okay|ok|please|fine|do it|si|claro|vale|correcto)\b/.test(
    plain(said),
  )
}

export function isNo(said: string): boolean {
  return /\b(no|nope|not|wrong|dont|incorrecto)\b/.test(plain(said))
}

const NUMBERS: readonly (readonly string[])[] = [
  [],
  ['one', 'won', 'uno', 'una', 'un'],
  ['two', 'couple', 'dos'],
  ['three', 'tres'],
  ['four', 'cuatro'],
  ['five', 'cinco'],
  ['six', 'seis'],
  ['seven', 'siete'],
  ['eight', 'ate', 'ocho'],
  ['nine', 'nueve'],
  ['ten', 'diez'],
  ['eleven', 'once'],
  ['twelve', 'doce'],
]
const NUMBER_OF = new Map(NUMBERS.flatMap((words, value) => words.map((word) => [word, value] as const)))
/** Taken for numbers only where nothing else in the answer is one: "for" is seldom four. */
const HOMOPHONES = new Map([
  ['to', 2],
  ['too', 2],
  ['tree', 3],
  ['free', 3],
  ['for', 4],
])

function numberIn(word: string): number | undefined {
  return /^\d{1,2}$/.test(word) ? Number(word) : NUMBER_OF.get(word)
}

/** How many people, 1 to 20: "for four people", "too", "a table for 6". */
export function partySize(said: string, asked: boolean): number | undefined {
  const words = plain(said).split(' ')
  const after = words.findIndex(
    (word, i) => /^(for|of|para)$/.test(word) && numberIn(words[i + 1]) !== undefined,
  )
  const before = words.findIndex(
    (word, i) => /^(people|persons?|guests?|personas?)$/.test(words[i + 1]) && numberIn(word),
  )
  let size: number | undefined
  if (after >= 0) size = numberIn(words[after + 1])
  else if (before >= 0) size = numberIn(words[before])
  else if (asked) size = words.map(numberIn).find((value) => value !== undefined) ?? lone(words)
  return size !== undefined && size >= 1 && size <= 20 ? size : undefined
}

function lone(words: readonly string[]): number | undefined {
  if (words.length > 3) return undefined
  return words.map((word) => HOMOPHONES.get(word)).findLast((value) => value !== undefined)
}

const DAYS: readonly RegExp[] = [
  /\b(sunday|domingo)\b/,
  /\b(monday|lunes)\b/,
  /\b(tuesday|martes)\b/,
  /\b(wednesday|miercoles)\b/,
  /\b(thursday|jueves)\b/,
  /\b(friday|viernes)\b/,
  /\b(saturday|sabado)\b/,
]

/** A day of the week, 0 (Sunday) to 6, also by "today" and "tomorrow", seen from `today`. */
export function weekday(said: string, today: number): number | undefined {
  const words = plain(said)
  if (/\b(today|tonight|hoy)\b/.test(words)) return today
  if (/\b(tomorrow|manana)\b/.test(words) && !/\bla manana\b/.test(words)) return (today + 1) % 7
  const day = DAYS.findIndex((pattern) => pattern.test(words))
  return day < 0 ? undefined : day
}

/** A time of day in minutes: "half past two", "ten thirty", "noon", "3 pm". Hours 1 to 8 are in the afternoon. */
export function timeOfDay(said: string, asked: boolean): number | undefined {
  const words = plain(said)
  if (/\b(noon|mediodia)\b/.test(words)) return 12 * 60
  const clock = /\b(\d{1,2}):(\d\d)\b/.exec(words)
  if (clock) return onTheClock(Number(clock[1]), Number(clock[2]), words)
  const list = words.split(' ')
  const at = list.findIndex((word, i) => numberIn(word) !== undefined && (asked || tellsTime(list, i)))
  if (at < 0) return undefined
  const half = /\b(half|thirty|media|30)\b/.test(words) ? 30 : 0
  const quarter = /\bquarter\b/.test(words) ? (/\bquarter to\b/.test(words) ? -15 : 15) : 0
  return onTheClock(numberIn(list[at]) ?? 0, half || quarter, words)
}

/** Whether the number at `i` is a time in a sentence that was not asked for one. */
function tellsTime(words: readonly string[], i: number): boolean {
  const before = words[i - 1] ?? ''
  const after = words.slice(i + 1, i + 3).join(' ')
  if (/^(at|past|around|las)$/.test(before)) return true
  return /^(o ?clock|oclock|am|pm|thirty|in the)\b/.test(after)
}

function onTheClock(hour: number, minutes: number, words: string): number | undefined {
  if (hour > 23 || minutes > 59) return undefined
  const morning = /\b(am|morning)\b/.test(words)
  const evening = /\b(pm|afternoon|evening|night|tarde|noche)\b/.test(words)
  const late = hour < 12 && (evening || (!morning && hour >= 1 && hour <= 8))
  return (late ? hour + 12 : hour) * 60 + minutes
}
