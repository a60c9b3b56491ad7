import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/index.js'
import { TestApp } from './support/app.js'
import { Baresip } from './support/baresip.js'
import { soundIn } from './support/locate.js'
import { lacks } from './support/needs.js'
import { endedCall } from './support/records.js'
import { TestRelay } from './support/relay.js'
import { concat, noise, type Pcm, readWav, silence } from './support/speech.js'
import { until } from './support/wait.js'

const alsaNoise = '/usr/share/sounds/alsa/Noise.wav'
const sentences = [
  'Our little shop has been in the same street for more than forty years.',
  ' The bread is baked before the sun comes up.',
]

/** A sine of 1 kHz, on and off. */
function beeps(): Pcm {
  const { sampleRate, samples } = silence(400)
  const beep = {
    sampleRate,
    samples: samples.map((_, i) => 8_000 * Math.sin((2 * Math.PI * 1_000 * i) / sampleRate)),
  }
  return concat(beep, silence(300), beep, silence(600), beep)
}

/** Single samples at full scale, as a bad contact makes them. */
function clicks(): Pcm {
  const { sampleRate, samples } = silence(3_000)
  for (let at = 0; at < samples.length; at += 2_720) samples.set([30_000, -30_000, 15_000], at)
  return { sampleRate, samples }
}

const bursts = () => concat(...[1_500, 4_000, 9_000].map((rms) => concat(noise(400, rms), silence(500))))

function fromFile(): Pcm {
  const { sampleRate, samples } = readWav(alsaNoise)
  return { sampleRate: 16_000, samples: resample(samples, sampleRate, 16_000) }
}

describe.skipIf(lacks('baresip-core', 'flite'))('noise over the agent', () => {
  let dir: string
  let app: TestApp
  let relay: TestRelay
  let phone: Baresip
  let phones = 0

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-'))
    app = await TestApp.start()
    const settings = { url: app.url, events: 'tokens-played', partialPrompts: true }
    relay = await TestRelay.start(dir, { routes: [{ to: '1000', relay: settings }] })
  })
  afterEach(() => phone?.stop())
  afterAll(async () => {
    await relay?.stop()
    await app?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it.each([
    ['bursts of white noise', bursts],
    ['a tone', beeps],
    ['clicks', clicks],
    // Bursts of noise on all of a sound card's channels: alsa-utils' own test sound.
    ...(existsSync(alsaNoise) ? ([['Noise.wav', fromFile]] as const) : []),
  ] as const)('%s: a pause at most, never an interrupt, and all of it is said', async (_, sound) => {
    phone = await Baresip.start({ dir: join(dir, `phone-${phones++}`), codec: 'G722' })
    const nth = app.connections.length
    await phone.dial(`sip:1000@127.0.0.1:${relay.sipPort}`)
    const connection = await app.connection(nth)
    connection.send({ type: 'text', token: sentences.join(''), last: true })
    await until(() => soundIn(phone.heard()) !== undefined, 'the agent to be heard')
    await phone.speak(sound())
    const played = () =>
      connection
        .frames('info')
        .map(({ value }) => value)
        .join('')
    await until(() => played().length >= sentences.join('').length, 'all to be played', 40_000)
    expect(played()).toBe(sentences.join(''))
    await phone.hangup()

    expect(connection.frames('interrupt')).toEqual([])
    expect(connection.frames('prompt')).toEqual([])
    const { sessions } = await endedCall(relay, connection.frames('setup')[0]!['callSid'] as string)
    const pauses = pausesIn(sessions[0]!.timeline)
    // The longest a voice without words may hold up the agent is 1500 ms; timers on a busy machine are late.
    for (const ms of pauses) expect(ms).toBeLessThan(1_800)
    expect(pauses.length).toBeLessThanOrEqual(4)
  })
})

/** Lengths of the pauses that a probable voice made, in ms. */
function pausesIn(timeline: readonly { readonly name: string; readonly at: number }[]): number[] {
  const starts = timeline.filter(({ name }) => name === 'barge_in_paused')
  const ends = timeline.filter(({ name }) => name === 'barge_in_resumed')
  return starts.map(({ at }) => (ends.find((end) => end.at >= at)?.at ?? Number.POSITIVE_INFINITY) - at)
}
