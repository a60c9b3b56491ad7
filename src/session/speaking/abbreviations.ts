/** Words whose full stop never ends a sentence. Lower case, without the stop. */
export const titles = new Set(
  (
    'mr mrs ms mx dr prof sr sra srta st mt ft rev hon gen col sgt capt lt cmdr gov sen rep vs viz cf approx dept ' +
    'est min max misc ext hr hrs fr herr frau mme mlle bzw ca evtl ggf inkl usw z.b d.h u.a p.ej ud uds dña'
  ).split(' '),
)

/** Words whose full stop ends a sentence only where the next word begins with a capital. */
export const perhapsLast = new Set(
  'etc inc ltd co corp jr bros a.m p.m am pm jan feb mar apr jun jul aug sep sept oct nov dec'.split(' '),
)

/** Words that abbreviate only in front of a number: "no. 5", "fig. 2". */
export const beforeNumbers = new Set('no nos nr art fig p pp vol ch sec tel ref op num núm n'.split(' '))

/** Languages that write ordinals with a full stop: "am 3. Mai". */
export const ordinalStopLanguages = new Set(
  'de da nb nn no fi cs sk pl hu sl hr sr bs et lv is tr'.split(' '),
)
