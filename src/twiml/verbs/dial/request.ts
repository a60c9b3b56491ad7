import { choice, flag, method, optionalText, whole } from '../../document/fields.js'
import type { Attributes } from '../../document/reader.js'
import { recordingFields } from '../recording.js'

/** Countries whose ringing a caller can be played. */
const ringTones = [
  ...['at', 'au', 'bg', 'br', 'be', 'ch', 'cl', 'cn', 'cz', 'de', 'dk', 'ee', 'es', 'fi', 'fr', 'gr', 'hu'],
  ...['il', 'in', 'it', 'lt', 'jp', 'mx', 'my', 'nl', 'no', 'nz', 'ph', 'pl', 'pt', 'ru', 'se', 'sg', 'th'],
  ...['uk', 'us', 'us-old', 'tw', 've', 'za', 'automatic'],
]

const recordings = [
  'do-not-record',
  'false',
  'true',
  'record-from-answer',
  'record-from-answer-dual',
  'record-from-ringing',
  'record-from-ringing-dual',
] as const

export const dialModel = {
  element: 'Dial',
  fields: {
    ...recordingFields,
    action: optionalText,
    method,
    timeout: whole(1, 600, 30),
    timeLimit: whole(1, 86_400, 14_400),
    hangupOnStar: flag(false),
    callerId: optionalText,
    answerOnBridge: flag(false),
    ringTone: choice(ringTones, 'us'),
    record: choice(recordings, 'do-not-record'),
    recordingTrack: choice(['inbound', 'outbound', 'both'], 'both'),
    referUrl: optionalText,
    referMethod: method,
    sequential: flag(false),
    fromDisplayName: optionalText,
  },
  numbers: {
    method: 13210,
    timeout: 13212,
    hangupOnStar: 13213,
    callerId: 13214,
    timeLimit: 13216,
    record: 13217,
    sequential: 13218,
  },
  texml: ['fromDisplayName'] as const,
  idle: ['callReason', 'events', 'passports', 'recordingConfigurationId'],
}

/** Attributes of `<Dial>`. */
export type DialRequest = Attributes<typeof dialModel.fields>
