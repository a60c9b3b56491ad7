import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { locate, slice, soundIn, trimmed } from './support/locate.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { levels, type Pcm, readWav, say } from './support/speech.js'
import { until } from './support/wait.js'
import { alignWords } from './support/words.js'

/** What the agent says; one sentence, one chunk, as `interrupt` tells of the current chunk only. */
const story =
  'The long road over the hills begins behind the old church and goes through a forest of very tall trees until ' +
  'it comes to a river with a narrow wooden bridge.'
const question = 'what are your opening hours'
const answer = 'We are open from nine to six.'

describe.skipIf(lacks('baresip-core', 'flite', 'pocketsphinx'))('the caller speaks over the agent', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let phone: Baresip
  let phones = 0

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    const relaySettings = {
      url: app.url,
      events: 'speaker-events tokens-played',
      partialPrompts: true,
      hints: [question],
    }
    relay = await TestRelay.start(dir, { routes: [{ to: '1000', record: true, relay: relaySettings }] })
    app.onFrame = ({ type, last }, connection) => {
      if (type === 'prompt' && last) connection.send({ type: 'text', token: answer, last: true })
    }
  })
  afterEach(() => phone?.stop())
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  /** One call: the agent tells its story, the caller asks after a while, the agent answers. */
  async function interrupted(afterMs: number) {
    phone = await Baresip.start({ dir: join(dir, `phone-${phones++}`), codec: 'G722' })
    const nth = app.connections.length
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    connection.send({ type: 'text', token: story, last: true })
    await until(() => soundIn(phone.heard()) !== undefined, 'the agent to be heard')
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await phone.speak(say(question, dir, 'rms'))
    await connection.frame('info', ({ name, value }) => name === 'tokensPlayed' && value === answer)
    const heard = phone.heard()
    await phone.hangup()
    const { call } = await endedCall(relay, connection.frames('setup')[0]!['callSid'] as string)
    return { connection, heard, call }
  }

  it.each([1_500, 3_000])(
    '%i ms into it: the audio stops, the app is told what was heard, the answer is spoken',
    async (afterMs) => {
      const { connection, heard, call } = await interrupted(afterMs)
      const frames = connection.received.map(({ frame }) => frame)
      const interrupt = frames.find(({ type }) => type === 'interrupt')!

      // The order of frames recorded on real calls, all at once.
      const at = frames.findIndex(({ name, value }) => name === 'clientSpeaking' && value === 'on')
      expect(frames.slice(at, at + 5)).toEqual([
        { type: 'info', name: 'clientSpeaking', value: 'on' },
        { type: 'info', name: 'tokensPlayed', value: interrupt['utteranceUntilInterrupt'] },
        {
          type: 'interrupt',
          utteranceUntilInterrupt: expect.any(String),
          durationUntilInterruptMs: expect.any(Number),
        },
        { type: 'prompt', voicePrompt: expect.any(String), lang: 'en-US', last: false },
        { type: 'info', name: 'agentSpeaking', value: 'off' },
      ])
      expect(connection.received[at + 4]!.at - connection.received[at]!.at).toBeLessThan(50)

      // The relay's recording holds both sides of one tick side by side; the caller's has been through the jitter
      // buffer, whose delay and one packet's length come on top of what is seen there.
      const spokeAt = soundIn(readWav(call.recordingPath!, 0))!.fromMs
      const stoppedAt = silentFrom(readWav(call.recordingPath!, 1), spokeAt)
      const { delayMs } = call.quality!['received'] as { delayMs: number }
      expect(stoppedAt - spokeAt + delayMs + 20).toBeLessThanOrEqual(300)

      // The answer is spoken to the whole question, and nothing sounds between the story and it.
      expect(connection.frames('prompt').at(-1)).toEqual({
        type: 'prompt',
        voicePrompt: expect.stringMatching(new RegExp(`^${question}`)),
        lang: 'en-US',
        last: true,
      })
      const spoken = locate(trimmed(say(answer, dir)), heard)
      expect(spoken.match).toBeGreaterThan(0.7)

      // How far the phone really heard the story: the end of it, found in flite's own rendering, which is followed
      // word by word. (Times in the phone's recording would count the holes that a busy machine makes.)
      const rendering = trimmed(say(story, dir))
      const heardMs = endWithin(slice(heard, 0, spoken.startMs - 100), rendering)
      const reallyHeard = alignWords(story, rendering, dir).filter(({ startMs }) => startMs < heardMs).length
      const told = interrupt['utteranceUntilInterrupt'] as string
      expect(story.startsWith(told)).toBe(true)
      expect(Math.abs(told.split(' ').length - reallyHeard)).toBeLessThanOrEqual(1)
      // Silence before the first sound that the relay leaves, and a frame that was on its way.
      expect(Math.abs((interrupt['durationUntilInterruptMs'] as number) - heardMs)).toBeLessThan(100)
    },
  )
})

/** Where the sound that is there at `fromMs` ends: the first 300 ms without any, in ms. */
function silentFrom(pcm: Pcm, fromMs: number): number {
  const loud = levels(slice(pcm, fromMs)).map((level) => level > 60)
  const quiet = loud.findIndex((_, i) => !loud.slice(i, i + 15).includes(true))
  const end = slice(pcm, fromMs + quiet * 20 - 20, fromMs + quiet * 20 + 20)
  return fromMs + quiet * 20 - 20 + (soundIn(end, 100)?.toMs ?? 20)
}

/**
 * How many ms of `rendering` had been heard where the sound in a recording ends. Looks at short pieces, from the last one
 * on, until one is found: a packet that the phone lost spoils those that it was in.
 */
function endWithin(recording: Pcm, rendering: Pcm): number {
  const { fromMs, toMs } = soundIn(recording)!
  const before = Math.max(0, toMs - fromMs - 1_000)
  for (let back = 25; back < 500; back += 50) {
    const piece = slice(recording, toMs - back - 160, toMs - back)
    const { match, endMs } = locate(piece, slice(rendering, before, toMs - fromMs + 200))
    if (match > 0.85) return before + endMs + back
  }
  throw new Error('what the phone heard last is not in the rendering')
}
