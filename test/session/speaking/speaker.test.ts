import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ParleyError } from '../../../src/base/errors.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { PlayCommand, TextCommand } from '../../../src/protocol/index.js'
import { Speaker, type SpeakerOptions } from '../../../src/session/speaking/index.js'
import { FakeEngine, type FakeVoice, loud, pull, RATE, Recorder } from './fake-speech.js'

const defaults = { interruptible: 'any' as const, preemptible: false }

function setUp(voice: FakeVoice = {}, more: Partial<SpeakerOptions> = {}) {
  const clock = new SimulatedClock()
  const engine = new FakeEngine(clock, voice)
  const listener = new Recorder(clock)
  const speaker = new Speaker({
    clock,
    sampleRate: RATE,
    resolveVoice: (language) => ({ engine, voice: 'v', language, settings: {} }),
    fetchMedia: async () => ({ pcm: new Int16Array(800).fill(2000), sampleRate: RATE }),
    sendDigits: (digits) => new Promise((resolve) => clock.after(digits.length * 200, resolve)),
    language: 'en-US',
    listener,
    ...more,
  })
  const say = (token: string, rest: Partial<TextCommand> = {}) =>
    speaker.text({ type: 'text', token, last: true, ...rest }, defaults)
  const play = (rest: Partial<PlayCommand> = {}) =>
    speaker.play({ type: 'play', source: 'http://a/b.wav', loop: 1, preemptible: false, ...rest }, defaults)
  return { clock, engine, listener, speaker, say, play, run: (ms: number) => pull(speaker, clock, ms) }
}

const tokens = (text: string) => text.split(/(?= )/)

describe('Speaker', () => {
  it('speaks a reply and tells its course', async () => {
    const { listener, speaker, say, run } = setUp({ latencyMs: 100 })
    speaker.start()
    say('Hello there.')
    const frames = await run(1000)
    expect(listener.events).toEqual([
      [0, 'first'],
      [0, 'final 1 2'],
      [100, 'tts 100'],
      [100, 'on'],
      [680, 'played "Hello there."'],
      [680, 'off'],
    ])
    expect(loud(frames)).toBe(12 * 50 * 8)
    expect(speaker.idle).toBe(true)
    expect(speaker.invariants()).toEqual([])
  })

  it('has audio in the frame after the first token of a whole sentence', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    await run(100)
    say('Hello there.', { last: false })
    await run(40)
    expect(listener.events.find(([, what]) => what === 'on')?.[0]).toBeLessThanOrEqual(120)
  })

  it('synthesises the greeting at once and plays it when the call is answered', async () => {
    const { engine, listener, speaker, run } = setUp()
    speaker.greet('Hello. How can I help?', 'none')
    await run(500)
    expect(engine.requests).toHaveLength(1)
    expect(listener.names).toEqual(['tts 0'])
    speaker.start()
    await run(20)
    expect(listener.names).toContain('on')
    expect(speaker.interruptibleBy('speech')).toBe(false)
    await run(1200)
    expect(listener.names.slice(-2)).toEqual(['played "Hello. How can I help?"', 'off'])
  })

  it('never waits for the last token', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    for (const token of tokens('One sentence. And a half')) say(token, { last: false })
    await run(300)
    expect(listener.names).toContain('on')
    await run(1500)
    expect(listener.names).toEqual([
      'first',
      'tts 0',
      'on',
      'played "One sentence."',
      'played " And a half"',
      'final 5 5',
      'off',
    ])
  })

  it('reports chunks and their times as recorded: silence between chunks of a cycle is no end of speech', async () => {
    const { listener, speaker, say, run } = setUp(
      { latencyMs: 200 },
      { limits: { parallel: 1, lookAheadMs: 1 } },
    )
    speaker.start()
    for (const token of tokens('I heard: Stop. Stop.')) say(token, { last: false })
    say('', { last: true })
    await run(3000)
    expect(listener.names.filter((name) => /^(on|off|played)/.test(name))).toEqual([
      'on',
      'played "I heard:"',
      'played " Stop."',
      'played " Stop."',
      'off',
    ])
  })

  it('synthesises the next chunk while one plays, and joins them without a gap', async () => {
    const { speaker, say, run } = setUp({ latencyMs: 300 })
    speaker.start()
    say('This is one. This is two. This is three.')
    await run(300)
    const frames = await run(1960)
    const text = ['This is one.', 'This is two.', 'This is three.'].join('')
    const samples = frames.flatMap((frame) => [...frame])
    const first = samples.findIndex((sample) => sample !== 0)
    const last = samples.findLastIndex((sample) => sample !== 0)
    expect(last - first + 1).toBe(text.length * 50 * 8)
    expect(loud(frames)).toBe(last - first + 1)
  })

  it('speaks each language with its own voice', async () => {
    const { engine, speaker, say } = setUp()
    say('Good morning.', { last: false })
    say(' Buenos días.', { last: false, lang: 'es-ES' })
    speaker.setLanguage('fr-FR')
    say(' Bonjour.', { last: true })
    await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(engine.requests.map(({ language, text }) => `${language} ${text}`)).toEqual([
      'en-US Good morning.',
      'es-ES Buenos días.',
    ])
  })

  it('takes silence in front of a reply away', async () => {
    const { listener, speaker, say, run } = setUp({ silenceMs: 300 })
    speaker.start()
    say('Hello there.')
    const frames = await run(200)
    const firstLoud = frames.flatMap((frame) => [...frame]).findIndex((sample) => sample !== 0)
    expect(firstLoud / 8).toBeLessThanOrEqual(20 + 25)
    const heard = speaker.cut()
    expect(heard?.text).toBe('Hello')
    expect(listener.names).toContain('on')
  })

  it('converts what engines give to the rate of the leg', async () => {
    const { speaker, say, run, listener } = setUp({ sampleRate: 22050 })
    speaker.start()
    say('Hello there, this is a longer sentence.')
    await run(3000)
    const on = listener.events.find(([, what]) => what === 'on')![0]
    const off = listener.events.find(([, what]) => what === 'off')![0]
    expect(Math.abs(off - on - 39 * 50)).toBeLessThanOrEqual(40)
  })

  it('strips SSML for engines that do not take it and reports the text as written', async () => {
    const plain = setUp()
    plain.speaker.start()
    plain.say('Wait <break time="1s"/> here.')
    await plain.run(1500)
    expect(plain.engine.requests[0]).toMatchObject({ ssml: false })
    expect(plain.engine.requests[0]!.text).not.toContain('<')
    expect(plain.listener.names).toContain('played "Wait <break time="1s"/> here."')
    const rich = setUp({ ssml: true })
    rich.say('Wait <break time="1s"/> here.')
    await rich.run(20)
    expect(rich.engine.requests[0]).toMatchObject({ ssml: true, text: 'Wait <break time="1s"/> here.' })
  })

  it('reports blank chunks as played without asking the engine', async () => {
    const { engine, listener, speaker, say, run } = setUp()
    speaker.start()
    say('Hello there. ', { last: false })
    say(' \n', { last: true })
    await run(1000)
    expect(engine.requests).toHaveLength(1)
    expect(listener.names.slice(-3)).toEqual(['played "Hello there."', 'played "  \n"', 'off'])
  })
})

describe('an app that never sends `last`', () => {
  it('is heard whole, and its replies count as talk cycles of their own', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    say('Hello there. ', { last: false })
    await run(1500)
    say('Well then, this is', { last: false })
    say(' a second reply. ', { last: false })
    await run(3000)
    expect(listener.names).toEqual([
      'first',
      'tts 0',
      'on',
      'played "Hello there."',
      'final 1 2',
      'off',
      'first',
      'tts 0',
      'on',
      'played "Well then, "',
      'played "this is a second reply."',
      'final 2 7',
      'off',
    ])
    say('', { last: true })
    expect(listener.names).toHaveLength(13)
  })

  it('goes on speaking through a short hesitation of the app', async () => {
    const { listener, speaker, say, run } = setUp({}, { limits: { holdMs: 200 } })
    speaker.start()
    say('Hello there.', { last: false })
    await run(700)
    say(' And more.', { last: true })
    await run(1000)
    expect(listener.names.filter((name) => name === 'on' || name === 'off')).toEqual(['on', 'off'])
  })
})

describe('barge-in', () => {
  it('cuts with the text and time heard of the current chunk, and forgets the rest', async () => {
    const { engine, listener, speaker, say, run } = setUp()
    speaker.start()
    say('Sentence one here. Sentence two of twelve is long. And a third one.')
    await run(900 + 640)
    const heard = speaker.cut()
    expect(heard).toEqual({ text: 'Sentence two', durationMs: 640 })
    expect(listener.names.slice(-2)).toEqual(['played "Sentence two"', 'off'])
    expect(speaker.idle).toBe(true)
    const frames = await run(500)
    expect(loud(frames)).toBeLessThanOrEqual(40)
    expect(loud(frames)).toBeGreaterThan(30)
    expect(engine.requests.length).toBeLessThanOrEqual(3)
  })

  it('counts a word from its beginning, as recorded', async () => {
    const { speaker, run } = setUp()
    speaker.greet('This is the spike. Say something.', 'any')
    speaker.start()
    await run(20)
    expect(speaker.cut()).toEqual({ text: 'This', durationMs: 20 })
  })

  it('speaks what the app sends after it as a new reply, although the old one was open', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    say('A long answer that goes on. And on and', { last: false })
    await run(300)
    speaker.cut()
    say('Key', { last: false })
    say(' 9.', { last: true })
    await run(1000)
    expect(listener.names.slice(-5)).toEqual(['final 2 2', 'tts 0', 'on', 'played "Key 9."', 'off'])
  })

  it('pauses within a frame, without a click, and goes on where it stopped', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    say('Hello there my friend.')
    await run(200)
    speaker.pause()
    const silent = await run(300)
    expect(loud(silent.slice(1))).toBe(0)
    expect(loud(silent)).toBeLessThanOrEqual(40)
    expect(speaker.speaking).toBe(true)
    const ramp = [...silent[0]!.slice(0, 40)]
    expect(ramp).toEqual([...ramp].sort((a, b) => b - a))
    speaker.resume()
    const rest = await run(1500)
    expect(rest[0]![0]).toBeLessThan(50)
    expect(loud(rest)).toBeGreaterThanOrEqual(22 * 50 * 8 - 200 * 8 - 1)
    expect(listener.names.filter((name) => name === 'on' || name === 'off')).toEqual(['on', 'off'])
  })

  it('tells exactly what was heard before a pause', async () => {
    const { speaker, say, run } = setUp()
    speaker.start()
    say('One two three four five six.')
    await run(400)
    speaker.pause()
    await run(400)
    expect(speaker.cut()).toEqual({ text: 'One two', durationMs: 400 })
    expect(speaker.paused).toBe(false)
  })

  it('says what may cut the message playing', async () => {
    const { speaker, say, run } = setUp()
    speaker.start()
    say('A disclosure first.', { interruptible: 'none' })
    say('Then a menu.', { interruptible: 'dtmf' })
    await run(100)
    expect(speaker.interruptibleBy('dtmf')).toBe(false)
    await run(1000)
    expect(speaker.interruptibleBy('dtmf')).toBe(true)
    expect(speaker.interruptibleBy('speech')).toBe(false)
  })

  it('does nothing when nothing plays', async () => {
    const { listener, speaker, run } = setUp()
    speaker.start()
    await run(40)
    expect(speaker.cut()).toBeUndefined()
    expect(listener.events).toEqual([])
  })
})

describe('preemption', () => {
  it('cuts what is marked, without an end of speech, as recorded', async () => {
    const { listener, speaker, say, run } = setUp({ latencyMs: 100 })
    speaker.start()
    say('Sentence one of twelve: the quick brown fox jumps. Sentence two.', { preemptible: true })
    await run(2000)
    say('Replacing it.')
    await run(2000)
    expect(listener.events.filter(([, what]) => /^(on|off|played|pre)/.test(what))).toEqual([
      [100, 'on'],
      [1240, 'played "Sentence one of twelve:"'],
      [2000, 'preempted'],
      [2100, 'played "the quick brown fox"'],
      [expect.any(Number), 'played "Replacing it."'],
      [expect.any(Number), 'off'],
    ])
  })

  it('lets a message that is itself preemptible wait its turn', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    say('The first message.', { preemptible: false })
    say('The second.', { preemptible: true })
    await run(2500)
    expect(listener.names.filter((name) => name.startsWith('played'))).toEqual([
      'played "The first message."',
      'played "The second."',
    ])
    expect(listener.names).not.toContain('preempted')
  })

  it('gives way to media, and does not wait long for it', async () => {
    const { clock, listener, speaker, say, play, run } = setUp(
      {},
      { fetchMedia: () => new Promise(() => {}) },
    )
    speaker.start()
    say('Please wait while I look for that in the system.', { preemptible: true })
    await run(400)
    play()
    await run(400)
    const cut = listener.events.find(([, what]) => what.startsWith('played'))!
    expect(cut[0]).toBeGreaterThan(600)
    expect(cut[0]).toBeLessThanOrEqual(680)
    expect(clock.now()).toBe(800)
    expect(speaker.speaking).toBe(true)
  })

  it('does not let a reply preempt itself', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    say('One moment please.', { last: false, preemptible: true })
    await run(200)
    say(' And more.', { last: true })
    await run(2000)
    expect(listener.names).not.toContain('preempted')
    expect(listener.names).toContain('played "One moment please."')
  })
})

describe('media and digits', () => {
  it('plays media in order, as often as asked', async () => {
    const { listener, speaker, say, play, run } = setUp()
    speaker.start()
    say('Listen now.')
    play({ loop: 3 })
    const frames = await run(1500)
    expect(listener.names.filter((name) => /^(on|off|played|media)/.test(name))).toEqual([
      'on',
      'played "Listen now."',
      'media http://a/b.wav',
      'off',
    ])
    expect(frames.flatMap((frame) => [...frame]).filter((sample) => sample === 2000)).toHaveLength(2400)
  })

  it('sends digits at once when idle, and after speech otherwise', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    speaker.digits({ type: 'sendDigits', digits: '1' })
    await run(220)
    say('Short reply.', { last: false })
    speaker.digits({ type: 'sendDigits', digits: '1234#' })
    say(' Then more.', { last: true })
    await run(3000)
    expect(listener.names.filter((name) => /^(on|off|played|digits)/.test(name))).toEqual([
      'played "1"',
      'digits 1',
      'on',
      'played "Short reply."',
      'off',
      'played "1234#"',
      'digits 1234#',
      'on',
      'played " Then more."',
      'off',
    ])
    const at = (what: string) => listener.events.findLast(([, name]) => name === what)![0]
    expect(at('digits 1234#') - listener.events.find(([, name]) => name === 'off')![0]).toBe(1000)
  })

  it('sends digits behind a reply that is still open, and behind one that was preempted', async () => {
    const { listener, speaker, say, run } = setUp()
    speaker.start()
    say('Short reply.', { last: false })
    speaker.digits({ type: 'sendDigits', digits: '1' })
    await run(1000)
    const told = listener.events.filter(([, what]) => what === 'off' || what.startsWith('digits'))
    expect(told.map(([, what]) => what)).toEqual(['off', 'digits 1'])
    expect(told[1]![0] - told[0]![0]).toBe(200)
    say(' And on.', { last: true, preemptible: true })
    speaker.digits({ type: 'sendDigits', digits: '2' })
    say('Instead.')
    await run(1000)
    expect(listener.names.slice(-4)).toEqual(['digits 2', 'on', 'played "Instead."', 'off'])
  })

  it('goes on after media and digits that fail', async () => {
    const { listener, speaker, say, play, run } = setUp(
      {},
      {
        fetchMedia: () => Promise.reject(new ParleyError('media_fetch_failed', 'no')),
        sendDigits: () => Promise.reject(new Error('no way')),
      },
    )
    speaker.start()
    play()
    speaker.digits({ type: 'sendDigits', digits: '5' })
    say('Still here.')
    await run(1000)
    expect(listener.names).toContain('failed media_fetch_failed ')
    expect(listener.names).toContain('failed digits_failed 5')
    expect(listener.names.slice(-2)).toEqual(['played "Still here."', 'off'])
  })
})

describe('engines in trouble', () => {
  it('skips a chunk that fails and tells', async () => {
    const { listener, speaker, say, run } = setUp({
      before: ({ text }) => {
        if (text.includes('two')) throw new Error('quota')
        return true
      },
    })
    speaker.start()
    say('This is one. This is two. This is three.')
    await run(3000)
    expect(listener.names.filter((name) => /^(on|off|played|failed)/.test(name))).toEqual([
      'failed tts_failed  This is two.',
      'on',
      'played "This is one."',
      'played " This is three."',
      'off',
    ])
  })

  it('gives up an engine that hangs, and goes on', async () => {
    const { engine, listener, speaker, say, run } = setUp(
      { before: ({ text }) => !text.includes('one') },
      { limits: { engineStallMs: 500 } },
    )
    speaker.start()
    say('This is one. This is two.')
    await run(2000)
    expect(listener.names).toContain('failed tts_failed This is one.')
    expect(listener.names.slice(-2)).toEqual(['played " This is two."', 'off'])
    expect(engine.requests).toHaveLength(2)
  })

  it('tells a voice that does not exist', async () => {
    const { listener, speaker, say, run } = setUp(
      {},
      {
        resolveVoice: () => {
          throw new ParleyError('media_setup_invalid', 'no such voice')
        },
      },
    )
    speaker.start()
    say('Hello there.')
    await run(100)
    expect(listener.names).toContain('failed media_setup_invalid Hello there.')
    expect(speaker.idle).toBe(true)
  })

  it('rides out an engine slower than speech: nothing lost, one on, one off', async () => {
    const { listener, speaker, say, run } = setUp({ piece: { ms: 50, everyMs: 80 } })
    speaker.start()
    say('A slow engine speaks.')
    const frames = await run(4000)
    const heard = frames.flatMap((frame) => [...frame]).filter((sample) => sample !== 0).length
    expect(heard).toBeGreaterThan(21 * 50 * 8 - 50)
    expect(listener.names.filter((name) => name === 'on' || name === 'off')).toEqual(['on', 'off'])
  })
})

describe('ending', () => {
  it('drains what is queued, an unfinished fragment included', async () => {
    const { clock, listener, speaker, say, run } = setUp()
    speaker.start()
    say('Goodbye. And than', { last: false })
    let at: number | undefined
    void speaker.drained().then(() => {
      expect(listener.names.at(-1)).toBe('off')
      at = clock.now()
    })
    await run(2000)
    expect(at).toBeGreaterThanOrEqual(16 * 50 - 20)
    expect(at).toBeLessThanOrEqual(16 * 50 + 40)
  })

  it('is drained at once when idle, and when cut or closed', async () => {
    const { speaker, say, run } = setUp()
    await speaker.drained()
    speaker.start()
    say('Hello there.')
    const cut = speaker.drained()
    await run(100)
    speaker.cut()
    await cut
    say('Hello again.')
    const closed = speaker.drained()
    speaker.close()
    await closed
  })

  it('tells nothing after it is closed, and aborts its engines', async () => {
    const { engine, listener, speaker, say, run } = setUp({ latencyMs: 100 })
    speaker.start()
    say('Hello there. How are you?')
    await run(200)
    const before = listener.events.length
    speaker.close()
    say('More.')
    await run(500)
    expect(listener.events).toHaveLength(before)
    expect(engine.aborted).toBeGreaterThan(0)
  })

  it('refuses a flood and stays alive', async () => {
    const { listener, speaker, say, run } = setUp({}, { limits: { queuedChars: 100 } })
    say('word '.repeat(30), { last: false })
    expect(listener.names).toContain(`failed playout_queue_full ${'word '.repeat(30)}`)
    speaker.start()
    say('Hello there.')
    await run(1000)
    expect(listener.names).toContain('played "Hello there."')
  })
})

describe('prefetch', () => {
  it('asks engines for no more than is soon to be heard', async () => {
    const { engine, speaker, say, run } = setUp({}, { limits: { lookAheadMs: 2000, parallel: 2 } })
    speaker.start()
    say('Ten characters and some. '.repeat(40))
    await run(40)
    expect(engine.requests.length).toBeLessThanOrEqual(3)
    await run(5000)
    expect(engine.requests.length).toBeGreaterThanOrEqual(5)
    expect(engine.requests.length).toBeLessThanOrEqual(8)
    const before = engine.requests.length
    speaker.cut()
    await run(1000)
    expect(engine.requests).toHaveLength(before)
  })

  it('fetches media while speech plays', async () => {
    const fetched: number[] = []
    const { clock, speaker, say, play, run } = setUp(
      {},
      {
        fetchMedia: async () => {
          fetched.push(clock.now())
          return { pcm: new Int16Array(1600).fill(3), sampleRate: 16000 }
        },
      },
    )
    speaker.start()
    say('A sentence of some length.')
    play()
    const frames = await run(2000)
    expect(fetched).toEqual([0])
    expect(frames.flatMap((frame) => [...frame]).filter((sample) => sample === 3).length).toBeGreaterThan(700)
  })
})

describe('invariants', () => {
  it('names audio that nobody pulls', async () => {
    const { clock, speaker, say } = setUp()
    speaker.start()
    say('Hello there.')
    await clock.run(100)
    expect(speaker.invariants()).toEqual([])
    await clock.run(300)
    expect(speaker.invariants()).toEqual(['audio-not-pulled'])
  })
})

describe('conservation', () => {
  type Step =
    | { readonly do: 'say'; readonly text: string; readonly preemptible: boolean }
    | { readonly do: 'wait'; readonly ms: number }
    | { readonly do: 'cut' | 'pause' | 'resume' | 'play' | 'digits' }
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      do: fc.constant('say' as const),
      text: fc.constantFrom(
        'Hello there.',
        'One, two, three. Four five.',
        'bad luck.',
        'A b c',
        ' ',
        'x. Y!',
      ),
      preemptible: fc.boolean(),
    }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 900 }) }),
    fc.record({ do: fc.constantFrom('cut', 'pause', 'resume', 'play', 'digits' as const) }),
  )

  it('everything said is heard in order, cut or told to have failed; on and off alternate; it never gets stuck', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(300), async (steps, latencyMs) => {
        const { listener, speaker, say, play, run } = setUp({
          latencyMs,
          before: ({ text }) => {
            if (text.includes('bad')) throw new Error('bad')
            return true
          },
        })
        speaker.start()
        let gentle = true
        const said: string[] = []
        for (const [i, action] of steps.entries()) {
          if (action.do === 'say') {
            const { text, preemptible } = action
            gentle &&= !preemptible
            const marked = text.replace(/[a-z]\b/g, (letter) => `${letter}${i}`)
            said.push(marked)
            say(marked, { preemptible })
          } else if (action.do === 'wait') await run(action.ms)
          else if (action.do === 'cut') {
            gentle = false
            speaker.cut()
          } else if (action.do === 'play') play()
          else if (action.do === 'digits') speaker.digits({ type: 'sendDigits', digits: '1' })
          else speaker[action.do]()
        }
        speaker.resume()
        for (let second = 0; second < 60 && !speaker.idle; second++) await run(1000)
        expect(speaker.idle).toBe(true)
        expect(speaker.invariants()).toEqual([])
        const flips = listener.names.filter((name) => name === 'on' || name === 'off')
        expect(flips).toEqual(flips.map((_, n) => (n % 2 === 0 ? 'on' : 'off')))
        expect(flips.length % 2).toBe(0)
        if (!gentle) return
        const told = (pattern: RegExp) => listener.names.flatMap((name) => pattern.exec(name)?.[1] ?? [])
        const played = told(/^played "(.*)"$/s).filter((text) => text !== '1')
        expect(played.join('')).toBe(said.filter((text) => !text.includes('bad')).join(''))
        expect(told(/^failed tts_failed (.*)$/s)).toEqual(said.filter((text) => text.includes('bad')))
      }),
      { numRuns: 60 },
    )
  })
})
