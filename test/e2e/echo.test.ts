import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestApp } from './support/app.js'
import { EchoPhone } from './support/echo-phone.js'
import { locate, slice, soundIn, trimmed } from './support/locate.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { SipCaller } from './support/sip-caller.js'
import { readWav, say } from './support/speech.js'
import { until } from './support/wait.js'

const sentences = [
  'The long road over the hills begins behind the old church.',
  ' It goes through a forest of very tall trees.',
]
const question = 'what are your opening hours'

describe.skipIf(lacks('flite'))('a phone that echoes', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    const settings = {
      url: app.url,
      events: 'speaker-events tokens-played',
      partialPrompts: true,
      hints: [question],
      // What the agent says would be reported where it did not interrupt: an echo must not be.
      reportInputDuringAgentSpeech: 'any',
    }
    relay = await TestRelay.start(dir, { routes: [{ to: '1000', record: true, relay: settings }] })
  })
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it.each([
    [180, -12],
    [60, -6],
  ])(
    '%i ms later at %i dB: the agent is not interrupted by itself, but by the caller',
    async (delayMs, decibels) => {
      const caller = await SipCaller.open({ port: relay.sipPort, codec: 'G722' })
      const phone = new EchoPhone(caller, delayMs, decibels)
      const speech = say(question, dir, 'rms')
      const nth = app.connections.length
      caller.invite()
      await caller.answered()
      const connection = await app.connection(nth)
      const played = () =>
        connection
          .frames('info')
          .filter(({ name }) => name === 'tokensPlayed')
          .map(({ value }) => value)

      connection.send({ type: 'text', token: sentences.join(''), last: true })
      await until(() => played().length >= 2, 'all to be said')
      // The echo of the last words comes later, and a turn ends 700 ms after it.
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(played()).toEqual(sentences)
      expect(connection.frames('interrupt')).toEqual([])
      expect(connection.frames('prompt')).toEqual([])

      connection.send({ type: 'text', token: sentences.join(''), last: true })
      await until(() => agentTurns(connection.frames('info')) === 2, 'the agent to speak again')
      await new Promise((resolve) => setTimeout(resolve, 1_200))
      phone.speak(speech)
      await connection.frame('interrupt')
      const { frame } = await connection.frame('prompt', ({ last }) => last === true)
      // The caller's words, as far as they were understood over the echo, and none of the agent's.
      expect(frame['voicePrompt']).toMatch(/hours/)
      expect(frame['voicePrompt']).not.toMatch(/road|hills|church|forest|trees/)
      expect(connection.frames('interrupt')).toHaveLength(1)
      expect(sentences.join('')).toContain(connection.frames('interrupt')[0]!['utteranceUntilInterrupt'])
      await caller.hangup()
      caller.close()

      // There was an echo indeed: the relay's recording of the caller has the agent's voice in it.
      const { call } = await endedCall(relay, connection.frames('setup')[0]!['callSid'] as string)
      const left = readWav(call.recordingPath!, 0)
      const agent = soundIn(readWav(call.recordingPath!, 1))!
      const word = slice(trimmed(say(sentences[0]!, dir)), 0, 250)
      const echo = locate(word, slice(left, 0, agent.fromMs + 1_500))
      expect(echo.match).toBeGreaterThan(0.6)
      expect(echo.startMs - agent.fromMs).toBeGreaterThan(delayMs - 20)
    },
  )
})

function agentTurns(frames: readonly { readonly [key: string]: unknown }[]): number {
  return frames.filter(({ name, value }) => name === 'agentSpeaking' && value === 'on').length
}
