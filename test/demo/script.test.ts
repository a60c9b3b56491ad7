import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { startDemo } from '../../demo/server.js'
import { demoHints as hints, demoGreeting as welcomeGreeting } from '../../src/config/demo-route.js'
import { FakeRelay, Stage } from './relay.js'

const stage = new Stage()
afterEach(() => stage.cleanUp())

const HOURS = 'We are open from nine in the morning until six in the evening, Monday to Friday.'

describe('the scripted demo', () => {
  it.each([
    'what are your opening hours',
    'When are you open?',
    'what are you opening ours',
    'uh hours please',
  ])('tells its hours when asked "%s"', async (said) => {
    const relay = await stage.call()
    expect(await relay.ask(said)).toBe(HOURS)
  })

  it('streams word by word and marks only the last token', async () => {
    const relay = await stage.call()
    await relay.ask('opening hours')
    expect(relay.frames[0]).toEqual({ type: 'text', token: 'We ', last: false })
    expect(relay.frames.length).toBe(16)
    expect(relay.frames.filter((frame) => frame.last)).toEqual([
      { type: 'text', token: 'Friday.', last: true },
    ])
  })

  it('waits for the final transcript', async () => {
    const relay = await stage.call()
    relay.send({ type: 'prompt', voicePrompt: 'good', lang: 'en', last: false })
    relay.send({ type: 'prompt', voicePrompt: 'goodbye', lang: 'en', last: false })
    relay.send({ type: 'prompt', voicePrompt: ' ', lang: 'en', last: true })
    expect(await relay.ask('hello')).toBe('Hello. How can I help?')
    expect(relay.frames.every((frame) => frame.type === 'text')).toBe(true)
  })

  it('books a table over several turns', async () => {
    const relay = await stage.call()
    expect(await relay.ask('i would like to book a table')).toBe('Of course. For how many people?')
    expect(await relay.ask('for four people')).toBe('Which day would you like to come?')
    expect(await relay.ask('on friday')).toBe('At what time?')
    expect(await relay.ask('at half past two')).toBe(
      'A table for four on Friday at half past two in the afternoon. Shall I book it?',
    )
    expect(await relay.ask('yes please')).toMatch(/^Your table is booked\./)
    expect(await relay.ask('yes')).toMatch(/^I am sorry, I did not understand/)
  })

  it('takes several facts at once, corrections, and a change of mind', async () => {
    const relay = await stage.call()
    const confirm = (size: string, day: string, time: string) =>
      `A table for ${size} on ${day} at ${time}. Shall I book it?`
    expect(await relay.ask('book a table for two tomorrow at eleven')).toBe(
      confirm('two', 'Thursday', 'eleven in the morning'),
    )
    expect(await relay.ask('no on friday at three')).toBe(confirm('two', 'Friday', 'three in the afternoon'))
    expect(await relay.ask('no')).toBe('All right, once more. For how many people?')
    expect(await relay.ask('too')).toBe('Which day would you like to come?')
    expect(await relay.ask('never mind')).toMatch(/^All right, no table then\./)
    expect(await relay.ask('hours')).toBe(HOURS)
  })

  it('refuses days and times without tables, and answers questions in between', async () => {
    const relay = await stage.call()
    await relay.ask('book a table for three')
    expect(await relay.ask('on saturday')).toMatch(/^I am sorry, we are closed on Saturday and Sunday\./)
    expect(await relay.ask('what are your opening hours')).toBe(`${HOURS} Which day would you like to come?`)
    expect(await relay.ask('monday')).toBe('At what time?')
    expect(await relay.ask('at eight in the evening')).toMatch(/^I am sorry, we have tables from nine/)
    expect(await relay.ask('bananas')).toMatch(/did not understand.* At what time\?$/)
    expect(await relay.ask('noon')).toBe('A table for three on Monday at noon. Shall I book it?')
  })

  it('has a keypad menu, and takes keys as answers while booking', async () => {
    const relay = await stage.call()
    const key = (digit: string) => relay.ask({ type: 'dtmf', digit })
    expect(await key('1')).toBe(HOURS)
    expect(await key('9')).toMatch(/press one for opening hours/)
    expect(await key('2')).toBe('Of course. For how many people?')
    expect(await key('5')).toBe('Which day would you like to come?')
    expect(await key('2')).toBe('At what time?')
    expect(await key('4')).toBe('A table for five on Tuesday at four in the afternoon. Shall I book it?')
    expect(await key('1')).toMatch(/^Your table is booked/)
  })

  it('switches to Spanish and back, by voice and by key', async () => {
    const relay = await stage.call()
    expect(await relay.ask('do you speak spanish')).toMatch(/^Ahora hablamos español/)
    expect(relay.frames[0]).toEqual({
      type: 'language',
      ttsLanguage: 'es-ES',
      transcriptionLanguage: 'es-ES',
    })
    expect(await relay.ask('¿Cuál es el horario?')).toMatch(/^Abrimos de nueve/)
    expect(await relay.ask('quiero reservar una mesa para dos personas')).toBe('¿Qué día quiere venir?')
    expect(await relay.ask('el miércoles')).toBe('¿A qué hora?')
    expect(await relay.ask('a las diez y media')).toBe(
      'Una mesa para dos el miércoles a las diez y media de la mañana. ¿La reservo?',
    )
    expect(await relay.ask('sí, gracias')).toMatch(/^Su mesa está reservada/)
    expect(await relay.ask({ type: 'dtmf', digit: '3' })).toMatch(/^Now we speak English/)
    expect(relay.frames[0]).toEqual({
      type: 'language',
      ttsLanguage: 'en-US',
      transcriptionLanguage: 'en-US',
    })
  })

  it('hands over to a person with the conversation so far', async () => {
    const relay = await stage.call()
    await relay.ask('hello')
    expect(await relay.ask('can i talk to a person')).toMatch(/^I am connecting you with a person now/)
    await relay.until((frames) => frames.at(-1)?.type === 'end')
    const data = JSON.parse(relay.frames.at(-1)?.handoffData ?? '')
    expect(data).toMatchObject({ reasonCode: 'live-agent-handoff', language: 'en-US' })
    expect(data.conversation[0]).toEqual({ role: 'user', content: 'hello' })
    const other = await stage.call()
    await other.ask({ type: 'dtmf', digit: '0' })
    await other.until((frames) => frames.at(-1)?.type === 'end')
  })

  it.each(['goodbye', 'good bye', 'okay bye', 'good by'])(
    'says goodbye after "%s", then ends',
    async (said) => {
      const relay = await stage.call()
      expect(await relay.ask(said)).toBe('Thank you for calling. Goodbye.')
      await relay.until((frames) => frames.at(-1)?.type === 'end')
      expect(relay.frames.at(-1)).toEqual({ type: 'end' })
    },
  )

  it('helps when it does not understand, repeats, and gives up politely', async () => {
    const relay = await stage.call()
    expect(await relay.ask('purple monkey')).toMatch(/did not understand/)
    expect(await relay.ask('purple monkey')).toMatch(/Press zero/)
    expect(await relay.ask('what can you do')).toMatch(/^Ask for our opening hours/)
    expect(await relay.ask('say that again')).toMatch(/^Ask for our opening hours/)
    expect(await relay.ask('thank you')).toMatch(/^You are welcome/)
    expect((await relay.ask('tell me about your food')).length).toBeGreaterThan(200)
  })
})

describe('interruption', () => {
  /** A timer that stands still after so many words. */
  function stopAfter(words: number) {
    let left = words
    return (_ms: number, signal: AbortSignal) =>
      left-- > 0
        ? Promise.resolve()
        : new Promise<void>((_, reject) =>
            signal.addEventListener('abort', () => reject(new Error('aborted'))),
          )
  }

  it('stops the stream, and the history keeps what was heard', async () => {
    const relay = await stage.call({ wait: stopAfter(4) })
    relay.send({ type: 'prompt', voicePrompt: 'tell me about your food', last: true })
    await relay.until((frames) => frames.length === 5)
    relay.send({ type: 'interrupt', utteranceUntilInterrupt: 'We cook', durationUntilInterruptMs: 500 })
    relay.send({ type: 'dtmf', digit: '0' })
    // The timer stands still for the hand-off too: its first word shows that the old reply is over.
    await relay.until((frames) => frames.length === 6)
    expect(relay.text()).toBe('We cook with what the I ')
    expect(stage.logged.filter((line) => line.startsWith('reply'))).toEqual([])
  })

  it('cuts the finished reply after the fragment, wherever the sentence stood', async () => {
    const relay = await stage.call()
    await relay.ask('tell me about your food')
    relay.send({
      type: 'interrupt',
      utteranceUntilInterrupt: 'In the morning we bake',
      durationUntilInterruptMs: 1,
    })
    await relay.ask('can i talk to a person')
    await relay.until((frames) => frames.at(-1)?.type === 'end')
    const { conversation } = JSON.parse(relay.frames.at(-1)?.handoffData ?? '')
    expect(conversation[1]).toEqual({
      role: 'assistant',
      content: 'We cook with what the market has that day. In the morning we bake',
    })
  })

  it('does not take an interruption of the speech before for one of the reply to the key', async () => {
    const held: (() => void)[] = []
    let hold = false
    const wait = () => (hold ? new Promise<void>((resolve) => held.push(resolve)) : Promise.resolve())
    const relay = await stage.call({ wait })
    await relay.ask('tell me about your food')
    hold = true
    relay.frames.length = 0
    relay.send({ type: 'dtmf', digit: '1' })
    await relay.until((frames) => frames.length === 1)
    relay.send({ type: 'interrupt', utteranceUntilInterrupt: 'We cook with', durationUntilInterruptMs: 700 })
    while (!stage.logged.some((line) => line.startsWith('interrupted')))
      await new Promise((go) => setImmediate(go))
    hold = false
    for (const go of held) go()
    await relay.until((frames) => frames.some((frame) => frame.last))
    expect(relay.text()).toBe(HOURS)
  })
})

describe('the server', () => {
  it('survives frames it does not understand', async () => {
    const relay = await stage.call()
    for (const odd of ['not json', '[]', 'null', '{}', '{"type":"prompt"}', '{"type":"dtmf","digit":7}']) {
      relay.socket.send(odd)
    }
    relay.socket.send(Buffer.from([1, 2, 3]))
    relay.send({ type: 'error', description: 'Invalid message received' })
    relay.send({ type: 'info', name: 'agentSpeaking', value: 'on' })
    relay.send({ type: 'interrupt', utteranceUntilInterrupt: '', durationUntilInterruptMs: 0 })
    await relay.until((frames) => frames.some((frame) => frame.last))
    expect(await relay.ask('hello')).toBe('Hello. How can I help?')
    expect(stage.logged.filter((line) => line.startsWith('a frame')).length).toBe(5)
    expect(stage.logged.some((line) => line.includes('Invalid message received'))).toBe(true)
  })

  it('keeps calls apart', async () => {
    const demo = await stage.demo()
    const [a, b] = await Promise.all([FakeRelay.connect(demo.url), FakeRelay.connect(demo.url)])
    await a.ask('book a table')
    expect(await b.ask('two')).toMatch(/did not understand/)
    expect(await a.ask('two')).toBe('Which day would you like to come?')
    a.socket.terminate()
    b.socket.terminate()
  })

  it('answers people who open it in a browser, and listens on IPv6', async () => {
    const demo = await stage.demo()
    expect((await fetch(`http://127.0.0.1:${demo.port}/`)).status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${demo.port}/other`)).status).toBe(404)
    const six = await stage.demo({ host: '::1' })
    const relay = await FakeRelay.connect(six.url)
    expect(await relay.ask('hello')).toBe('Hello. How can I help?')
    relay.socket.terminate()
  })

  it('tells calls when it shuts down, and fails where the port is taken', async () => {
    const demo = await stage.demo()
    const relay = await FakeRelay.connect(demo.url)
    await expect(startDemo({ port: demo.port })).rejects.toThrow('EADDRINUSE')
    const closed = once(relay.socket, 'close')
    await demo.close()
    expect((await closed)[0]).toBe(1001)
  })

  it('offers a greeting and hints that name what it can do', () => {
    expect(welcomeGreeting).toContain('opening hours')
    expect(hints).toContain('what are your opening hours')
    expect(new Set(hints).size).toBe(hints.length)
  })
})
