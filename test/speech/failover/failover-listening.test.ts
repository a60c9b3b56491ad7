import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { Listening, ListeningEvents, ListenOptions, SpeechToText } from '../../../src/speech/engine.js'
import { CircuitBreakers } from '../../../src/speech/failover/circuit-breaker.js'
import { FailoverStt } from '../../../src/speech/failover/failover-stt.js'
import type { EngineFailure } from '../../../src/speech/failover/observer.js'
import { VendorError } from '../../../src/speech/vendor-error.js'

class FakeListening extends EventEmitter<ListeningEvents> implements Listening {
  /** First samples of the frames written. */
  readonly heard: number[] = []
  /** Frames that were written before each question for a final. */
  readonly askedAfter: number[] = []
  closed = false

  constructor(readonly options: ListenOptions) {
    super()
  }

  write(frame: Int16Array): void {
    this.heard.push(frame[0]!)
  }

  get finalized(): number {
    return this.askedAfter.length
  }

  finalize(): void {
    this.askedAfter.push(this.heard.length)
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

class FakeStt implements SpeechToText {
  readonly opened: FakeListening[] = []
  broken = false

  constructor(
    readonly name: string,
    readonly endpointing: 'engine' | 'relay' = 'engine',
  ) {}

  get last(): FakeListening {
    return this.opened.at(-1)!
  }

  open(options: ListenOptions): Listening {
    if (this.broken) throw new Error(`${this.name} cannot be opened`)
    this.opened.push(new FakeListening(options))
    return this.last
  }
}

const options: ListenOptions = {
  language: 'en-US',
  sampleRate: 8000,
  model: 'm',
  hints: ['table'],
  settings: { x: 1 },
}

let clock: SimulatedClock
let failures: EngineFailure[]
let events: string[]
let first: FakeStt
let second: FakeStt
let counter: number
/** Name of an engine whose probes fail. */
let sick: string

beforeEach(() => {
  clock = new SimulatedClock(1_000)
  failures = []
  events = []
  counter = 0
  sick = ''
  first = new FakeStt('first')
  second = new FakeStt('second')
})

function open(...engines: FakeStt[]) {
  const candidates = engines.map((engine) => ({
    engine,
    language: 'en',
    model: `${engine.name}-model`,
    settings: () => ({ for: engine.name }),
  }))
  const breakers = new CircuitBreakers<SpeechToText>(clock, async ({ name }) => {
    if (name === sick) throw new Error(`${name} is sick`)
  })
  const stt = new FailoverStt(candidates, { clock, breakers, observer: (failure) => failures.push(failure) })
  const listening = stt.open(options)
  listening.on('partial', ({ text }) => events.push(`partial ${text}`))
  listening.on('final', ({ text }) => events.push(`final ${text}`))
  listening.on('endOfTurn', () => events.push('endOfTurn'))
  listening.on('error', (error) => events.push(`error ${error.message}`))
  return listening
}

/** Frames of 20 ms, each with the next number in it. */
function write(listening: Listening, count: number, voiced = true): void {
  for (let i = 0; i < count; i++) listening.write(new Int16Array(160).fill(++counter), voiced)
}

const says = (text: string, endMs?: number) => ({ text, language: 'en', endMs })
const settled = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

it('listens by the first engine, in its own language and model', () => {
  const listening = open(first, second)
  write(listening, 3)
  expect(first.last.options).toEqual({
    ...options,
    language: 'en',
    model: 'first-model',
    settings: { for: 'first' },
  })
  expect(first.last.heard).toEqual([1, 2, 3])
  first.last.emit('partial', says('hello'))
  first.last.emit('final', says('hello there'))
  first.last.emit('endOfTurn')
  expect(events).toEqual(['partial hello', 'final hello there', 'endOfTurn'])
  expect(second.opened).toEqual([])
})

it('lets the next engine hear again what was not settled', () => {
  const listening = open(first, second)
  write(listening, 50)
  first.last.emit('final', says('one', 600))
  write(listening, 5)
  first.last.emit('error', new Error('lost'))
  // 600 ms are 30 frames.
  expect(second.last.heard).toEqual(Array.from({ length: 25 }, (_, i) => i + 31))
  write(listening, 1)
  expect(second.last.heard.at(-1)).toBe(56)
  second.last.emit('final', says('two', 300))
  expect(events).toEqual(['final one', 'final two'])
  expect(failures).toMatchObject([{ kind: 'stt', engine: 'first', next: 'second' }])
  expect(first.last.closed).toBe(true)
})

it('counts on from where the next engine began to listen', () => {
  const listening = open(first, second, new FakeStt('third'))
  write(listening, 50)
  first.last.emit('final', says('one', 600))
  first.last.emit('error', new Error('lost'))
  second.last.emit('final', says('two', 200))
  const third = new FakeStt('unused')
  expect(third.opened).toEqual([])
  second.last.emit('error', new Error('lost too'))
  // 600 ms by the first, 200 by the second: 40 frames are settled.
  expect(failures.at(-1)).toMatchObject({ engine: 'second', next: 'third' })
})

it('passes the question for a final on', () => {
  const listening = open(first, second)
  write(listening, 5)
  listening.finalize()
  first.last.emit('error', new Error('lost'))
  expect(second.last.finalized).toBe(1)
  second.last.emit('final', says(''))
  expect(events).toEqual(['final '])
})

it('asks the next engine where in the audio it was asked', () => {
  const third = new FakeStt('third')
  const listening = open(first, second, third)
  write(listening, 5)
  listening.finalize()
  write(listening, 20)
  first.last.emit('error', new Error('lost'))
  expect(second.last.askedAfter).toEqual([5])
  second.last.emit('final', says(''))
  write(listening, 1)
  second.last.emit('error', new Error('lost too'))
  // What came after the question is not settled by an answer that does not tell how far it reaches.
  expect(third.last.heard).toEqual(Array.from({ length: 21 }, (_, i) => i + 6))
})

it('ends the turn that an engine had settled when it died', () => {
  const listening = open(first, second)
  write(listening, 50)
  first.last.emit('final', says('one', 1_000))
  first.last.emit('error', new Error('lost'))
  write(listening, 84, false)
  expect(events).toEqual(['final one'])
  write(listening, 1, false)
  expect(events).toEqual(['final one', 'endOfTurn'])
  write(listening, 200, false)
  expect(events).toHaveLength(2)
})

it('leaves the end of a turn to the next engine where that one hears more of it', () => {
  const listening = open(first, second)
  write(listening, 50)
  first.last.emit('final', says('one', 600))
  first.last.emit('error', new Error('lost'))
  second.last.emit('partial', says('two'))
  write(listening, 200, false)
  expect(events).toEqual(['final one', 'partial two'])
})

it('passes over an engine that cannot be opened', async () => {
  first.broken = true
  const listening = open(first, second)
  write(listening, 2)
  await settled()
  expect(second.last.heard).toEqual([1, 2])
})

describe('when no engine is left', () => {
  it('keeps what it hears, tries all again, and lets the one that is well hear it', async () => {
    const listening = open(first, second)
    write(listening, 10)
    first.last.emit('error', new Error('one'))
    second.broken = true
    first.broken = true
    second.last.emit('error', new Error('two'))
    await settled()
    expect(failures.at(-1)).toMatchObject({ engine: 'second', next: undefined, retryMs: 500 })
    write(listening, 5)
    clock.advance(500)
    await settled()
    expect(failures.at(-1)).toMatchObject({ next: undefined, retryMs: 1_000 })
    write(listening, 5)
    listening.finalize()
    second.broken = false
    clock.advance(1_000)
    await settled()
    write(listening, 1)
    expect(second.last.heard).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
    expect(second.last.finalized).toBe(1)
    second.last.emit('final', says('all of it'))
    expect(events).toEqual(['final all of it'])
  })

  it('keeps no more than half a minute', async () => {
    const listening = open(first)
    first.broken = true
    first.last.emit('error', new Error('one'))
    write(listening, 2_000)
    first.broken = false
    clock.advance(500)
    await settled()
    expect(first.last.heard).toHaveLength(1_500)
    expect(first.last.heard.at(-1)).toBe(2_000)
  })

  it('tries no more once it is closed', async () => {
    const listening = open(first)
    first.last.emit('error', new Error('one'))
    await listening.close()
    clock.advance(60_000)
    expect(first.opened).toHaveLength(1)
  })
})

it('lets the same engine begin anew where its session has lasted as long as one may', () => {
  const listening = open(first, second)
  const expired = () => new VendorError('first', 'expired', 'Session Expired')
  write(listening, 3_000, false)
  first.last.emit('final', says('before', 60_000))
  write(listening, 10)
  first.last.emit('partial', says('half a'))
  first.last.emit('error', expired())
  write(listening, 5)
  expect(first.opened).toHaveLength(2)
  expect(first.opened[0]!.closed).toBe(true)
  expect(first.last.heard).toEqual(Array.from({ length: 15 }, (_, i) => 3_001 + i))
  first.last.emit('final', says('half a sentence'))
  expect(events).toEqual(['final before', 'partial half a', 'final half a sentence'])
  expect(failures).toEqual([])
  expect(second.opened).toHaveLength(0)
})

it('takes a session that is over at once for a failure', () => {
  const listening = open(first, second)
  write(listening, 100)
  first.last.emit('error', new VendorError('first', 'expired', 'Session Expired'))
  expect(failures).toMatchObject([{ engine: 'first', next: 'second' }])
  expect(second.last.heard).toHaveLength(100)
})

it('gives up an engine that understands nothing of ten seconds of voice', () => {
  const listening = open(first, second)
  write(listening, 499)
  expect(failures).toEqual([])
  write(listening, 1)
  expect(failures).toMatchObject([{ engine: 'first', error: { fault: 'stalled' } }])
  expect(second.last.heard).toHaveLength(500)
})

it('keeps a second of silence only', () => {
  const listening = open(first, second)
  write(listening, 500, false)
  first.last.emit('error', new Error('lost'))
  expect(second.last.heard).toHaveLength(50)
})

it('goes back to the better engine between turns, once a probe has found it well', async () => {
  const listening = open(first, second)
  write(listening, 10)
  first.last.emit('error', new Error('lost'))
  sick = 'first'
  clock.advance(2_000)
  second.last.emit('final', says('one', 200))
  second.last.emit('endOfTurn')
  await settled()
  expect(first.opened).toHaveLength(1)
  sick = ''
  clock.advance(2_000)
  write(listening, 10)
  second.last.emit('final', says('two', 400))
  second.last.emit('endOfTurn')
  await settled()
  write(listening, 10)
  second.last.emit('final', says('three', 600))
  await settled()
  // In the middle of a turn: its end is the second one's to tell.
  expect(first.opened).toHaveLength(1)
  second.last.emit('endOfTurn')
  await settled()
  expect(first.opened).toHaveLength(2)
  expect(second.last.closed).toBe(true)
  write(listening, 1)
  expect(first.last.heard.at(-1)).toBe(31)
})

it('does not go back to an engine that refused what was asked of it', async () => {
  open(first, second)
  first.last.emit('error', new VendorError('first', 'request', 'no such model'))
  clock.advance(60_000)
  second.last.emit('final', says('one', 200))
  second.last.emit('endOfTurn')
  await settled()
  expect([first.opened.length, second.last.closed]).toEqual([1, false])
})

describe('where the engines differ in who ends a turn', () => {
  it('silence ends the turns of an engine that stands in for one that decides by itself', () => {
    const stand = new FakeStt('stand', 'relay')
    first.broken = false
    const listening = open(first, stand)
    first.last.emit('error', new Error('lost'))
    write(listening, 20)
    write(listening, 34, false)
    expect(stand.last.finalized).toBe(0)
    write(listening, 1, false)
    expect(stand.last.finalized).toBe(1)
    stand.last.emit('final', says('hello there'))
    expect(events).toEqual(['final hello there', 'endOfTurn'])
  })

  it('settled pieces of an engine that decides by itself are partial until the session asks', () => {
    const quiet = new FakeStt('quiet', 'relay')
    const listening = open(quiet, first)
    quiet.last.emit('error', new Error('lost'))
    write(listening, 20)
    first.last.emit('final', says('hello'))
    first.last.emit('endOfTurn')
    first.last.emit('partial', says('there'))
    expect(events).toEqual(['partial hello', 'partial hello there'])
    listening.finalize()
    first.last.emit('final', says('there'))
    expect(events.at(-1)).toBe('final hello there')
  })
})

it('says nothing after it was closed', async () => {
  const listening = open(first, second)
  const { last } = first
  await listening.close()
  last.emit('partial', says('late'))
  last.emit('error', new Error('late'))
  expect([events, second.opened, last.closed]).toEqual([[], [], true])
})
