import type { Spoken } from './rig.js'

/** What the caller and the app did on a recorded call, at ms after `setup`. */
export type Deed =
  | { readonly at: number; readonly press: string }
  | { readonly at: number; readonly hears: string }
  | { readonly at: number; readonly endOfTurn: true }
  | { readonly at: number; readonly say: string; readonly preemptible?: boolean }
  | { readonly at: number; readonly send: readonly (object | string)[] }
  | { readonly at: number; readonly hangUp: true }
  | { readonly at: number; readonly completed: true }
  | { readonly at: number; readonly drop: true }

export interface Recording {
  readonly name: string
  /** What Twilio's voice took: these times are all that the recording gives the relay. */
  readonly spoken?: readonly Spoken[]
  readonly digitsMs?: number
  /** A second session of the call. */
  readonly answered?: true
  readonly deeds: readonly Deed[]
  /** Every frame the app got after `setup`, at ms after it, as `Rig.said` writes them. */
  readonly frames: readonly (readonly [at: number, frame: string])[]
  /** How the app saw its socket close; undefined where it did that itself. */
  readonly close?: { readonly code: number; readonly reason: string }
  readonly cause: string
}

export const greeting = 'This is the spike. Say something, or press a key.'
const fox =
  'the quick brown fox jumps over the lazy dog while the spike keeps talking so you can interrupt it.'
const sentences = (count: number) =>
  Array.from({ length: count }, (_, i) => `Sentence ${i + 1} of twelve: ${fox}`).join(' ')
const short =
  'This is a short reply of about eight seconds, so that digits queued behind it can still be heard by the gather ' +
  'on the caller leg before it times out.'
const normal = { code: 1000, reason: 'Closing websocket session' }
const stop = 'Stop. Stop. Stop.'
const on = 'info agentSpeaking on'
const off = 'info agentSpeaking off'
const played = (text: string) => `info tokensPlayed ${text}`

/** The greeting from beginning to end. */
const greeted = (from: number, to: number) =>
  [
    [from, on],
    [to, played(greeting)],
    [to, off],
  ] as const
const greets = (from: number, to: number): Spoken => [greeting, from, to - from]

/** A caller's "Holding." and the app's answer, as on most of the recordings. */
const holding = (at: number): Deed[] => [
  { at, hears: 'Hold' },
  { at: at + 191, hears: 'Holding.' },
  { at: at + 1028, endOfTurn: true },
  { at: at + 1029, say: 'I heard: Holding.' },
]
const held = (at: number) =>
  [
    [at, 'info clientSpeaking on'],
    [at, 'prompt Hold en false'],
    [at + 191, 'prompt Holding. en false'],
    [at + 1028, 'info clientSpeaking off'],
    [at + 1028, 'prompt Holding. en true'],
    [at + 1294, on],
    [at + 1931, played('I heard:')],
    [at + 2710, played(' Holding.')],
    [at + 2710, off],
  ] as const
const hold: readonly Spoken[] = [
  ['I heard:', 265, 637],
  ['Holding.', 0, 779],
]

/** Calls recorded on Twilio's wire in August 2026, with times in ms after `setup`. */
export const recordings: readonly Recording[] = [
  {
    name: 'speech barge-in in a later sentence of a long reply; the reply to the interruption',
    spoken: [
      greets(717, 3278),
      ['Sentence 1 of twelve:', 315, 1228],
      [fox, 0, 4539],
      ['Sentence 2 of twelve:', 0, 1225],
      ['I heard:', 303, 712],
      ['Stop.', 0, 640],
      ['Stop.', 0, 640],
      ['Stop.', 0, 441],
      ['I am interrupting you now.', 0, 1339],
    ],
    deeds: [
      { at: 5180, press: '1' },
      { at: 5196, say: sentences(12) },
      { at: 11967, hears: 'Stop' },
      { at: 12182, hears: 'Stop stop' },
      { at: 12442, hears: 'Stop stop,' },
      { at: 12682, hears: 'Stop. Stop. Stop' },
      { at: 12921, hears: stop },
      { at: 13448, hears: `${stop} I am in` },
      { at: 13890, hears: `${stop} I am interrupting` },
      { at: 14381, hears: `${stop} I am interrupting you now.` },
      { at: 14882, endOfTurn: true },
      { at: 14883, say: `I heard: ${stop} I am interrupting you now.` },
      { at: 20000, hangUp: true },
    ],
    frames: [
      ...greeted(717, 3278),
      [5180, 'dtmf 1'],
      [5511, on],
      [6739, played('Sentence 1 of twelve:')],
      [11278, played(` ${fox}`)],
      [11967, 'info clientSpeaking on'],
      [11967, played('Sentence 2 of')],
      [11967, 'interrupt Sentence 2 of 684'],
      [11967, 'prompt Stop en false'],
      [11969, off],
      [12182, 'prompt Stop stop en false'],
      [12442, 'prompt Stop stop, en false'],
      [12682, 'prompt Stop. Stop. Stop en false'],
      [12921, `prompt ${stop} en false`],
      [13448, `prompt ${stop} I am in en false`],
      [13890, `prompt ${stop} I am interrupting en false`],
      [14381, `prompt ${stop} I am interrupting you now. en false`],
      [14882, 'info clientSpeaking off'],
      [14882, `prompt ${stop} I am interrupting you now. en true`],
      [15186, on],
      [15898, played('I heard:')],
      [16538, played(' Stop.')],
      [17178, played(' Stop.')],
      [17619, played(' Stop.')],
      [18958, played(' I am interrupting you now.')],
      [18958, off],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'digit barge-in on the greeting, whose reply is not purged; a digit while nobody speaks',
    spoken: [greets(245, 2800), ['Key 9.', 392, 662], ['Key 8.', 448, 684]],
    deeds: [
      { at: 266, press: '9' },
      { at: 267, say: 'Key 9.' },
      { at: 6590, press: '8' },
      { at: 6591, say: 'Key 8.' },
      { at: 12807, hangUp: true },
    ],
    frames: [
      [245, on],
      [266, 'dtmf 9'],
      [267, played('This')],
      [267, 'interrupt This 15'],
      [269, off],
      [659, on],
      [1321, played('Key 9.')],
      [1321, off],
      [6590, 'dtmf 8'],
      [7039, on],
      [7723, played('Key 8.')],
      [7723, off],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'preemption of a marked reply: neither interrupt nor agentSpeaking off and on',
    spoken: [
      greets(723, 3302),
      ['Sentence 1 of twelve:', 301, 1226],
      [fox, 0, 4634],
      ['Replacing the marked message.', 98, 1933],
    ],
    deeds: [
      { at: 5180, press: '0' },
      { at: 5196, say: sentences(12), preemptible: true },
      { at: 8199, say: 'Replacing the marked message.' },
      { at: 12000, hangUp: true },
    ],
    frames: [
      ...greeted(723, 3302),
      [5180, 'dtmf 0'],
      [5497, on],
      [6723, played('Sentence 1 of twelve:')],
      [8296, played('the quick brown fox jumps over the')],
      [10229, played('Replacing the marked message.')],
      [10230, off],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'no preemption by a message that is itself marked: it plays last',
    spoken: [
      greets(322, 2938),
      ['Sentence 1 of twelve:', 464, 1241],
      [fox, 0, 4634],
      ['Sentence 2 of twelve:', 0, 1223],
      [fox, 0, 4672],
      ['Preempting with a new message.', 0, 1541],
    ],
    deeds: [
      { at: 5282, press: '6' },
      { at: 5292, say: sentences(2) },
      { at: 8294, say: 'Preempting with a new message.', preemptible: true },
      { at: 22000, hangUp: true },
    ],
    frames: [
      ...greeted(322, 2938),
      [5282, 'dtmf 6'],
      [5756, on],
      [6997, played('Sentence 1 of twelve:')],
      [11631, played(` ${fox}`)],
      [12854, played(' Sentence 2 of twelve:')],
      [17526, played(` ${fox}`)],
      [19067, played('Preempting with a new message.')],
      [19067, off],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'sendDigits behind speech: they wait for its end and are told when all are pressed',
    spoken: [
      greets(760, 3341),
      ['This is a short reply of about eight seconds,', 369, 2256],
      [short.slice(46), 0, 4861],
    ],
    digitsMs: 1909,
    deeds: [
      { at: 8017, say: short },
      { at: 9038, send: [{ type: 'sendDigits', digits: '1234#' }] },
      { at: 20588, hangUp: true },
    ],
    frames: [
      ...greeted(760, 3341),
      [8385, on],
      [10641, played(short.slice(0, 46))],
      [15502, played(short.slice(46))],
      [15503, off],
      [17412, played('1234#')],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'sendDigits while the caller talks: at once',
    spoken: [greets(100, 2570), ['I heard:', 363, 642], ['I am the caller,', 0, 1007]],
    digitsMs: 2090,
    deeds: [
      { at: 5727, hears: 'I am the' },
      { at: 7857, hears: 'I am the caller, and I keep talking' },
      { at: 8876, send: [{ type: 'sendDigits', digits: '1234#' }] },
      { at: 8912, hears: 'I am the caller, and I keep talking over the line.' },
      { at: 11157, endOfTurn: true },
      { at: 11158, say: 'I heard: I am the caller, and I keep talking over the line.' },
      { at: 14483, hangUp: true },
    ],
    frames: [
      ...greeted(100, 2570),
      [5727, 'info clientSpeaking on'],
      [5727, 'prompt I am the en false'],
      [7857, 'prompt I am the caller, and I keep talking en false'],
      [8912, 'prompt I am the caller, and I keep talking over the line. en false'],
      [10966, played('1234#')],
      [11157, 'info clientSpeaking off'],
      [11158, 'prompt I am the caller, and I keep talking over the line. en true'],
      [11521, on],
      [12163, played('I heard:')],
      [13170, played(' I am the caller, ')],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'sendDigits while nobody speaks',
    spoken: [greets(25, 2591)],
    digitsMs: 2167,
    deeds: [
      { at: 8678, send: [{ type: 'sendDigits', digits: '1234#' }] },
      { at: 14003, hangUp: true },
    ],
    frames: [...greeted(25, 2591), [10845, played('1234#')]],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'a minute and a half of silence: nothing is sent, nothing ends',
    spoken: [
      greets(759, 3323),
      ['Okay.', 252, 573],
      ['I will stay quiet now.', 0, 1139],
      ['I heard:', 496, 632],
      ['Still here.', 0, 793],
    ],
    deeds: [
      { at: 6010, hears: 'Silence' },
      { at: 6254, hears: 'Silence.' },
      { at: 6977, endOfTurn: true },
      { at: 6978, say: 'Okay. I will stay quiet now.' },
      { at: 96766, hears: 'Still' },
      { at: 96844, hears: 'Still here.' },
      { at: 96939, endOfTurn: true },
      { at: 96940, say: 'I heard: Still here.' },
      { at: 104748, hangUp: true },
    ],
    frames: [
      ...greeted(759, 3323),
      [6010, 'info clientSpeaking on'],
      [6010, 'prompt Silence en false'],
      [6254, 'prompt Silence. en false'],
      [6977, 'info clientSpeaking off'],
      [6977, 'prompt Silence. en true'],
      [7230, on],
      [7803, played('Okay.')],
      [8942, played(' I will stay quiet now.')],
      [8942, off],
      [96766, 'info clientSpeaking on'],
      [96766, 'prompt Still en false'],
      [96844, 'prompt Still here. en false'],
      [96939, 'info clientSpeaking off'],
      [96940, 'prompt Still here. en true'],
      [97436, on],
      [98068, played('I heard:')],
      [98861, played(' Still here.')],
      [98861, off],
    ],
    close: normal,
    cause: 'caller-gone',
  },
  {
    name: 'the call is completed by the API',
    spoken: [greets(321, 2966), ...hold],
    deeds: [...holding(5729), { at: 9513, completed: true }],
    frames: [...greeted(321, 2966), ...held(5729)],
    close: normal,
    cause: 'call-completed',
  },
  {
    name: 'the app drops its socket: no more frames, the session has failed',
    spoken: [greets(324, 2934), ...hold],
    deeds: [...holding(5522), { at: 8718, drop: true }],
    frames: [...greeted(324, 2934), ...held(5522)],
    cause: 'app-socket-lost',
  },
  {
    name: 'ten malformed messages: ten error frames, then 1007',
    spoken: [greets(701, 3278), ...hold],
    deeds: [
      ...holding(5468),
      { at: 8525, send: Array.from({ length: 10 }, (_, i) => `this is not json #${i + 1}`) },
    ],
    frames: [
      ...greeted(701, 3278),
      ...held(5468),
      ...Array.from(
        { length: 10 },
        (_, i) => [8525, `error Invalid message received, code: 64107, this is not json #${i + 1}`] as const,
      ),
    ],
    close: { code: 1007, reason: 'Too many consecutive malformed messages.' },
    cause: 'too-many-invalid-frames',
  },
  {
    name: 'end while nobody speaks: closed at once',
    spoken: [greets(712, 3315), ...hold],
    deeds: [...holding(5560), { at: 9371, send: [{ type: 'end', handoffData: '{"reason":"spike"}' }] }],
    frames: [...greeted(712, 3315), ...held(5560)],
    close: normal,
    cause: 'app-ended',
  },
  {
    name: 'end while the agent speaks: all of it is heard before the socket closes',
    spoken: [greets(712, 3315), ['Goodbye.', 300, 1450]],
    deeds: [
      { at: 5000, say: 'Goodbye.' },
      { at: 5001, send: [{ type: 'end' }] },
    ],
    frames: [...greeted(712, 3315), [5300, on], [6750, played('Goodbye.')], [6750, off]],
    close: normal,
    cause: 'app-ended',
  },
  {
    name: 'a second session on the same call greets again',
    spoken: [greets(747, 3314), ['This is the second relay session on the same call.', 385, 2627]],
    answered: true,
    deeds: [
      { at: 14683, say: 'This is the second relay session on the same call.' },
      { at: 25815, send: [{ type: 'end', handoffData: '{"reason":"spike"}' }] },
    ],
    frames: [
      ...greeted(747, 3314),
      [15067, on],
      [17694, played('This is the second relay session on the same call.')],
      [17695, off],
    ],
    close: normal,
    cause: 'app-ended',
  },
]
