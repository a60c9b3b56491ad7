import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { Listening, ListeningEvents, ListenOptions, SpeechToText } from '../../../src/speech/engine.js'
import { CircuitBreakers } from '../../../src/speech/failover/circuit-breaker.js'
import { FailoverStt } from '../../../src/speech/failover/failover-stt.js'
import { seeded } from '../../rtp/support.js'

const FRAME_MS = 20
const SEEDS = 25
/** A sample is a millisecond, and its value is when in the stream it was. */
const options: ListenOptions = { language: 'en', sampleRate: 1_000, model: '', hints: [], settings: {} }

interface Word {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
}

/** Understands a word when it has heard the whole of it. */
class Recogniser extends EventEmitter<ListeningEvents> implements Listening {
  readonly heard: number[] = []
  asked = false
  closed = false
  /** ms of the stream up to which it has told finals. */
  private toldMs = -1

  constructor(
    private readonly words: readonly Word[],
    private readonly decides: boolean,
    /** ms of the stream that was settled when it was opened. */
    readonly settledMs: number,
  ) {
    super()
  }

  get fromMs(): number {
    return this.heard[0] ?? 0
  }

  /** The words that no final of its own has told. */
  get fresh(): Word[] {
    const toMs = this.heard.at(-1) ?? -1
    return this.words.filter(({ startMs, endMs }) => {
      return startMs >= Math.max(this.fromMs, this.toldMs) && endMs <= toMs + 1
    })
  }

  write(frame: Int16Array): void {
    this.heard.push(...frame)
  }

  finalize(): void {
    this.asked = true
  }

  async close(): Promise<void> {
    this.closed = true
  }

  /** A final of its first few fresh words, as far as who ends turns allows, that reaches so far into the pause after them. */
  settle(count: number, intoPause: number, ends: boolean): void {
    const words = this.asked ? this.fresh : this.decides ? this.fresh.slice(0, count) : []
    const last = words.at(-1)
    if (!last && !this.asked) return
    this.asked = false
    const following = this.words.find(({ startMs }) => startMs >= (last?.endMs ?? 0))
    const mostMs = Math.min(following?.startMs ?? Number.POSITIVE_INFINITY, (this.heard.at(-1) ?? 0) + 1)
    const endMs = last && last.endMs + intoPause * (mostMs - last.endMs)
    if (last) this.toldMs = last.endMs
    const text = words.map((word) => word.text).join(' ')
    this.emit('final', { text, language: 'en', endMs: endMs === undefined ? undefined : endMs - this.fromMs })
    if (ends && this.decides) this.emit('endOfTurn')
  }
}

type Endpointing = SpeechToText['endpointing']

/** A caller who says words, engines that die and come back, and what is made of it. */
class World {
  readonly clock = new SimulatedClock()
  readonly opened: Recogniser[] = []
  readonly finals: string[] = []
  readonly words: Word[] = []
  readonly listening: Listening
  private readonly broken = new Set<string>()
  private readonly random: () => number
  private ms = 0
  private settledMs = 0

  constructor(seed: number, endpointings: readonly Endpointing[]) {
    this.random = seeded(seed)
    for (let at = this.between(100, 3_000); at < 15_000; ) {
      const endMs = at + this.between(60, 700)
      this.words.push({ text: `w${this.words.length}`, startMs: at, endMs })
      at = endMs + this.between(20, this.chance(0.2) ? 2_500 : 300)
    }
    const candidates = endpointings.map((endpointing, i) => {
      const name = `engine-${i}`
      const engine: SpeechToText = { name, endpointing, open: () => this.open(name, endpointing) }
      return { engine, language: 'en', model: '', settings: () => ({}) }
    })
    const breakers = new CircuitBreakers<SpeechToText>(this.clock, async ({ name }) => {
      if (this.broken.has(name)) throw new Error('still sick')
    })
    this.listening = new FailoverStt(candidates, { clock: this.clock, breakers }).open(options)
    this.listening.on('final', ({ text, endMs = 0 }) => {
      if (text) this.finals.push(text)
      this.settledMs = Math.max(this.settledMs, this.listener!.fromMs + endMs)
    })
  }

  /** Plays the call to its end, at which all is well and everything is settled. */
  async play(): Promise<void> {
    while (this.ms < 17_000) {
      await this.frame()
      if (this.chance(0.01)) this.mishap()
      if (!this.speaks && this.chance(0.02)) this.listening.finalize()
      if (this.chance(0.05)) this.listener?.settle(1 + this.between(0, 3), this.random(), this.chance(0.5))
    }
    this.broken.clear()
    for (let i = 0; i < 300; i++) await this.frame()
    this.listening.finalize()
    this.listener?.settle(Number.POSITIVE_INFINITY, 1, true)
  }

  private get speaks(): boolean {
    return this.words.some(({ startMs, endMs }) => this.ms > startMs && this.ms <= endMs)
  }

  /** The one that listens. */
  private get listener(): Recogniser | undefined {
    return this.opened.findLast((one) => !one.closed)
  }

  private open(name: string, endpointing: Endpointing): Recogniser {
    if (this.broken.has(name)) throw new Error('cannot be opened')
    const recogniser = new Recogniser(this.words, endpointing === 'engine', this.settledMs)
    this.opened.push(recogniser)
    return recogniser
  }

  private mishap(): void {
    const name = `engine-${this.between(0, 3)}`
    if (this.broken.has(name)) this.broken.delete(name)
    else this.broken.add(name)
    this.listener?.emit('error', new Error('lost'))
  }

  private async frame(): Promise<void> {
    const [from, to] = [this.ms, this.ms + FRAME_MS]
    // Voice activity notices a little late, and holds on a little.
    const voiced = this.words.some(({ startMs, endMs }) => from >= startMs + 60 && from < endMs + 150)
    this.ms = to
    this.listening.write(
      Int16Array.from({ length: FRAME_MS }, (_, i) => from + i),
      voiced,
    )
    this.clock.advance(FRAME_MS)
    for (let i = 0; i < 8; i++) await Promise.resolve()
  }

  private chance(share: number): boolean {
    return this.random() < share
  }

  private between(least: number, most: number): number {
    return Math.floor(least + this.random() * (most - least))
  }
}

describe.each<[Endpointing, Endpointing, Endpointing]>([
  ['engine', 'engine', 'engine'],
  ['engine', 'relay', 'engine'],
  ['relay', 'engine', 'relay'],
])('engines that end turns by %s, %s, %s and die at any time', (...endpointings) => {
  it('each hears every sample once from where the one before it had settled, and the finals have every word once', async () => {
    let changes = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const world = new World(seed, endpointings)
      await world.play()
      changes += world.opened.length - 1
      for (const { heard, settledMs } of world.opened) {
        expect(heard[0] ?? settledMs, `what was settled again, seed ${seed}`).toBeGreaterThan(
          settledMs - FRAME_MS,
        )
        const gap = heard.findIndex((ms, i) => i > 0 && ms !== heard[i - 1]! + 1)
        expect(gap, `a gap or a sample twice, seed ${seed}`).toBe(-1)
      }
      expect(world.finals.join(' '), `seed ${seed}`).toBe(world.words.map(({ text }) => text).join(' '))
    }
    expect(changes).toBeGreaterThan(SEEDS)
  })
})
