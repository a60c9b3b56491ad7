import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../../src/audio/index.js'
import type { Listening, Transcript } from '../../../src/speech/engine.js'
import { launchWorker } from '../../../src/speech/stt/pocketsphinx/process.js'
import { PocketSphinx } from '../../../src/speech/stt/pocketsphinx.js'
import { hasSpeechTools, say } from './speech-samples.js'

const here = hasSpeechTools()

describe.skipIf(!here)('PocketSphinx', () => {
  let engine: PocketSphinx
  const workers: ChildProcess[] = []

  beforeAll(async () => {
    engine = await PocketSphinx.start({
      processes: 1,
      launch: (settings) => {
        const worker = launchWorker(settings)
        workers.push(worker)
        return worker
      },
    })
  }, 60_000)
  afterAll(() => engine.close())

  it('understands a question at 16 kHz, with partials before the final', async () => {
    const { partials, final } = await recognise(engine, say('what are your opening hours'), 16_000, [])
    expect(final.text).toContain('opening hours')
    expect(final.language).toBe('en-US')
    expect(final.confidence).toBeGreaterThan(0)
    expect(final.confidence).toBeLessThanOrEqual(1)
    expect(partials.length).toBeGreaterThan(1)
    expect(partials.every(({ text }) => text.trim() !== '')).toBe(true)
    expect(partials.map(({ text }) => text).join(' ')).not.toMatch(/[<[(+]/)
  }, 60_000)

  it('finds hints at 8 kHz and writes them as the app did', async () => {
    const pcm = resample(say('what are your opening hours'), 16_000, 8_000)
    const { final } = await recognise(engine, pcm, 8_000, ['Opening Hours', 'book a table'])
    expect(final.text).toContain('Opening Hours')
  }, 60_000)

  it('finds a name that the dictionary lacks', async () => {
    const said = say('please connect me with twilio tomorrow')
    const { final } = await recognise(engine, said, 16_000, ['Twilio'])
    expect(final.text).toContain('Twilio')
  }, 60_000)

  it('does not find hints that were not said', async () => {
    const { final } = await recognise(engine, say('where are you located'), 16_000, [
      'opening hours',
      'goodbye',
    ])
    expect(final.text).not.toMatch(/opening|goodbye/)
    expect(final.text).toContain('located')
  }, 60_000)

  it('is harmed by no hint', async () => {
    const odd = [
      '',
      "'",
      '<s>',
      'a\0b',
      '#c',
      'word /1e-300/',
      '../..',
      '%s%n',
      'x'.repeat(200_000),
      "''''",
      'zzzz',
    ]
    const names = Array.from({ length: 10_000 }, (_, i) => `name ${'bcdfgz'[i % 6]}${i}q`)
    for (const hints of [odd, ['q', ...odd, 'th', "o'o'o"], names, ['goodbye '.repeat(10_000), 'Goodbye']]) {
      const { final } = await recognise(engine, say('goodbye'), 16_000, hints)
      expect(final.text.toLowerCase()).toContain('goodbye')
    }
    expect(workers).toHaveLength(1)
  }, 60_000)

  it('answers every finalize, in order, with empty text when nothing was said', async () => {
    const listening = engine.open(options(16_000, []))
    const finals: string[] = []
    listening.on('final', ({ text }) => finals.push(text))
    await write(listening, new Int16Array(16_000), 16_000, () => false)
    listening.finalize()
    await write(listening, say('goodbye'), 16_000, (at) => at > 0.2)
    listening.finalize()
    listening.finalize()
    while (finals.length < 3) await once(listening, 'final')
    expect(finals[0]).toBe('')
    expect(finals[1]).not.toBe('')
    expect(finals[2]).toBe('')
    await listening.close()
  }, 60_000)

  it('serves several streams at once, each with its own words', async () => {
    const said = ['where are you located', 'tomorrow evening at seven', 'what are your opening hours']
    const results = await Promise.all(said.map((text) => recognise(engine, say(text), 16_000, [])))
    expect(results.map(({ final }) => final.text)).toEqual([
      expect.stringContaining('located'),
      expect.stringContaining('evening'),
      expect.stringContaining('opening'),
    ])
  }, 60_000)

  it('fails the listenings of a process that dies, also those opened before it is replaced', async () => {
    const listening = engine.open(options(16_000, []))
    const failed = once(listening, 'error')
    workers.at(-1)!.kill('SIGSEGV')
    expect((await failed)[0].message).toBe('PocketSphinx stopped: SIGSEGV')
    const [error] = await once(engine.open(options(16_000, [])), 'error')
    expect(error.message).toBe('PocketSphinx stopped: SIGSEGV')
    while (workers.length < 2) await new Promise((resolve) => setImmediate(resolve))
    const { final } = await recognise(engine, say('what are your opening hours'), 16_000, [])
    expect(final.text).toContain('opening hours')
  }, 60_000)

  it('goes on when a service is told to stop, since calls do', async () => {
    const before = workers.length
    workers.at(-1)!.kill('SIGTERM')
    const { final } = await recognise(engine, say('goodbye'), 16_000, [])
    expect([final.text, workers.length]).toEqual(['goodbye', before])
  }, 60_000)

  it('says nothing after it was closed', async () => {
    const listening = engine.open(options(16_000, []))
    const heard: unknown[] = []
    listening.on('partial', (it) => heard.push(it)).on('final', (it) => heard.push(it))
    await write(listening, say('goodbye'), 16_000, () => true)
    listening.finalize()
    await listening.close()
    await recognise(engine, say('goodbye'), 16_000, [])
    expect(heard).toEqual([])
  }, 60_000)
})

function options(sampleRate: number, hints: readonly string[]) {
  return { language: 'en-US', sampleRate, model: '', hints, settings: {} }
}

async function recognise(
  engine: PocketSphinx,
  pcm: Int16Array,
  sampleRate: number,
  hints: readonly string[],
) {
  const listening = engine.open(options(sampleRate, hints))
  const partials: Transcript[] = []
  listening.on('partial', (partial) => partials.push(partial))
  await write(listening, pcm, sampleRate, (at) => at > 0.2)
  listening.finalize()
  const [final] = (await once(listening, 'final')) as [Transcript]
  await listening.close()
  return { partials, final }
}

/**
 * Half a second at a time, so that streams which are written at once take turns.
 * @param voiced by the share of the audio that lies before the frame
 */
async function write(
  listening: Listening,
  pcm: Int16Array,
  sampleRate: number,
  voiced: (at: number) => boolean,
): Promise<void> {
  const frame = sampleRate / 50
  for (let at = 0; at + frame <= pcm.length; at += frame) {
    listening.write(pcm.subarray(at, at + frame), voiced(at / pcm.length))
    if ((at / frame) % 25 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
