import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { SpeechCache } from '../../../src/speech/cache/speech-cache.js'
import type { CollectedSpeech } from '../../../src/speech/collect-speech.js'
import type { SpeakRequest, SpeechAudio, TextToSpeech } from '../../../src/speech/engine.js'
import { CircuitBreakers } from '../../../src/speech/failover/circuit-breaker.js'
import { FailoverTts, type VoiceCandidate } from '../../../src/speech/failover/failover-tts.js'
import type { EngineFailure } from '../../../src/speech/failover/observer.js'
import { SpeakingRates } from '../../../src/speech/failover/speaking-rates.js'
import { VendorError } from '../../../src/speech/vendor-error.js'

const RATE = 8000
/** ms that each word takes, silence of 20 ms behind it included. */
const WORD_MS = 200

type Step = { words: number; marks?: boolean } | { throws: Error } | { hangs: true }

/** Says the words of what it is asked, as its script has it. */
class ScriptedTts implements TextToSpeech {
  readonly requests: SpeakRequest[] = []
  stopped = false
  prepared = 0

  constructor(
    readonly name: string,
    private readonly script: readonly Step[],
    readonly ssml = false,
    private readonly sampleRate = RATE,
  ) {}

  prepare(): void {
    this.prepared++
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    this.requests.push(request)
    signal.addEventListener('abort', () => {
      this.stopped = true
    })
    const words = [...request.text.matchAll(/\S+/g)]
    let said = 0
    for (const step of this.script) {
      if ('throws' in step) throw step.throws
      if ('hangs' in step) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        return
      }
      for (let i = 0; i < step.words && said < words.length; i++, said++) {
        const word = words[said]!
        const mark = {
          textStart: word.index,
          textEnd: word.index + word[0].length,
          startMs: said * WORD_MS,
          endMs: (said + 1) * WORD_MS - 20,
        }
        yield { pcm: this.word(), sampleRate: this.sampleRate, marks: step.marks === false ? [] : [mark] }
      }
    }
  }

  private word(): Int16Array {
    const pcm = new Int16Array((this.sampleRate * WORD_MS) / 1000)
    pcm.fill(9_000, 0, (this.sampleRate * (WORD_MS - 20)) / 1000)
    return pcm
  }
}

const all: Step = { words: 100 }
const lost: Step = { throws: new VendorError('first', 'dropped', 'the connection was lost') }
const text = 'one two three four five.'

let clock: SimulatedClock
let failures: EngineFailure[]
let breakers: CircuitBreakers<TextToSpeech>

beforeEach(() => {
  clock = new SimulatedClock(1_000)
  failures = []
  breakers = new CircuitBreakers(clock, async () => {})
})

function failover(engines: readonly ScriptedTts[], cache?: SpeechCache): FailoverTts {
  const candidates = engines.map((engine): VoiceCandidate => {
    return {
      engine,
      voice: { voice: `${engine.name}-voice`, language: 'en-US' },
      settings: () => ({ for: engine.name }),
      remote: true,
      identity: engine.name,
    }
  })
  return new FailoverTts(candidates, {
    clock,
    times: { connectMs: 1_000, firstByteMs: 2_000, stallMs: 500 },
    breakers,
    rates: new SpeakingRates(),
    cache,
    observer: (failure) => failures.push(failure),
  })
}

function request(changes: Partial<SpeakRequest> = {}): SpeakRequest {
  return { text, ssml: false, language: 'en-US', voice: '', sampleRate: RATE, settings: {}, ...changes }
}

/** What a listener ends up with: the words marked, with their times, and the length of the audio. */
async function listen(engine: FailoverTts, asked: SpeakRequest, signal = new AbortController().signal) {
  let samples = 0
  let marks: { word: string; startMs: number }[] = []
  const cuts: number[] = []
  for await (const audio of engine.speak(asked, signal)) {
    if (audio.joinsAtMs !== undefined) {
      cuts.push(audio.joinsAtMs)
      samples = Math.round((audio.joinsAtMs * RATE) / 1000)
      marks = marks.filter(({ startMs }) => startMs < audio.joinsAtMs!)
    }
    expect(audio.sampleRate).toBe(RATE)
    samples += audio.pcm.length
    for (const mark of audio.marks) {
      marks.push({ word: asked.text.slice(mark.textStart, mark.textEnd), startMs: mark.startMs })
    }
  }
  return { words: marks.map(({ word }) => word).join(' '), marks, ms: (samples * 1000) / RATE, cuts }
}

describe('a chunk', () => {
  it('is spoken by the first engine, in its own voice and with its own settings', async () => {
    const [first, second] = [new ScriptedTts('first', [all]), new ScriptedTts('second', [all])]
    expect((await listen(failover([first, second]), request())).words).toBe(text)
    expect(first.requests).toMatchObject([{ text, voice: 'first-voice', settings: { for: 'first' } }])
    expect(second.requests).toEqual([])
    expect(failures).toEqual([])
  })

  it('is spoken by the next one when the first cannot begin', async () => {
    const [first, second] = [new ScriptedTts('first', [lost]), new ScriptedTts('second', [all])]
    expect((await listen(failover([first, second]), request())).words).toBe(text)
    expect(second.requests).toMatchObject([{ text, voice: 'second-voice' }])
    expect(failures).toMatchObject([{ kind: 'tts', engine: 'first', next: 'second' }])
  })

  it('begins anew with the next engine where nothing of it was heard', async () => {
    const [first, second] = [new ScriptedTts('first', [{ words: 3 }, lost]), new ScriptedTts('second', [all])]
    const heard = await listen(failover([first, second]), request({ heardMs: () => 0 }))
    expect(heard).toMatchObject({ words: text, ms: 1_000, cuts: [0] })
  })

  it('goes on from the first word that the failed engine did not say', async () => {
    const [first, second] = [new ScriptedTts('first', [{ words: 3 }, lost]), new ScriptedTts('second', [all])]
    const heard = await listen(failover([first, second]), request({ heardMs: () => 250 }))
    expect(second.requests).toMatchObject([{ text: 'four five.' }])
    // All that was there bridges the time: three words, the last with a little of the silence behind it.
    expect(heard).toMatchObject({ words: text, cuts: [], ms: 1_000 })
    expect(heard.marks.at(-2)).toMatchObject({ word: 'four', startMs: 600 })
  })

  it('says a word again of which only a part was heard', async () => {
    const half = { words: 2 }
    const first = new ScriptedTts('first', [half, { words: 1, marks: false }, lost])
    const second = new ScriptedTts('second', [all])
    const heard = await listen(failover([first, second]), request({ heardMs: () => 500 }))
    expect(second.requests).toMatchObject([{ text: 'three four five.' }])
    expect(heard).toMatchObject({ words: text, cuts: [500] })
  })

  it('takes back a word that broke off before it was heard', async () => {
    const first = new ScriptedTts('first', [{ words: 2 }, { words: 1, marks: false }, lost])
    const second = new ScriptedTts('second', [all])
    const heard = await listen(failover([first, second]), request({ heardMs: () => 100 }))
    expect(heard).toMatchObject({ words: text, cuts: [410] })
  })

  it('is over when only its end was not told', async () => {
    const [first, second] = [new ScriptedTts('first', [all, lost]), new ScriptedTts('second', [all])]
    expect((await listen(failover([first, second]), request({ heardMs: () => 900 }))).words).toBe(text)
    expect(second.requests).toEqual([])
    expect(failures).toMatchObject([{ engine: 'first', next: undefined }])
  })

  it('passes through as many engines as it takes', async () => {
    const engines = [
      new ScriptedTts('a', [{ words: 1 }, lost]),
      new ScriptedTts('b', [{ words: 2 }, lost]),
      new ScriptedTts('c', [all]),
    ]
    let heardMs = 0
    const heard = await listen(failover(engines), request({ heardMs: () => (heardMs += 190) }))
    expect(engines.map(({ requests }) => requests[0]?.text)).toEqual([
      text,
      'two three four five.',
      'four five.',
    ])
    expect(heard.words).toBe(text)
  })

  it('fails when no engine is left, and keeps what was said', async () => {
    const engines = [new ScriptedTts('a', [{ words: 1 }, lost]), new ScriptedTts('b', [lost])]
    await expect(listen(failover(engines), request({ heardMs: () => 100 }))).rejects.toThrow(
      'the connection was lost',
    )
    expect(failures.map(({ next }) => next)).toEqual(['b', undefined])
  })

  it('has one rate, whatever the engines have', async () => {
    const [first, second] = [
      new ScriptedTts('first', [{ words: 3 }, lost]),
      new ScriptedTts('second', [all], false, 16_000),
    ]
    const heard = await listen(failover([first, second]), request({ heardMs: () => 250 }))
    expect(heard.ms).toBeCloseTo(1_000, 0)
  })

  it('is plain text to an engine that takes no markup', async () => {
    const ssml = 'one <emphasis>two</emphasis> three'
    const [first, second] = [new ScriptedTts('first', [lost], true), new ScriptedTts('second', [all])]
    await listen(failover([first, second]), request({ text: ssml, ssml: true }))
    expect(first.requests).toMatchObject([{ text: ssml, ssml: true }])
    expect(second.requests).toMatchObject([{ text: 'one two three', ssml: false }])
  })
})

describe('an engine', () => {
  const step = async (ms: number, times: number) => {
    for (let i = 0; i < times; i++) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
      clock.advance(ms)
    }
  }

  it('is given up when its first audio is late', async () => {
    const [first, second] = [new ScriptedTts('first', [{ hangs: true }]), new ScriptedTts('second', [all])]
    const heard = listen(failover([first, second]), request())
    await step(100, 25)
    expect((await heard).words).toBe(text)
    expect(first.stopped).toBe(true)
    expect(failures).toMatchObject([{ error: { fault: 'timeout' } }])
  })

  it('is given up when it falls silent and what it said is about to be used up', async () => {
    const first = new ScriptedTts('first', [{ words: 3 }, { hangs: true }])
    const second = new ScriptedTts('second', [all])
    const startedAt = clock.now()
    const heard = listen(
      failover([first, second]),
      request({ heardMs: () => Math.min(600, clock.now() - startedAt) }),
    )
    await step(50, 12)
    expect((await heard).words).toBe(text)
    expect(failures).toMatchObject([{ error: { fault: 'stalled' } }])
  })

  it('may be silent as long as enough of it waits to be heard', async () => {
    const first = new ScriptedTts('first', [{ words: 5 }, { hangs: true }])
    const aborting = new AbortController()
    const heard = listen(
      failover([first, new ScriptedTts('second', [all])]),
      request({ heardMs: () => 0 }),
      aborting.signal,
    )
    await step(100, 30)
    expect(failures).toEqual([])
    aborting.abort()
    await heard
  })

  it('is passed by while it rests', async () => {
    const [first, second] = [new ScriptedTts('first', [lost]), new ScriptedTts('second', [all])]
    const engine = failover([first, second])
    for (let i = 0; i < 5; i++) await listen(engine, request())
    expect(first.requests).toHaveLength(3)
    clock.advance(15_000)
    await listen(engine, request())
    expect(first.requests, 'while it is probed').toHaveLength(3)
    await listen(engine, request())
    expect(first.requests).toHaveLength(4)
  })

  it('that refused what was asked of it is left alone for the rest of the session, and told of once', async () => {
    const wrong: Step = { throws: new VendorError('first', 'request', 'no such voice', { status: 400 }) }
    const [first, second] = [new ScriptedTts('first', [wrong]), new ScriptedTts('second', [all])]
    const engine = failover([first, second])
    for (let i = 0; i < 5; i++) {
      clock.advance(60_000)
      expect((await listen(engine, request())).words).toBe(text)
    }
    expect(first.requests).toHaveLength(1)
    expect(second.requests).toHaveLength(5)
    expect(failures).toMatchObject([{ engine: 'first', next: 'second', error: { fault: 'request' } }])
    // Another session asks anew: what is wrong there may be something else.
    await listen(failover([first, second]), request())
    expect(first.requests).toHaveLength(2)
  })

  it('that does not take the markup of one request is asked for the next', async () => {
    const wrong: Step = { throws: new VendorError('first', 'request', 'invalid SSML', { status: 400 }) }
    const [first, second] = [new ScriptedTts('first', [wrong], true), new ScriptedTts('second', [all])]
    const engine = failover([first, second])
    const ssml = { text: '<nonsense>one</nonsense>', ssml: true }
    for (let i = 0; i < 2; i++) await listen(engine, request(ssml))
    expect(first.requests).toHaveLength(2)
    expect(failures).toHaveLength(2)
  })

  it('that is the only one and refuses is asked again, but told of once', async () => {
    const wrong: Step = { throws: new VendorError('first', 'request', 'no such voice', { status: 400 }) }
    const first = new ScriptedTts('first', [wrong])
    const engine = failover([first])
    for (let i = 0; i < 3; i++) await listen(engine, request()).catch(() => {})
    expect(first.requests).toHaveLength(3)
    expect(failures).toHaveLength(1)
  })

  it('that has spoken before is asked again, whatever it refuses of one text', async () => {
    const wrong = new VendorError('first', 'request', 'this text is not allowed', { status: 400 })
    class Picky extends ScriptedTts {
      override async *speak(asked: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
        if (asked.text.includes('bad')) throw wrong
        yield* super.speak(asked, signal)
      }
    }
    const [first, second] = [new Picky('first', [all]), new ScriptedTts('second', [all])]
    const engine = failover([first, second])
    for (const said of ['good one', 'bad one', 'good again']) await listen(engine, request({ text: said }))
    expect(first.requests.map((asked) => asked.text)).toEqual(['good one', 'good again'])
    expect(second.requests.map((asked) => asked.text)).toEqual(['bad one'])
  })

  it('that says nothing of words is followed by the next', async () => {
    const [first, second] = [new ScriptedTts('first', []), new ScriptedTts('second', [all])]
    expect((await listen(failover([first, second]), request())).words).toBe(text)
    expect(failures).toMatchObject([{ engine: 'first', error: { fault: 'server' } }])
    failures = []
    await listen(failover([first, second]), request({ text: '…' }))
    expect(failures).toEqual([])
  })

  it('is made ready ahead of its use, unless it refused', async () => {
    const wrong: Step = { throws: new VendorError('first', 'request', 'no such voice', { status: 400 }) }
    const [first, second] = [new ScriptedTts('first', [wrong]), new ScriptedTts('second', [all])]
    const engine = failover([first, second])
    engine.prepare(request())
    expect([first.prepared, second.prepared]).toEqual([1, 0])
    await listen(engine, request())
    engine.prepare(request())
    expect([first.prepared, second.prepared]).toEqual([1, 1])
  })

  it('is asked all the same when there is no other', async () => {
    const first = new ScriptedTts('first', [lost])
    const engine = failover([first])
    for (let i = 0; i < 5; i++) await listen(engine, request()).catch(() => {})
    expect(first.requests).toHaveLength(5)
  })

  it('is stopped when the request is aborted, without another taking over', async () => {
    const [first, second] = [
      new ScriptedTts('first', [{ words: 1 }, { hangs: true }]),
      new ScriptedTts('second', [all]),
    ]
    const aborting = new AbortController()
    const heard = listen(failover([first, second]), request(), aborting.signal)
    await step(0, 3)
    aborting.abort()
    expect((await heard).words).toBe('one')
    expect([first.stopped, second.requests, failures]).toEqual([true, [], []])
  })
})

describe('what was said before', () => {
  /** A cache that keeps at once. */
  const memory = () => {
    const kept = new Map<string, CollectedSpeech>()
    return {
      kept,
      keyOf: (identity: string, { text: words, voice }: SpeakRequest) => `${identity} ${voice} ${words}`,
      find: async (key: string) => kept.get(key),
      keep: (key: string, speech: CollectedSpeech) => kept.set(key, speech),
    }
  }

  it('is not asked for again, marks and all', async () => {
    const cache = memory()
    const first = new ScriptedTts('first', [all])
    const engine = failover([first], cache as unknown as SpeechCache)
    const once = await listen(engine, request())
    expect([...cache.kept.keys()]).toEqual([`first first-voice ${text}`])
    expect(await listen(engine, request())).toEqual(once)
    expect(first.requests).toHaveLength(1)
  })

  it('is not kept where another engine had to say it', async () => {
    const cache = memory()
    const engines = [new ScriptedTts('first', [{ words: 2 }, lost]), new ScriptedTts('second', [all])]
    await listen(failover(engines, cache as unknown as SpeechCache), request({ heardMs: () => 100 }))
    expect(cache.kept.size).toBe(0)
  })

  it('is not kept with the beginning that another engine had made of it', async () => {
    const cache = memory()
    const [first, second] = [
      new ScriptedTts('first', [all]),
      new ScriptedTts('second', [{ words: 1, marks: false }, lost]),
    ]
    for (let n = 0; n < 3; n++) breakers.of(first).failed(new Error('oh'))
    const heard = await listen(
      failover([first, second], cache as unknown as SpeechCache),
      request({ heardMs: () => 50 }),
    )
    expect([second.requests.length, first.requests.length]).toEqual([1, 1])
    expect(heard.ms).toBeGreaterThan(5 * WORD_MS)
    expect(cache.kept.size).toBe(0)
  })
})
