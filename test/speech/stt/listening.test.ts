import { beforeEach, describe, expect, it } from 'vitest'
import type { Transcript } from '../../../src/speech/engine.js'
import { SphinxListening } from '../../../src/speech/stt/pocketsphinx/listening.js'
import type { ToWorker } from '../../../src/speech/stt/pocketsphinx/messages.js'
import { PreRoll } from '../../../src/speech/stt/pre-roll.js'

const frame = 160

describe('SphinxListening', () => {
  let sent: ToWorker[]
  let behindMs = 0
  let listening: SphinxListening
  let heard: (readonly [string, Transcript | Error])[]

  beforeEach(() => {
    sent = []
    behindMs = 0
    heard = []
    const options = { language: 'en-US', sampleRate: 8000, model: '', hints: ['yes'], settings: {} }
    listening = new SphinxListening(options, 'en-US', {
      id: 7,
      post: (message) => {
        sent.push(structuredClone(message))
      },
      behindMs: () => behindMs,
      released: () => {},
    })
    listening.on('partial', (it) => heard.push(['partial', it]))
    listening.on('final', (it) => heard.push(['final', it]))
    listening.on('error', (it) => heard.push(['error', it]))
  })

  const write = (ms: number, voiced: boolean, value = 1) => {
    for (let i = 0; i < ms / 20; i++) listening.write(new Int16Array(frame).fill(value), voiced)
  }
  const audio = () => sent.flatMap((message) => (message.type === 'audio' ? [...message.pcm] : []))

  it('opens its stream with rate and hints', () => {
    expect(sent).toEqual([{ type: 'open', stream: 7, sampleRate: 8000, hints: ['yes'] }])
  })

  it('sends nothing in silence, then 300 ms from before the voice', () => {
    write(1000, false, 1)
    expect(audio()).toHaveLength(0)
    write(60, true, 2)
    expect(audio().filter((value) => value === 1)).toHaveLength(300 * 8)
    expect(audio().filter((value) => value === 2)).toHaveLength(60 * 8)
    expect(audio().lastIndexOf(1)).toBeLessThan(audio().indexOf(2))
  })

  it('recognises 400 ms of silence after the voice and no more', () => {
    write(60, true)
    write(3000, false, 3)
    expect(audio().filter((value) => value === 3)).toHaveLength(400 * 8)
  })

  it('goes on with the pause shortened when the voice comes back', () => {
    write(60, true, 2)
    write(3000, false, 3)
    write(60, true, 4)
    expect(audio().filter((value) => value === 3)).toHaveLength((400 + 300) * 8)
  })

  it('loses no frame that it was given before finalize', () => {
    write(140, true, 2)
    listening.finalize()
    expect(audio()).toHaveLength(140 * 8)
    expect(sent.at(-1)).toEqual({ type: 'finalize', stream: 7 })
  })

  it('copies frames before write returns', () => {
    const reused = new Int16Array(frame).fill(5)
    listening.write(reused, true)
    reused.fill(9)
    listening.finalize()
    expect(new Set(audio())).toEqual(new Set([5]))
  })

  it('does not believe a text with hardly any voice behind it', () => {
    write(60, true)
    listening.finalize()
    listening.answer({ type: 'final', stream: 7, text: 'the', confidence: 0.4 })
    expect(heard).toEqual([['final', { text: '', language: 'en-US' }]])
  })

  it('reports text, language and confidence', () => {
    write(400, true)
    listening.answer({ type: 'partial', stream: 7, text: 'yes please' })
    listening.finalize()
    listening.answer({ type: 'final', stream: 7, text: 'yes please', confidence: 0.4 })
    expect(heard).toEqual([
      ['partial', { text: 'yes please', language: 'en-US' }],
      ['final', { text: 'yes please', language: 'en-US', confidence: 0.4 }],
    ])
  })

  it('holds a single word back until half a second of voice stands behind it', () => {
    write(300, true)
    listening.answer({ type: 'partial', stream: 7, text: 'her' })
    expect(heard).toEqual([])
    write(300, true)
    listening.answer({ type: 'partial', stream: 7, text: 'her' })
    expect(heard).toHaveLength(1)
  })

  it('settles a monologue in pieces', () => {
    write(31_000, true)
    expect(sent.filter(({ type }) => type === 'finalize')).toHaveLength(1)
  })

  it('fails rather than begin an utterance that would be heard too late', () => {
    write(60, true)
    behindMs = 6_000
    write(600, true)
    expect(heard).toEqual([])
    listening.finalize()
    write(60, true)
    expect(heard).toEqual([
      ['error', expect.objectContaining({ message: expect.stringContaining('6000 ms behind') })],
    ])
  })

  it('fails once and is silent then', () => {
    listening.answer({ type: 'failed', stream: 7, message: 'broken' })
    listening.answer({ type: 'final', stream: 7, text: 'yes' })
    expect(heard).toEqual([['error', new Error('PocketSphinx: broken')]])
  })
})

describe('PreRoll', () => {
  it('keeps the newest samples in order, and is empty after draining', () => {
    const roll = new PreRoll(4)
    roll.write(Int16Array.of(1, 2, 3))
    roll.write(Int16Array.of(4, 5, 6))
    expect([...roll.drain()]).toEqual([3, 4, 5, 6])
    expect([...roll.drain()]).toEqual([])
    roll.write(Int16Array.of(7))
    expect([...roll.drain()]).toEqual([7])
  })
})
