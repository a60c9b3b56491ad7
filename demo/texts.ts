/** Everything the scripted app says, in simple words that a recogniser on the other side understands again. */

export type Language = 'en' | 'es'

/** BCP-47 codes for the relay. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', es: 'es-ES' }

const DAYS_EN = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const DAYS_ES = ['domingo', 'lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado']
const COUNT_EN = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]
const COUNT_ES = [
  'cero',
  'una',
  'dos',
  'tres',
  'cuatro',
  'cinco',
  'seis',
  'siete',
  'ocho',
  'nueve',
  'diez',
  'once',
  'doce',
]

/** A finished or growing booking, as the texts need it. */
export interface BookingFacts {
  readonly size: number
  /** 0 (Sunday) to 6 */
  readonly day: number
  /** Minutes after midnight. */
  readonly minutes: number
}

export interface Texts {
  readonly hours: string
  readonly food: string
  readonly help: string
  readonly hello: string
  readonly welcome: string
  readonly switched: string
  readonly person: string
  readonly goodbye: string
  readonly unclear: string
  readonly unclearAgain: string
  readonly failed: string
  readonly askSize: string
  readonly askDay: string
  readonly askTime: string
  readonly closedThatDay: string
  readonly closedThen: string
  readonly booked: string
  readonly startAgain: string
  readonly cancelled: string
  confirm(booking: BookingFacts): string
}

const en: Texts = {
  hours: 'We are open from nine in the morning until six in the evening, Monday to Friday.',
  food:
    'We cook with what the market has that day. In the morning we bake fresh bread and serve coffee. ' +
    'At noon there is a soup, a salad and a warm dish with vegetables. ' +
    'In the afternoon we have apple cake and chocolate cake. Everything is made in our own kitchen.',
  help:
    'Ask for our opening hours, book a table, or talk to a person. ' +
    'On the keypad, press one for opening hours, two for a table, three for Spanish, or zero for a person.',
  hello: 'Hello. How can I help?',
  welcome: 'You are welcome. Is there anything else?',
  switched: 'Now we speak English. How can I help?',
  person: 'I am connecting you with a person now. One moment please.',
  goodbye: 'Thank you for calling. Goodbye.',
  unclear: 'I am sorry, I did not understand. You can ask for opening hours or book a table.',
  unclearAgain: 'I am sorry, I still did not understand. Press zero on the keypad to talk to a person.',
  failed: 'I am sorry, I can not answer right now. Please try again in a moment.',
  askSize: 'Of course. For how many people?',
  askDay: 'Which day would you like to come?',
  askTime: 'At what time?',
  closedThatDay: 'I am sorry, we are closed on Saturday and Sunday. Which other day would you like?',
  closedThen:
    'I am sorry, we have tables from nine in the morning until five in the afternoon. Which other time?',
  booked: 'Your table is booked. We look forward to seeing you. Is there anything else?',
  startAgain: 'All right, once more. For how many people?',
  cancelled: 'All right, no table then. Is there anything else?',
  confirm: ({ size, day, minutes }) =>
    `A table for ${COUNT_EN[size] ?? size} on ${DAYS_EN[day]} at ${timeInEnglish(minutes)}. Shall I book it?`,
}

const es: Texts = {
  hours: 'Abrimos de nueve de la mañana a seis de la tarde, de lunes a viernes.',
  food:
    'Cocinamos con lo que hay en el mercado ese día. Por la mañana hacemos pan y servimos café. ' +
    'Al mediodía hay sopa, ensalada y un plato caliente con verduras. Por la tarde tenemos tarta de manzana.',
  help:
    'Pregunte por el horario, reserve una mesa o hable con una persona. ' +
    'En el teclado, pulse uno para el horario, dos para una mesa, tres para inglés o cero para una persona.',
  hello: 'Hola. ¿En qué puedo ayudarle?',
  welcome: 'De nada. ¿Algo más?',
  switched: 'Ahora hablamos español. ¿En qué puedo ayudarle?',
  person: 'Le paso con una persona ahora. Un momento, por favor.',
  goodbye: 'Gracias por llamar. Adiós.',
  unclear: 'Lo siento, no le he entendido. Puede preguntar por el horario o reservar una mesa.',
  unclearAgain: 'Lo siento, sigo sin entenderle. Pulse cero en el teclado para hablar con una persona.',
  failed: 'Lo siento, ahora no puedo responder. Inténtelo de nuevo en un momento.',
  askSize: 'Por supuesto. ¿Para cuántas personas?',
  askDay: '¿Qué día quiere venir?',
  askTime: '¿A qué hora?',
  closedThatDay: 'Lo siento, el sábado y el domingo está cerrado. ¿Qué otro día quiere?',
  closedThen: 'Lo siento, hay mesas de nueve de la mañana a cinco de la tarde. ¿Qué otra hora?',
  booked: 'Su mesa está reservada. Hasta pronto. ¿Algo más?',
  startAgain: 'De acuerdo, otra vez. ¿Para cuántas personas?',
  cancelled: 'De acuerdo, sin mesa entonces. ¿Algo más?',
  confirm: ({ size, day, minutes }) =>
    `Una mesa para ${COUNT_ES[size] ?? size} el ${DAYS_ES[day]} a ${timeInSpanish(minutes)}. ¿La reservo?`,
}

export const TEXTS: Readonly<Record<Language, Texts>> = { en, es }

function timeInEnglish(minutes: number): string {
  const hour = Math.floor(minutes / 60)
  const part = hour < 12 ? 'in the morning' : 'in the afternoon'
  const name = COUNT_EN[hour > 12 ? hour - 12 : hour]
  const past = minutes % 60
  if (past === 0) return hour === 12 ? 'noon' : `${name} ${part}`
  if (past === 30) return `half past ${name} ${part}`
  return `${name} ${past} ${part}`
}

function timeInSpanish(minutes: number): string {
  const hour = Math.floor(minutes / 60)
  const name = COUNT_ES[hour > 12 ? hour - 12 : hour]
  const past = minutes % 60
  const article = name === 'una' ? 'la' : 'las'
  const part = hour < 12 ? 'de la mañana' : 'de la tarde'
  return `${article} ${name}${past === 30 ? ' y media' : past ? ` y ${past}` : ''} ${part}`
}
