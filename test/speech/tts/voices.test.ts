import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import type { SpeakRequest, SpeechAudio, WordMark } from '../../../src/speech/engine.js'
import { EspeakNg, probeEspeakNg } from '../../../src/speech/tts/espeak-ng.js'
import { Flite, probeFlite } from '../../../src/speech/tts/flite.js'

const never = new AbortController().signal
const engines = [
  { name: 'flite', probe: await probeFlite(), start: () => Flite.start({ processes: 2 }), voice: 'slt' },
  {
    name: 'espeak-ng',
    probe: await probeEspeakNg(),
    start: () => EspeakNg.start({ processes: 2 }),
    voice: 'en-us',
  },
]

describe.each(engines)('$name', ({ name, probe, start, voice }) => {
  if (!probe.available) return it.skip(`${probe.detail} (${probe.fix})`, () => {})
  const engine = start()
  afterAll(async () => (await engine).close())

  const request = (text: string, changes: Partial<SpeakRequest> = {}): SpeakRequest => {
    return { text, ssml: false, language: 'en-US', voice, sampleRate: 8000, settings: {}, ...changes }
  }
  const speak = async (text: string, changes: Partial<SpeakRequest> = {}, signal = never) => {
    const stretches: SpeechAudio[] = []
    for await (const stretch of (await engine).speak(request(text, changes), signal)) stretches.push(stretch)
    return joined(stretches)
  }

  it('speaks at a human pace, loud enough, without silence around it', async () => {
    const { pcm, sampleRate, durationMs } = await speak('We are open from nine to five on weekdays.')
    expect(durationMs).toBeGreaterThan(1500)
    expect(durationMs).toBeLessThan(4500)
    expect(Math.max(...pcm)).toBeGreaterThan(6000)
    const loud = (sample: number) => Math.abs(sample) > 250
    expect((pcm.findIndex(loud) * 1000) / sampleRate).toBeLessThan(50)
    expect(((pcm.length - pcm.findLastIndex(loud)) * 1000) / sampleRate).toBeLessThan(200)
  })

  it('marks every word where it is heard', async () => {
    const text = 'Thank you for calling, your table for four people is booked at half past seven on Saturday.'
    const { marks, durationMs } = await speak(text)
    expect(marks.map((mark) => text.slice(mark.textStart, mark.textEnd))).toEqual(text.split(' '))
    expectOrder(marks, durationMs)
    // What is said up to a comma sounds the same without the rest: its length tells where the mark must be.
    const clause = await speak('Thank you for calling,')
    expect(Math.abs(marks[3].endMs - clause.marks[3].endMs)).toBeLessThan(150)
    // Elsewhere a prefix is within a word of the truth.
    for (const words of [8, 12, 15]) {
      const prefix = await speak(text.split(' ').slice(0, words).join(' '))
      const truth = prefix.durationMs
      expect(marks[words - 1].startMs - 350).toBeLessThan(truth)
      expect(marks[words - 1].endMs + 350).toBeGreaterThan(truth)
    }
  })

  it('counts offsets in the request, over sentences and characters outside the basic plane', async () => {
    const text = '  😀 Hello there. 😀😀 Naïve café!\n\nIt costs $42.50, or 30% less. '
    const { marks, durationMs } = await speak(text)
    expect(marks.map((mark) => text.slice(mark.textStart, mark.textEnd))).toEqual([
      'Hello',
      'there.',
      'Naïve',
      'café!',
      'It',
      'costs',
      '$42.50,',
      'or',
      '30%',
      'less.',
    ])
    expectOrder(marks, durationMs)
  })

  it.each([
    ['a leading dash', '-v hello --help'],
    ['NUL and control characters', 'hel\0lo\u0007 \u001b[31mthere\u0085'],
    ['lone surrogates', 'well \ud83d then \ude00 so'],
    ['shell and format signs', '$(reboot) `id` %s %n ; | & hello'],
    ['angle brackets', 'a < b and <3'],
    ['phoneme brackets', 'hello [[h@l]] there'],
  ])('speaks text with %s', async (_, text) => {
    const { marks, durationMs } = await speak(text)
    expect(durationMs).toBeGreaterThan(200)
    expectOrder(marks, durationMs)
  })

  it.each(['', '   \n', '\0', '...', '\u200b'])('says nothing for %j', async (text) => {
    expect((await speak(text)).pcm.length).toBe(0)
  })

  it('begins long text soon, and stops within moments when aborted', async () => {
    const text = 'This sentence goes on and on, as if there were no end to it. '.repeat(160)
    const abort = new AbortController()
    let heard = 0
    let aborted = 0
    for await (const stretch of (await engine).speak(request(text), abort.signal)) {
      heard += stretch.pcm.length
      aborted = performance.now()
      abort.abort()
    }
    expect(heard).toBeGreaterThan(0)
    expect(performance.now() - aborted).toBeLessThan(500)
    await expect.poll(() => running(name)).toEqual([])
  })

  it('ends its process when the listener leaves', async () => {
    for await (const _ of (await engine).speak(request('One sentence. Another one. A third.'), never)) break
    await expect.poll(() => running(name)).toEqual([])
  })

  it('says nothing when aborted before', async () => {
    expect((await speak('Hello.', {}, AbortSignal.abort())).pcm.length).toBe(0)
  })

  it('refuses text beyond its limit', async () => {
    await expect(speak('x'.repeat(30_001))).rejects.toMatchObject({ code: 'tts_failed' })
  })

  it('speaks for many at once with few processes', async () => {
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, running(name).length)
    }, 50)
    const spoken = await Promise.all(
      Array.from({ length: 12 }, (_, i) => speak(`You are caller number ${i}.`)),
    )
    clearInterval(watch)
    for (const { durationMs } of spoken) expect(durationMs).toBeGreaterThan(800)
    expect(most).toBeLessThanOrEqual(2)
  })
})

describe('voices', () => {
  it.runIf(engines[0].probe.available)('of flite are English, by gender and region', async () => {
    const flite = await Flite.start()
    expect(flite.voiceFor({ name: '', language: 'en-US' })?.voice).toBe('slt')
    expect(flite.voiceFor({ name: '', language: 'en-US', gender: 'male' })?.voice).toBe('rms')
    expect(flite.voiceFor({ name: '', language: 'en-GB', gender: 'male' })?.voice).toBe('awb')
    expect(flite.voiceFor({ name: 'KAL16', language: 'en-US' })?.voice).toBe('kal16')
    expect(flite.voiceFor({ name: 'slt', language: 'de-DE' })).toBeUndefined()
  })

  it.runIf(engines[1].probe.available)('of eSpeak NG fall back within their language', async () => {
    const espeak = await EspeakNg.start()
    const voice = (language: string, name = '', gender?: 'male' | 'female') =>
      espeak.voiceFor({ name, language, gender })?.voice
    expect(voice('de-DE')).toBe('de+f3')
    expect(voice('es-MX')).toBe('es-419+f3')
    expect(voice('zh-CN')).toBe('cmn+f3')
    expect(voice('fr-FR', '', 'male')).toBe('fr-fr')
    expect(voice('en-GB', 'en-gb+alicia')).toBe('en-gb+Alicia')
    expect(voice('en-GB', 'en-gb+../../../etc/passwd')).toBe('en-gb')
    expect(voice('tlh-QO')).toBeUndefined()
  })

  it.runIf(engines[1].probe.available)('of eSpeak NG take SSML', async () => {
    const espeak = await EspeakNg.start()
    const length = async (text: string) => {
      const ask = { text, ssml: true, language: 'en-US', voice: '', sampleRate: 8000, settings: {} }
      const stretches: SpeechAudio[] = []
      for await (const stretch of espeak.speak(ask, never)) stretches.push(stretch)
      return joined(stretches)
    }
    const plain = await length('One two')
    const paused = await length('One <break time="2s"/> two')
    expect(paused.durationMs - plain.durationMs).toBeGreaterThan(1500)
    expect(paused.marks.length).toBe(2)
  })
})

function joined(stretches: readonly SpeechAudio[]) {
  const sampleRate = stretches[0]?.sampleRate ?? 16_000
  const pcm = Int16Array.from(stretches.flatMap((stretch) => [...stretch.pcm]))
  for (const stretch of stretches) expect(stretch.sampleRate).toBe(sampleRate)
  const marks = stretches.flatMap((stretch) => stretch.marks)
  return { pcm, sampleRate, marks, durationMs: (pcm.length * 1000) / sampleRate }
}

function expectOrder(marks: readonly WordMark[], durationMs: number): void {
  let textAt = 0
  let at = 0
  for (const mark of marks) {
    expect(mark.textStart).toBeGreaterThanOrEqual(textAt)
    expect(mark.textEnd).toBeGreaterThan(mark.textStart)
    expect(mark.startMs).toBeGreaterThanOrEqual(at - 0.001)
    expect(mark.endMs).toBeGreaterThanOrEqual(mark.startMs)
    textAt = mark.textEnd
    at = mark.endMs
  }
  expect(at).toBeLessThanOrEqual(durationMs + 0.001)
}

/** Our child processes of that name. */
function running(name: string): string[] {
  try {
    const listed = execFileSync('ps', ['-o', 'pid=,comm=,stat=', '--ppid', String(process.pid)], {
      encoding: 'utf8',
    })
    return listed.split('\n').filter((line) => line.includes(` ${name} `) && !/Z/.test(line))
  } catch {
    return []
  }
}
