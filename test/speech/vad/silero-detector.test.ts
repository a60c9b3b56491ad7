import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWav } from '../../../src/audio/index.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createVoiceDetector } from '../../../src/speech/vad/create-voice-detector.js'
import { createSileroDetector } from '../../../src/speech/vad/silero-detector.js'
import { SileroRig } from './silero-rig.js'
import { concat, frames, hasFlite, hasPrompts, noiseSource, onsetMs, prompts, say, sound } from './sounds.js'

const withQuiet = (pcm: Int16Array, rate: number): Int16Array =>
  concat(sound(rate, 600, noiseSource()), pcm, sound(rate, 800, noiseSource(2)))

describe('Silero, the real model', () => {
  const rig = new SileroRig()
  beforeAll(() => rig.start())
  afterAll(() => rig.detector.close())

  it.skipIf(!hasFlite)(
    'hears the onset of speech at 16 kHz within 100 ms (needs: apt-get install flite)',
    async () => {
      for (const voice of ['slt', 'rms'] as const) {
        const pcm = withQuiet(say(voice, 'What are your opening hours?').pcm, 16_000)
        const [told] = await rig.hear([pcm], 16_000)
        const onset = onsetMs(pcm, 16_000)
        expect(told!.map(({ what }) => what)).toEqual(['start', 'end'])
        expect(told![0]!.now - onset).toBeLessThan(100)
        expect(Math.abs(told![0]!.at - onset)).toBeLessThan(64)
      }
    },
  )

  it.skipIf(!hasPrompts)(
    'hears prompts at 8 kHz, ten calls in one batch as each alone (needs: apt-get install asterisk-core-sounds-en-wav)',
    async () => {
      const pcm = withQuiet(readWav(readFileSync(join(prompts, 'agent-pass.wav'))).pcm, 8000)
      const [alone] = await rig.hear([pcm], 8000)
      expect(alone![0]!.what).toBe('start')
      expect(alone![0]!.now - onsetMs(pcm, 8000)).toBeLessThan(100)
      // Shifted by whole frames each, so that the batch mixes first and later windows.
      const shifted = Array.from({ length: 10 }, (_, i) => concat(new Int16Array(i * 160), pcm))
      const together = await rig.hear(shifted, 8000)
      expect(together.map((told, i) => told.map(({ what, at }) => ({ what, at: at - i * 20 })))).toEqual(
        together.map(() => alone!.map(({ what, at }) => ({ what, at }))),
      )
    },
  )

  const wave = (hz: number, t: number): number => Math.sin(2 * Math.PI * hz * t)
  const noise = noiseSource(3)
  it.each([
    ['white noise', () => 3000 * noise()],
    ['noise in bursts', (t: number) => (t % 0.5 < 0.12 ? 4000 * noise() : 0)],
    ['a 1 kHz tone', (t: number) => 8000 * wave(1000, t)],
    ['ringback', (t: number) => (t % 2 < 1 ? 5000 * (wave(440, t) + wave(480, t)) : 0)],
    ['DTMF', (t: number) => (t % 0.3 < 0.1 ? 6000 * (wave(770, t) + wave(1336, t)) : 0)],
    ['clicks', (t: number) => (t % 1 < 0.002 ? 20_000 * noise() : noise())],
    ['mains hum', (t: number) => 3000 * wave(50, t) + 1000 * wave(150, t)],
  ])('is not deceived by %s', async (_, at) => {
    const asked = rig.posted
    for (const rate of [8000, 16_000]) {
      const told = await rig.hear([concat(sound(rate, 300, noiseSource()), sound(rate, 4000, at))], rate)
      expect(told).toEqual([[]])
    }
    // Otherwise the gate alone has been tested.
    expect(rig.posted).toBeGreaterThan(asked)
  })

  it('does not ask the model about silence', async () => {
    const asked = rig.posted
    await rig.hear([new Int16Array(16_000 * 5), sound(16_000, 5000, noiseSource())], 16_000)
    expect(rig.posted).toBe(asked)
  })
})

/** Five syllables a second, so that the noise floor does not rise to them; no voice to the model. */
const loud = (ms: number): Int16Array =>
  sound(8000, ms, (t) => 6000 * (0.55 + 0.45 * Math.cos(2 * Math.PI * 5 * t)) * Math.sin(1000 * t))

describe('Silero in trouble', () => {
  it('goes by energy while its thread is gone, and asks the model again when it is back', async () => {
    const rig = await new SileroRig().start()
    const events: string[] = []
    const activity = rig.detector.open(8000, {
      voiceStart: () => events.push('start'),
      voiceEnd: () => events.push('end'),
    })
    const write = (pcm: Int16Array): void => {
      for (const frame of frames(pcm, 8000)) activity.write(frame)
    }
    write(loud(100))
    expect(events).toEqual([])
    await rig.worker.terminate()
    await new Promise((resolve) => setImmediate(resolve))
    expect(rig.warnings).toHaveLength(1)
    write(loud(100))
    expect(events).toEqual(['start'])
    write(new Int16Array(8000))
    expect(events).toEqual(['start', 'end'])

    expect(rig.launches).toBe(1)
    rig.clock.advance(250)
    expect(rig.launches).toBe(2)
    await once(rig.worker, 'message')
    write(loud(200))
    rig.clock.advance(3)
    expect(rig.posted).toBe(1)
    await rig.settle()
    // A tone is no voice to the model, as it was to the level meter.
    expect(events).toEqual(['start', 'end'])
    await rig.detector.close()
  })

  /** A thread that loads, and then does what the test says. */
  function fakeWorker(onPost: () => void = () => {}): Worker {
    const worker = Object.assign(new EventEmitter(), {
      postMessage: (message: unknown) => {
        if (message === 'close') setImmediate(() => worker.emit('exit', 0))
        else onPost()
      },
      ref: () => {},
      unref: () => {},
    })
    setImmediate(() => worker.emit('message', 'ready'))
    return worker as unknown as Worker
  }

  it('goes by energy when answers stay away, says so once, and tries the model again after two seconds', async () => {
    const warnings: string[] = []
    const clock = new SimulatedClock()
    let posts = 0
    let worker!: Worker
    const detector = await createSileroDetector({
      clock,
      onWarning: (message) => warnings.push(message),
      launch: () => {
        worker = fakeWorker(() => posts++)
        return worker
      },
    })
    const events: [string, number][] = []
    let now = 0
    const activities = [1, 2].map((call) =>
      detector.open(8000, { voiceStart: () => events.push([`${call}`, now]), voiceEnd: () => {} }),
    )
    const hear = (pcm: Int16Array): void => {
      for (const frame of frames(pcm, 8000)) {
        now += 20
        for (const activity of activities) activity.write(frame)
        clock.advance(20)
      }
    }
    hear(loud(1000))
    expect(posts).toBe(1)
    expect(events.map(([call]) => call)).toEqual(['1', '2'])
    for (const [, at] of events) expect(at).toBeLessThanOrEqual(320)
    expect(warnings).toHaveLength(1)

    // What had gathered while the thread was away goes out as it answers; then the model is left in peace.
    worker.emit('message', 0)
    worker.emit('message', 1)
    expect(posts).toBe(2)
    hear(loud(1000))
    expect(posts).toBe(2)
    hear(loud(500))
    expect(posts).toBe(3)
    expect(warnings).toHaveLength(1)
    await detector.close()
  })

  it('cannot be opened at a rate that is none', async () => {
    const detector = await createSileroDetector({ launch: () => fakeWorker() })
    expect(() => detector.open(0.5, { voiceStart: () => {}, voiceEnd: () => {} })).toThrow(RangeError)
    await detector.close()
  })

  it('lets the model finish when it closes: a thread terminated meanwhile ends the process', async () => {
    for (const count of [1, 4, 16]) {
      const rig = await new SileroRig().start()
      const calls = Array.from({ length: count }, () =>
        rig.detector.open(8000, { voiceStart: () => {}, voiceEnd: () => {} }),
      )
      for (const call of calls) for (const frame of frames(loud(200), 8000)) call.write(frame)
      rig.clock.advance(3)
      expect(rig.posted).toBeGreaterThan(0)
      await rig.detector.close()
      expect(rig.worker.threadId).toBe(-1)
    }
  })

  it('ends its thread on close, and is not started again', async () => {
    const rig = await new SileroRig().start()
    await rig.detector.close()
    expect(rig.worker.threadId).toBe(-1)
    rig.clock.advance(60_000)
    expect(rig.launches).toBe(1)
  })

  it('is replaced by energy alone, with a warning, where it cannot load', async () => {
    const warnings: string[] = []
    const detector = await createVoiceDetector({
      onWarning: (message) => warnings.push(message),
      launch: () => {
        const worker = Object.assign(new EventEmitter(), { unref: () => {} })
        setImmediate(() => {
          worker.emit('error', new Error('no such library'))
          worker.emit('exit', 1)
        })
        return worker as unknown as Worker
      },
    })
    expect(warnings).toEqual([expect.stringContaining('no such library')])
    let started = 0
    const activity = detector.open(8000, { voiceStart: () => started++, voiceEnd: () => {} })
    for (const frame of frames(loud(200), 8000)) activity.write(frame)
    expect(started).toBe(1)
    await detector.close()
  })
})
