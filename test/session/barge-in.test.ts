import { describe, expect, it } from 'vitest'
import { Rig } from './support/rig.js'

const subscribed = { events: 'speaker-events tokens-played', partialPrompts: true, dtmfDetection: true }

const longSentence = 'This is a long sentence that goes on and on.'

async function speaking(settings: Record<string, unknown> = {}): Promise<Rig> {
  const rig = await new Rig({ ...subscribed, ...settings }).open()
  rig.send({ type: 'text', token: 'This is a long sentence that goes on and on.', last: true })
  await rig.run(1_000)
  expect(rig.played.at(-1)).toBe(true)
  return rig
}

describe('barge-in by speech', () => {
  it('pauses at the first probable voice and interrupts in the recorded order of frames', async () => {
    const rig = await speaking()
    const before = rig.frames.length
    rig.voice.voiceStart(60)
    await rig.run(20)
    await rig.run(20)
    expect(rig.played.at(-1)).toBe(false)
    expect(rig.said(before)).toEqual([])

    rig.stt.now.hears('stop')
    const frames = rig.said(before)
    expect(frames.map((frame) => frame.split(' ').slice(0, 3).join(' '))).toEqual([
      'info clientSpeaking on',
      expect.stringMatching(/^info tokensPlayed/),
      expect.stringMatching(/^interrupt/),
      'prompt stop en-US',
      'info agentSpeaking off',
    ])
    const interrupt = rig.frames.find(({ frame }) => frame.type === 'interrupt')!.frame
    const heard = String(interrupt['utteranceUntilInterrupt'])
    expect('This is a long sentence that goes on and on.'.startsWith(heard)).toBe(true)
    expect(heard.length).toBeGreaterThan(12)
    expect(interrupt['durationUntilInterruptMs']).toBeGreaterThan(900)
    await rig.run(2_000)
    expect(rig.played.slice(-90)).not.toContain(true)
  })

  it('resumes where it paused when no words follow', async () => {
    const rig = await speaking()
    const before = rig.frames.length
    rig.voice.voiceStart(60)
    await rig.run(200)
    rig.voice.voiceEnd(0)
    await rig.run(800)
    expect(rig.played.at(-1)).toBe(true)
    await rig.run(4_000)
    expect(rig.said(before).filter((frame) => frame.startsWith('interrupt'))).toEqual([])
    expect(rig.said(before)).toContain('info tokensPlayed This is a long sentence that goes on and on.')
    expect(rig.events('barge_in_resumed')).toHaveLength(1)
  })

  it('never stays paused for a steady noise', async () => {
    const rig = await speaking()
    rig.voice.voiceStart(60)
    await rig.run(1_600)
    expect(rig.played.at(-1)).toBe(true)
  })

  it('takes nothing from blank partials', async () => {
    const rig = await speaking()
    rig.voice.voiceStart(60)
    rig.stt.now.hears('  ')
    expect(rig.said().some((frame) => frame.startsWith('interrupt'))).toBe(false)
  })

  it.each([
    ['none', false],
    ['dtmf', false],
    ['speech', true],
    ['any', true],
  ])('obeys interruptible=%s', async (interruptible, expected) => {
    const rig = await speaking({ interruptible })
    rig.voice.voiceStart(60)
    rig.stt.now.hears('please stop now')
    expect(rig.said().some((frame) => frame.startsWith('interrupt'))).toBe(expected)
    await rig.run(60)
    expect(rig.played.at(-1)).toBe(!expected)
  })

  it('lets a message override the session', async () => {
    const rig = await new Rig(subscribed).open()
    rig.send({ type: 'text', token: 'You must hear this disclosure.', last: true, interruptible: false })
    await rig.run(200)
    rig.voice.voiceStart(60)
    rig.stt.now.hears('please stop now')
    expect(rig.said().some((frame) => frame.startsWith('interrupt'))).toBe(false)
  })

  /** What has a say in whether speech may be cut, each with the settings and the frame that make the agent speak. */
  const levels = {
    session: (mode: string) => [{ interruptible: mode }, { type: 'text', token: longSentence, last: true }],
    message: (mode: string, other: string) => [
      { interruptible: other },
      { type: 'text', token: longSentence, last: true, interruptible: mode },
    ],
    media: (mode: string, other: string) => [
      { interruptible: other },
      { type: 'play', source: 'http://a/b.wav', interruptible: mode },
    ],
    greeting: (mode: string, other: string) => [
      { welcomeGreeting: longSentence, welcomeGreetingInterruptible: mode, interruptible: other },
      undefined,
    ],
  }

  it.each(
    Object.entries(levels).flatMap(([level, setUp]) =>
      ['none', 'dtmf', 'speech', 'any'].map((mode) => [level, mode, setUp] as const),
    ),
  )('obeys interruptible of the %s: %s', async (_level, mode, setUp) => {
    for (const kind of ['speech', 'dtmf'] as const) {
      const expected = mode === 'any' || mode === kind
      // What does not count says the opposite.
      const [settings, frame] = setUp(mode, expected ? 'none' : 'any')
      const rig = await new Rig(settings).open()
      if (frame) rig.send(frame)
      await rig.run(200)
      expect(rig.played.at(-1)).toBe(true)
      if (kind === 'dtmf') rig.press('5')
      else {
        rig.voice.voiceStart(60)
        rig.stt.now.hears('please stop now')
      }
      expect(rig.said().filter((said) => said.startsWith('interrupt'))).toHaveLength(expected ? 1 : 0)
      await rig.run(60)
      expect(rig.played.at(-1)).toBe(!expected)
    }
  })

  it('takes one word at high sensitivity and three at low', async () => {
    for (const [interruptSensitivity, text, expected] of [
      ['high', 'stop', true],
      ['high', 'ah', false],
      ['medium', 'stop', false],
      ['medium', 'stop it now', true],
      ['low', 'stop it', false],
      ['low', 'please stop talking', true],
    ] as const) {
      const rig = await speaking({ interruptSensitivity })
      rig.voice.voiceStart(60)
      rig.stt.now.hears(text)
      expect([text, rig.said().some((frame) => frame.startsWith('interrupt'))]).toEqual([text, expected])
    }
  })

  it('ignores back-channels when asked to, and withholds them', async () => {
    const rig = await speaking({ ignoreBackchannel: true })
    rig.voice.voiceStart(60)
    rig.stt.now.hears('yeah okay')
    rig.voice.voiceEnd(0)
    await rig.run(700)
    rig.stt.now.settles('yeah okay')
    await rig.run(100)
    expect(rig.played.at(-1)).toBe(true)
    expect(rig.said().filter((frame) => /^(interrupt|prompt)/.test(frame))).toEqual([])
    expect(rig.events('prompt_withheld')).toHaveLength(1)
  })

  it('does not take the agent for the caller when its voice comes back', async () => {
    const rig = await new Rig(subscribed).open()
    rig.send({ type: 'text', token: 'This is a long sentence that goes on and on.', last: true })
    const delay = 10
    const sent: Int16Array[] = []
    for (let i = 0; i < 40; i++) {
      await rig.run(20)
      sent.push(rig.lastFrame.map((sample) => sample >> 2))
      if (i >= delay) rig.callerFrames.push(sent[i - delay]!)
    }
    rig.voice.voiceStart(60)
    rig.stt.now.hears('this is a long')
    await rig.run(60)
    expect(rig.played.at(-1)).toBe(true)
    // Nor is it recognised: its words would stand before those of a caller who joins in.
    expect(rig.stt.now.voiced).toBe(0)
    expect(rig.said().filter((frame) => /^(interrupt|prompt)/.test(frame))).toEqual([])
  })
})

describe('echoPromptFiltering', () => {
  it.each([
    ['long sentence that goes on', false],
    ['no I want to stop', true],
  ])('takes "%s" for the caller: %s', async (text, expected) => {
    const rig = await speaking({ echoPromptFiltering: true })
    rig.voice.voiceStart(60)
    rig.stt.now.hears(text)
    rig.stt.now.settles(text)
    expect(rig.said().some((frame) => frame.startsWith('interrupt'))).toBe(expected)
    expect(rig.said().some((frame) => frame.startsWith('prompt'))).toBe(expected)
  })
})

describe('barge-in by keypad', () => {
  it('interrupts in the recorded order and spares the reply to the digit', async () => {
    const rig = await new Rig({ ...subscribed, welcomeGreeting: 'This is the greeting of the house.' }).open()
    await rig.run(300)
    const before = rig.frames.length
    const send = rig.send.bind(rig)
    rig.press('9')
    send({ type: 'text', token: 'Key 9.', last: true })
    expect(
      rig.said(before).map((frame) => frame.split(' ')[0] + frame.slice(frame.indexOf(' ')).slice(0, 13)),
    ).toEqual([
      'dtmf 9',
      expect.stringMatching(/^info tokensPlaye/),
      expect.stringMatching(/^interrupt/),
      'info agentSpeakin',
    ])
    await rig.run(1_000)
    expect(rig.said(before)).toContain('info tokensPlayed Key 9.')
    expect(rig.events('interrupt')[0]!.data['interrupt']).toEqual({ type: 'DTMF' })
  })

  it('reports digits over uninterruptible speech only when asked to', async () => {
    for (const [reportInputDuringAgentSpeech, expected] of [
      ['none', []],
      ['speech', []],
      ['dtmf', ['dtmf 5']],
      ['any', ['dtmf 5']],
    ] as const) {
      const rig = await speaking({ interruptible: 'none', reportInputDuringAgentSpeech })
      rig.press('5')
      expect(rig.said().filter((frame) => frame.startsWith('dtmf'))).toEqual(expected)
    }
  })

  it('sends no dtmf frame unless dtmfDetection is on, and interrupts all the same', async () => {
    const rig = await speaking({ dtmfDetection: false })
    rig.press('5')
    expect(rig.said().filter((frame) => frame.startsWith('dtmf'))).toEqual([])
    expect(rig.said().some((frame) => frame.startsWith('interrupt'))).toBe(true)
  })
})
