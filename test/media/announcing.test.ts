import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { encodeWav, rms } from '../../src/audio/index.js'
import type { Announcement } from '../../src/media/index.js'
import { PlaneRig, through } from './support/plane-rig.js'

const voice = { provider: '', voice: 'v', language: 'en-US', settings: {} }
const speech = (
  text: string,
  more: Partial<Extract<Announcement, { kind: 'speech' }>> = {},
): Announcement => ({
  kind: 'speech',
  text,
  ssml: false,
  voice,
  loop: 1,
  ...more,
})
const level = through('PCMU', 1000)

/** How often a value stands in what was heard. */
const count = (heard: readonly number[], value: number) => heard.filter((sample) => sample === value).length

async function withAnnouncements(...items: Announcement[]) {
  const rig = await PlaneRig.start()
  const phone = await rig.call('a')
  await rig.run(100)
  for (const [i, item] of items.entries()) rig.send({ type: 'announce', leg: 'a', id: `${i + 1}`, item })
  const told = () => rig.told('announcing', 'announced')
  return { rig, phone, told }
}

describe('announcements', () => {
  it('are heard one after another, each sample once', async () => {
    const { rig, phone, told } = await withAnnouncements(
      speech('Hello.'),
      { kind: 'silence', durationMs: 100 },
      speech('Bye.'),
    )
    await rig.run(1500)
    expect(told()).toEqual([
      'announcing a 1',
      'announced a 1 completed',
      'announcing a 2',
      'announced a 2 completed',
      'announcing a 3',
      'announced a 3 completed',
    ])
    expect(count(phone.heard, level)).toBe(10 * 50 * 8)
  })

  it('speaks a long text from its first clause on, and synthesises ahead', async () => {
    const rig = await PlaneRig.start({ latencyMs: 200 })
    const phone = await rig.call('a')
    await rig.run(1000)
    const text = `Welcome to our shop, where you find whatever you are looking for. ${'We have a lot of it. '.repeat(9)}`
    rig.send({ type: 'announce', leg: 'a', id: 'x', item: speech(text) })
    await rig.run(300)
    expect(rig.engine.requests[0]?.text).toBe('Welcome to our shop,')
    expect(rig.told('announcing')).toEqual(['announcing a x'])
    await rig.run(15_000)
    const spoken = rig.engine.requests.reduce((sum, request) => sum + request.text.length, 0)
    expect(count(phone.heard, level)).toBe(spoken * 50 * 8)
    const from = phone.heard.indexOf(level)
    const to = phone.heard.lastIndexOf(level)
    expect(to - from + 1).toBe(spoken * 50 * 8)
  })

  it('goes over it as often as asked, without a gap', async () => {
    const { rig, phone, told } = await withAnnouncements(speech('Again.', { loop: 3 }))
    await rig.run(2000)
    expect(count(phone.heard, level)).toBe(3 * 6 * 50 * 8)
    expect(phone.heard.lastIndexOf(level) - phone.heard.indexOf(level) + 1).toBe(3 * 6 * 50 * 8)
    expect(told()).toEqual(['announcing a 1', 'announced a 1 completed'])
    expect(rig.engine.requests).toHaveLength(1)
  })

  it('plays endlessly until stopped, fading, and goes on with what waits', async () => {
    const { rig, phone, told } = await withAnnouncements(
      { kind: 'tone', tone: 'hold', country: 'us' },
      speech('On.'),
    )
    await rig.run(30_000)
    expect(rms(phone.recent(20_000))).toBeGreaterThan(300)
    expect(told()).toEqual(['announcing a 1'])
    rig.send({ type: 'stop-announcing', leg: 'a', id: '1' })
    await rig.run(500)
    expect(told()).toEqual([
      'announcing a 1',
      'announced a 1 stopped',
      'announcing a 2',
      'announced a 2 completed',
    ])
    expect(count(phone.heard, level)).toBeGreaterThanOrEqual(3 * 50 * 8)
  })

  it('are heard over others where they are asked to be, and over whom the party talks with', async () => {
    const rig = await PlaneRig.start()
    const phone = await rig.call('a')
    await rig.run(100)
    rig.send({ type: 'announce', leg: 'a', id: 'below', item: speech('Hello.') })
    rig.send({ type: 'announce', leg: 'a', id: 'over', item: speech('Hello.'), overlay: true })
    await rig.run(1500)
    expect(rig.told('announced')).toEqual(['announced a below completed', 'announced a over completed'])
    expect(Math.max(...phone.heard)).toBeGreaterThan(1.8 * level)
    await rig.call('b')
    rig.send({ type: 'bridge', leg: 'a', other: 'b', muteDigits: 'none' })
    phone.heard.length = 0
    await rig.run(100)
    rig.send({ type: 'announce', leg: 'a', id: 'alone', item: speech('Hello.'), overlay: true })
    await rig.run(1500)
    expect(count(phone.heard, level)).toBeGreaterThan(1000)
    rig.send({
      type: 'announce',
      leg: 'a',
      id: 'stopped',
      item: speech('Hello.', { loop: 0 }),
      overlay: true,
    })
    await rig.run(100)
    rig.send({ type: 'stop-announcing', leg: 'a' })
    await rig.run(100)
    expect(rig.told('announced').at(-1)).toBe('announced a stopped stopped')
  })

  it('stops one that waits, and all', async () => {
    const { rig, told } = await withAnnouncements(speech('One.'), speech('Two.'), speech('Three.'))
    rig.send({ type: 'stop-announcing', leg: 'a', id: '2' })
    await rig.run(100)
    rig.send({ type: 'stop-announcing', leg: 'a' })
    await rig.run(100)
    expect(told()).toEqual([
      'announced a 2 stopped',
      'announcing a 1',
      'announced a 1 stopped',
      'announced a 3 stopped',
    ])
  })

  it('keeps what was on its way off the line once the leg closes', async () => {
    const { rig, told } = await withAnnouncements(speech('One.'), speech('Two.'))
    rig.send({ type: 'close-leg', leg: 'a' })
    await rig.run(50)
    expect(told()).toEqual(['announced a 1 leg-closed', 'announced a 2 leg-closed'])
    expect(rig.told('leg-closed')).toHaveLength(1)
  })

  it('reads files, and tells which could not be played', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'parley-'))
    const file = join(dir, 'a.wav')
    writeFileSync(file, encodeWav(new Int16Array(1600).fill(1000), 8000))
    const { rig, phone } = await withAnnouncements(
      { kind: 'media', source: pathToFileURL(file).href, loop: 2 },
      { kind: 'media', source: pathToFileURL(join(dir, 'none.wav')).href, loop: 1 },
    )
    await expect.poll(() => rig.run(100).then(() => rig.told('announced').length)).toBe(2)
    expect(count(phone.heard, level)).toBe(3200)
    expect(rig.told('announced')).toEqual([
      'announced a 1 completed',
      expect.stringMatching(/^announced a 2 failed .*ENOENT.* media_fetch_failed$/),
    ])
    rmSync(dir, { recursive: true })
  })

  it('tells of speech that failed after what could be said', async () => {
    const rig = await PlaneRig.start({
      before: ({ text }) => {
        if (text.includes('Two')) throw new Error('no voice left')
        return undefined
      },
    })
    const phone = await rig.call('a')
    await rig.run(1000)
    rig.send({ type: 'announce', leg: 'a', id: 'x', item: speech('This is One. This is Two. Three.') })
    await rig.run(3000)
    expect(rig.told('announced')).toEqual(['announced a x failed fake: no voice left tts_failed'])
    expect(count(phone.heard, level)).toBe(12 * 50 * 8)
  })

  it('gives SSML to engines that take it, and takes it away for others', async () => {
    for (const ssml of [true, false]) {
      const rig = await PlaneRig.start({ ssml })
      await rig.call('a')
      const text = '<speak>Tom &amp; <emphasis>Jerry</emphasis>.</speak>'
      rig.send({ type: 'announce', leg: 'a', id: 'x', item: speech(text, { ssml: true }) })
      await rig.run(100)
      expect(rig.engine.requests[0]).toMatchObject({
        ssml,
        text: ssml ? 'Tom &amp; <emphasis>Jerry</emphasis>.' : 'Tom & Jerry.',
      })
    }
  })

  it('sends keys in their turn, as long as asked', async () => {
    const { rig, phone, told } = await withAnnouncements(
      speech('One.'),
      { kind: 'digits', digits: '1w#', pressMs: 300 },
      speech('Two.'),
    )
    await rig.run(150)
    expect(phone.digits).toBe('')
    await rig.run(400)
    expect(phone.digits).toBe('1')
    await rig.run(500)
    expect(told().at(-1)).toBe('announcing a 2')
    await rig.run(1000)
    expect(phone.digits).toBe('1#')
    expect(told().slice(-3)).toEqual(['announced a 2 completed', 'announcing a 3', 'announced a 3 completed'])
  })

  it('waits for the answer, or for early media', async () => {
    const rig = await PlaneRig.start()
    const phone = await rig.call('a', 'PCMU', { answered: false })
    rig.send({ type: 'announce', leg: 'a', id: 'r', item: { kind: 'tone', tone: 'ringback', country: 'uk' } })
    await rig.run(500)
    expect(rms(phone.recent(500))).toBe(0)
    expect(rig.told('announcing')).toEqual([])
    rig.send({ type: 'early-media', leg: 'a' })
    await rig.run(500)
    expect(rms(phone.recent(200))).toBeGreaterThan(1000)
  })

  it('waits for a leg whose media is not known yet', async () => {
    const rig = await PlaneRig.start()
    rig.send({ type: 'open-leg', leg: 'b', address: 'b.plane' })
    await rig.run(0)
    rig.send({ type: 'announce', leg: 'b', id: '1', item: speech('One.') })
    rig.send({ type: 'announce', leg: 'b', id: '2', item: speech('Two.') })
    rig.send({ type: 'close-leg', leg: 'b' })
    await rig.run(20)
    expect(rig.told('announced')).toEqual(['announced b 1 leg-closed', 'announced b 2 leg-closed'])
  })
})

it('tells of every key of the party', async () => {
  const rig = await PlaneRig.start()
  const phone = await rig.call('a')
  phone.leg.sendDigits('12#', new AbortController().signal)
  await rig.run(1000)
  rig.send({ type: 'leg-digit', leg: 'a', digit: 'd' })
  expect(rig.told('digit')).toEqual(['digit a 1', 'digit a 2', 'digit a #', 'digit a D'])
})
