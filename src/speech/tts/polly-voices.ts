/**
 * Amazon Polly's voices by language, women and men; the preferred ones first. Bilingual ones stand under both languages,
 * the one that they speak unless told first.
 */
export const pollyVoices: Readonly<Record<string, string>> = {
  'en-US':
    'Joanna/f Matthew/m Ruth/f Stephen/m Danielle/f Gregory/m Kendra/f Kimberly/f Salli/f Joey/m Ivy/f Justin/m Kevin/m ' +
    'Patrick/m Tiffany/f',
  'en-GB': 'Amy/f Brian/m Emma/f Arthur/m',
  'en-AU': 'Olivia/f Nicole/f Russell/m',
  'en-IN': 'Kajal/f Aditi/f Raveena/f',
  'en-IE': 'Niamh/f',
  'en-NZ': 'Aria/f',
  'en-SG': 'Jasmine/f',
  'en-ZA': 'Ayanda/f',
  'en-GB-WLS': 'Geraint/m',
  'ar-AE': 'Hala/f Zayd/m',
  arb: 'Zeina/f',
  'ca-ES': 'Arlet/f',
  'cmn-CN': 'Zhiyu/f',
  'cs-CZ': 'Jitka/f',
  'cy-GB': 'Gwyneth/f',
  'da-DK': 'Sofie/f Naja/f Mads/m',
  'de-AT': 'Hannah/f',
  'de-CH': 'Sabrina/f',
  'de-DE': 'Vicki/f Daniel/m Marlene/f Hans/m Lennart/m',
  'es-ES': 'Lucia/f Sergio/m Conchita/f Enrique/m Alba/f Raul/m',
  'es-MX': 'Mia/f Andres/m',
  'es-US': 'Lupe/f Pedro/m Penelope/f Miguel/m',
  'fi-FI': 'Suvi/f',
  'fr-BE': 'Isabelle/f',
  'fr-CA': 'Gabrielle/f Liam/m Chantal/f',
  'fr-FR': 'Lea/f Remi/m Celine/f Mathieu/m Ambre/f Florian/m',
  'hi-IN': 'Kajal/f Aditi/f',
  'is-IS': 'Dora/f Karl/m',
  'it-IT': 'Bianca/f Adriano/m Carla/f Giorgio/m Beatrice/f Lorenzo/m',
  'ja-JP': 'Kazuha/f Takumi/m Tomoko/f Mizuki/f',
  'ko-KR': 'Seoyeon/f Jihye/f',
  'nb-NO': 'Ida/f Liv/f',
  'nl-BE': 'Lisa/f',
  'nl-NL': 'Laura/f Lotte/f Ruben/m',
  'pl-PL': 'Ola/f Ewa/f Maja/f Jacek/m Jan/m',
  'pt-BR': 'Camila/f Thiago/m Vitoria/f Ricardo/m',
  'pt-PT': 'Ines/f Cristiano/m',
  'ro-RO': 'Carmen/f',
  'ru-RU': 'Tatyana/f Maxim/m',
  'sv-SE': 'Elin/f Astrid/f',
  'tr-TR': 'Burcu/f Filiz/f',
  'yue-CN': 'Hiujin/f',
}

/** Those that have the standard engine only. */
const standardOnly = new Set(
  (
    'Nicole Russell Aditi Raveena Geraint Zeina Gwyneth Naja Mads Marlene Hans Conchita Enrique Penelope Miguel Chantal ' +
    'Celine Mathieu Dora Karl Carla Giorgio Mizuki Liv Lotte Ruben Ewa Maja Jacek Jan Ricardo Cristiano Carmen Tatyana ' +
    'Maxim Astrid Filiz'
  ).split(' '),
)
/** Those that have no neural engine. */
const generativeOnly = new Set(
  'Jasmine Sabrina Lennart Alba Raul Ambre Florian Beatrice Lorenzo Tiffany'.split(' '),
)

/** Those that have no neural engine either, and read long texts. */
const longForm = new Set('Patrick Alba Raul'.split(' '))

/** The engine of a voice that was asked for without one. */
export function engineOf(voice: string): string {
  if (voice === 'Patrick') return 'long-form'
  if (generativeOnly.has(voice)) return 'generative'
  return standardOnly.has(voice) ? 'standard' : 'neural'
}

/** Whether Polly has the voice in an engine, as far as is known here. */
export function hasEngine(voice: string, engine: string): boolean {
  if (standardOnly.has(voice)) return engine === 'standard'
  if (longForm.has(voice)) return engine === 'long-form' || engine === 'generative'
  return !generativeOnly.has(voice) || engine === 'generative'
}
