import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { Speaker } from '../../../src/session/speaking/index.js'
import { FakeEngine, pull, RATE, Recorder } from './fake-speech.js'

/** What the app did on a recorded call, at ms of the recording. */
type Action =
  | { readonly at: number; readonly greet: string }
  | { readonly at: number; readonly say: string; readonly preemptible?: boolean; readonly last?: boolean }
  | { readonly at: number; readonly digits: string }
  /** The relay's own decision: a digit or speech of the caller's cut the agent. */
  | { readonly at: number; readonly cut: { readonly text: string; readonly durationMs: number } }

interface Call {
  readonly name: string
  /** Speed and latency of the voice on the recording. */
  readonly msPerChar: number
  readonly latencyMs: number
  readonly actions: readonly Action[]
  /** Frames of the recording; `on` and `off` are `agentSpeaking`, all else `tokensPlayed`. */
  readonly frames: readonly (readonly [ms: number, what: string])[]
}

const fox =
  ' the quick brown fox jumps over the lazy dog while the spike keeps talking so you can interrupt it.'
const sentences = [1, 2, 3].map((n) => `${n === 1 ? '' : ' '}Sentence ${n} of twelve:${fox}`).join('')

const calls: readonly Call[] = [
  {
    name: 'a digit right at the beginning of the greeting; the reply to it is not purged',
    msPerChar: 110,
    latencyMs: 300,
    actions: [
      { at: 1000, greet: 'This is the spike. Say something, or press a key.' },
      { at: 1321, cut: { text: 'This', durationMs: 15 } },
      { at: 1322, say: 'Key', last: false },
      { at: 1323, say: ' 9.', last: true },
    ],
    frames: [
      [1300, 'on'],
      [1321, 'This'],
      [1321, 'off'],
      [1623, 'on'],
      [2285, 'Key 9.'],
      [2285, 'off'],
    ],
  },
  {
    name: 'speech cut in a later sentence: text and time of that chunk only',
    msPerChar: 58,
    latencyMs: 300,
    actions: [
      { at: 0, say: sentences },
      // 684 ms into the third chunk.
      { at: 300 + Math.round((21 + 98) * 58) + 684, cut: { text: 'Sentence 2 of', durationMs: 684 } },
    ],
    frames: [
      [300, 'on'],
      [300 + 21 * 58, 'Sentence 1 of twelve:'],
      [300 + (21 + 98) * 58, fox],
      [300 + (21 + 98) * 58 + 684, 'Sentence 2 of'],
      [300 + (21 + 98) * 58 + 684, 'off'],
    ],
  },
  {
    name: 'a preemptible reply gives way about 100 ms after the new tokens, without off and on',
    msPerChar: 58,
    latencyMs: 100,
    actions: [
      { at: 15076, say: sentences, preemptible: true },
      { at: 18093, say: 'Replacing the marked message.' },
    ],
    frames: [
      [15176, 'on'],
      [15176 + 21 * 58, 'Sentence 1 of twelve:'],
      [18193, 'the quick brown fox jumps over the'],
      [18193 + 29 * 58, 'Replacing the marked message.'],
      [18193 + 29 * 58, 'off'],
    ],
  },
  {
    name: 'digits behind speech wait for its end and make no agentSpeaking',
    msPerChar: 49,
    latencyMs: 360,
    actions: [
      { at: 0, say: 'This is a short reply of about eight seconds, so that digits time out.' },
      { at: 1022, digits: '1234#' },
    ],
    frames: [
      [360, 'on'],
      [360 + 45 * 49, 'This is a short reply of about eight seconds, '],
      [360 + 69 * 49, 'so that digits time out.'],
      [360 + 69 * 49, 'off'],
      [360 + 69 * 49 + 1900, '1234#'],
    ],
  },
]

/** As the recorded app streamed: word by word, the last one closing the talk cycle. */
function say(speaker: Speaker, text: string, last = true, preemptible?: boolean): void {
  const tokens = text.split(/(?= )/)
  for (const [i, token] of tokens.entries()) {
    const command = { type: 'text' as const, token, last: last && i === tokens.length - 1 }
    const marked = preemptible === undefined ? command : { ...command, preemptible }
    speaker.text(marked, { interruptible: 'any', preemptible: false })
  }
}

describe('recorded calls', () => {
  it.each(calls)('$name', async ({ msPerChar, latencyMs, actions, frames }) => {
    const clock = new SimulatedClock()
    const engine = new FakeEngine(clock, { msPerChar, latencyMs })
    const listener = new Recorder(clock)
    const speaker = new Speaker({
      clock,
      sampleRate: RATE,
      resolveVoice: (language) => ({ engine, voice: '', language, settings: {} }),
      fetchMedia: () => Promise.reject(new Error('no media here')),
      sendDigits: () => new Promise((resolve) => clock.after(1900, resolve)),
      language: 'en-US',
      listener,
    })
    speaker.start()
    for (const action of actions) {
      await pull(speaker, clock, action.at - clock.now())
      if ('greet' in action) speaker.greet(action.greet, 'any')
      else if ('say' in action) say(speaker, action.say, action.last, action.preemptible)
      else if ('digits' in action) speaker.digits({ type: 'sendDigits', digits: action.digits })
      else {
        const heard = speaker.cut()
        expect(heard?.text).toBe(action.cut.text)
        expect(Math.abs(heard!.durationMs - action.cut.durationMs)).toBeLessThanOrEqual(40)
      }
    }
    await pull(speaker, clock, 6000)
    const seen = listener.events
      .filter(([, what]) => /^(on|off|played)/.test(what))
      .map(([at, what]) => [at, what.replace(/^played "(.*)"$/s, '$1')] as const)
    expect(seen.map(([, what]) => what)).toEqual(frames.map(([, what]) => what))
    for (const [i, [at]] of frames.entries()) expect(Math.abs(seen[i]![0] - at)).toBeLessThanOrEqual(60)
  })
})
