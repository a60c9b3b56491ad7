import { type ProgressEvent, progressEvents } from '../../callbacks/call-progress.js'
import { childrenOf, type TwimlElement, textOf } from '../../document/element.js'
import { digitsToSend, method, optionalText, words } from '../../document/fields.js'
import type { Reader } from '../../document/reader.js'
import { parametersOf } from '../connect/relay-settings.js'
import { detectionFields, detectionOf, type PartyDetection } from './party-detection.js'

/** Somebody to call. */
export interface Party {
  readonly kind: 'Number' | 'Sip' | 'Client'
  /** A number, a SIP URI, or the name of a phone. */
  readonly to: string
  readonly line: number
  /** Document that is run on the called party's side before the two are joined. */
  readonly url: string | undefined
  readonly method: 'GET' | 'POST'
  /** Keys to send once it is answered. */
  readonly sendDigits: string | undefined
  readonly statusCallback: string | undefined
  readonly statusCallbackMethod: 'GET' | 'POST'
  readonly statusCallbackEvent: readonly ProgressEvent[]
  /** How it is told who answered, while the two talk already. */
  readonly detection: PartyDetection | undefined
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** Header lines of the INVITE. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
}

/** Most that ring at a time, as on Twilio. */
const MOST_PARTIES = 10

export const partyNames = ['Number', 'Sip', 'Client'] as const

const common = {
  url: optionalText,
  method,
  statusCallback: optionalText,
  statusCallbackMethod: method,
  statusCallbackEvent: words(progressEvents, ['completed']),
}

export const numberModel = {
  element: 'Number',
  fields: { ...common, ...detectionFields, sendDigits: digitsToSend },
  numbers: { method: 13221, sendDigits: 13222 },
  idle: ['byoc'],
}

export const sipModel = {
  element: 'Sip',
  fields: {
    ...{ ...common, ...detectionFields, sendDigits: digitsToSend },
    ...{ username: optionalText, password: optionalText },
  },
  numbers: { method: 13241, sendDigits: 13242 },
  idle: ['byoc'],
}

export const clientModel = { element: 'Client', fields: common }

/** The parties among the children of `<Dial>`, and the one that stands in it as text. */
export function partiesIn(element: TwimlElement, children: readonly TwimlElement[], reader: Reader): Party[] {
  const parties = children.flatMap((child) => {
    if (child.name === 'Number') return number(child, reader) ?? []
    if (child.name === 'Sip') return sip(child, reader) ?? []
    return child.name === 'Client' ? (client(child, reader) ?? []) : []
  })
  const bare = textOf(element)
  if (parties.length === 0 && childrenOf(element).length === 0 && bare !== '') {
    const plain = { ...element, attributes: new Map<string, string>() }
    parties.push(...(/^sips?:/i.test(bare) ? one(sip(plain, reader)) : one(number(plain, reader))))
  }
  for (const { to } of parties.slice(MOST_PARTIES)) {
    reader.warn(element, `no more than ${MOST_PARTIES} can be called at a time; ${to} is not`)
  }
  return parties.slice(0, MOST_PARTIES)
}

function number(element: TwimlElement, reader: Reader): Party | undefined {
  const { sendDigits, ...read } = reader.attributes(element, numberModel)
  const to = textOf(element)
  if (to === '') {
    reader.warn(element, 'there is no number', 13223)
    return undefined
  }
  const detection = detectionOf(read, sendDigits)
  return { ...read, ...noMore, kind: 'Number', to, sendDigits, detection, line: element.line }
}

function sip(element: TwimlElement, reader: Reader): Party | undefined {
  const { username, password = '', sendDigits, ...read } = reader.attributes(element, sipModel)
  const to = textOf(element)
  if (!/^sips?:\S+$/i.test(to)) {
    reader.warn(element, `"${to}" is no SIP URI`, 13243)
    return undefined
  }
  const credentials = username === undefined ? undefined : { username, password }
  const detection = detectionOf(read, sendDigits)
  return { ...read, ...noMore, kind: 'Sip', to, sendDigits, credentials, detection, line: element.line }
}

/** A client of Twilio's is a phone of the configuration; its parameters become X- headers of the INVITE. */
function client(element: TwimlElement, reader: Reader): Party | undefined {
  const read = reader.attributes(element, clientModel)
  const children = reader.children(element, ['Identity', 'Parameter'], 13215)
  const identity = children.find(({ name }) => name === 'Identity')
  const to = textOf(identity ?? element).replace(/^client:/i, '')
  if (to === '') {
    reader.warn(element, 'there is no name of a phone', 13215)
    return undefined
  }
  const headers = Object.entries(parametersOf(children, reader)).map(
    ([name, value]) => [`X-${name.replace(/[^\w-]/g, '-')}`, value.replace(/[\r\n]+/g, ' ')] as const,
  )
  return { ...read, ...noMore, kind: 'Client', to, headers, line: element.line }
}

const noMore = { sendDigits: undefined, credentials: undefined, detection: undefined, headers: [] }

function one<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}
