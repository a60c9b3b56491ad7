import { messageOf, ParleyError } from '../../base/errors.js'
import type { InterruptMode, PlayCommand, SendDigitsCommand, TextCommand } from '../../protocol/index.js'
import type { FrameSource } from '../leg.js'
import { Drain } from './drain.js'
import { heardOf } from './heard-item.js'
import type { HeardSpeech } from './heard-text.js'
import { brokenInvariants } from './invariants.js'
import { type AudioItem, DigitsItem, MediaItem, SpeechItem } from './items.js'
import { defaultSpeakerLimits, type SpeakerLimits } from './limits.js'
import { Loader } from './loader.js'
import { type Cut, OpenCycle } from './open-cycle.js'
import { Player } from './player.js'
import { PlayoutQueue } from './playout-queue.js'
import { Prefetch } from './prefetch.js'
import type { MessageDefaults, SpeakerOptions } from './speaker-options.js'

/** The agent's mouth: everything from the app's `text`, `play` and `sendDigits` to frames of 20 ms. */
export class Speaker implements FrameSource {
  private readonly limits: SpeakerLimits
  private readonly queue = new PlayoutQueue()
  private readonly drain = new Drain(this.queue)
  private readonly cycle: OpenCycle
  private readonly player: Player
  private readonly prefetch: Prefetch
  private language: string
  private queuedChars = 0
  /** Whether the listener was told that the agent speaks. */
  private announced = false
  private closed = false
  /** Something has left the queue while a frame was pulled. */
  private changed = false
  /** Clock time at which preempted speech gives way, whatever its successor does. */
  private preemptAt: number | undefined
  private lastPullAt: number

  constructor(private readonly options: SpeakerOptions) {
    const { clock, sampleRate, listener } = options
    const limits = { ...defaultSpeakerLimits, ...options.limits }
    const { queue } = this
    this.limits = limits
    this.language = options.language
    this.lastPullAt = clock.now()
    this.cycle = new OpenCycle({
      clock,
      limits,
      lapsed: () => this.flush(),
      closed: (totals) => listener.finalToken(totals),
    })
    this.player = new Player({
      queue,
      sampleRate,
      fadeMs: limits.fadeMs,
      rebufferMs: limits.rebufferMs,
      listener: {
        began: (item) => this.began(item),
        ended: (item) => this.ended(item),
        pulled: () => this.pulled(),
      },
    })
    const loader = new Loader(options, limits.engineStallMs, () => this.settle())
    this.prefetch = new Prefetch({
      queue,
      parallel: limits.parallel,
      lookAhead: (limits.lookAheadMs * sampleRate) / 1000,
      load: (item) => loader.load(item),
    })
  }

  /** Speaks a greeting as one chunk: synthesised at once, heard from `start` on. */
  greet(text: string, interruptible: InterruptMode): void {
    if (this.closed || text === '') return
    const chunk = { text, language: this.language, interruptible, preemptible: false }
    this.enqueue({ chunks: [chunk], cycle: this.cycle.next(), first: true })
  }

  /** The call is answered: playing may begin. */
  start(): void {
    this.player.running = true
    this.settle()
  }

  /** Takes a token of the app's. */
  text({ token, last, lang, interruptible, preemptible }: TextCommand, defaults: MessageDefaults): void {
    const opens = !this.cycle.open
    if (this.closed || (opens && token === '')) return
    const { queuedChars } = this.limits
    if (this.queuedChars + this.cycle.pending + token.length > queuedChars) {
      this.refuse(`More than ${queuedChars} characters wait to be spoken.`, token)
      return last ? this.take({ ...defaults, text: '', last, language: this.language }) : undefined
    }
    const rules = {
      interruptible: interruptible ?? defaults.interruptible,
      preemptible: preemptible ?? defaults.preemptible,
    }
    if (opens) {
      this.options.listener.firstToken()
      if (!rules.preemptible) this.preempt()
    }
    this.take({ text: token, last, language: lang ?? this.language, ...rules })
  }

  /** Queues media; it is fetched while what is before it plays. */
  play({ source, loop, interruptible, preemptible }: PlayCommand, defaults: MessageDefaults): void {
    if (this.closed || !this.hasRoom(source)) return
    if (!preemptible) this.preempt()
    this.flush()
    const rules = { interruptible: interruptible ?? defaults.interruptible, preemptible }
    this.queue.push(new MediaItem(source, Math.max(1, loop) - 1, rules))
    this.prefetch.pump()
    this.settle()
  }

  /** Queues digits: sent at once when nothing is before them, otherwise when the speech before them has ended. */
  digits({ digits }: SendDigitsCommand): void {
    if (this.closed || !this.hasRoom(digits)) return
    this.flush()
    this.queue.push(new DigitsItem(digits))
    this.settle()
  }

  /** Sets the language of later tokens that name none. */
  setLanguage(language: string): void {
    this.language = language
  }

  /** Falls silent within one frame, keeping its place: somebody may be about to interrupt. */
  pause(): void {
    this.player.pause()
  }

  resume(): void {
    this.player.resume()
  }

  get paused(): boolean {
    return this.player.paused
  }

  /** Whether speech or media is playing, or paused, or goes on as soon as its audio is there. */
  get speaking(): boolean {
    return this.announced
  }

  /** Whether there is nothing to play, now or later. */
  get idle(): boolean {
    return !this.announced && this.queue.length === 0 && this.cycle.pending === 0
  }

  /** Whether what is playing, or plays next, may be cut by speech or by a digit. */
  interruptibleBy(kind: 'speech' | 'dtmf'): boolean {
    const mode = this.queue.nextAudio?.rules.interruptible
    return mode === 'any' || mode === kind
  }

  /**
   * Barge-in: forgets everything queued, closed talk cycles and the open one included; tokens that still come begin a
   * new one. Digits on their way are sent to their end. `chunkPlayed`, then `speaking(false)` are told within.
   * @returns what had been heard of the current chunk; undefined when the agent was not speaking
   */
  cut(): HeardSpeech | undefined {
    const heard = this.announced ? heardOf(this.queue.head, this.options.sampleRate) : undefined
    this.player.release()
    this.cycle.drop()
    this.purge((item) => !(item.kind === 'digits' && item.started))
    this.player.resume()
    if (heard?.text) this.options.listener.chunkPlayed(heard.text)
    this.settle()
    return heard
  }

  /**
   * Resolves when all that was queued so far has been played, cut or has failed. An open talk cycle is taken to be
   * complete, and its unfinished fragment is spoken.
   */
  drained(): Promise<void> {
    this.flush()
    this.cycle.close()
    this.settle()
    return this.drain.wait()
  }

  /** @see FrameSource */
  pull(frame: Int16Array): boolean {
    this.lastPullAt = this.options.clock.now()
    if (this.preemptAt !== undefined) this.giveWay(this.preemptAt)
    return this.player.pull(frame)
  }

  /** Stops engines and fetches; no event follows, and `drained` resolves. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.cycle.drop()
    this.player.running = false
    this.queue.purge(() => true)
    this.announced = false
    this.drain.check()
  }

  /** Rules that are broken right now, by stable names; between two events one may be for a moment. */
  invariants(): string[] {
    if (this.closed) return []
    return brokenInvariants({
      queue: this.queue,
      cycle: this.cycle,
      playing: this.player.running && !this.player.paused,
      announced: this.announced,
      sincePullMs: this.options.clock.now() - this.lastPullAt,
    })
  }

  /** Puts a broken rule right, as far as that lies with the speaker. */
  repair(_invariant: string): void {
    if (this.closed) return
    if (!this.cycle.watched) this.cycle.watch()
    this.prefetch.pump()
    this.settle()
  }

  private take(token: Parameters<OpenCycle['take']>[0]): void {
    this.enqueue(this.cycle.take(token))
    this.settle()
  }

  private flush(): void {
    const rest = this.cycle.flush()
    if (rest) this.enqueue(rest)
    this.settle()
  }

  private enqueue({ chunks, cycle, first }: Cut): void {
    chunks.forEach((chunk, i) => {
      if (!this.hasRoom(chunk.text)) return
      this.queuedChars += chunk.text.length
      this.queue.push(new SpeechItem(chunk, cycle, first && i === 0))
    })
    this.prefetch.pump()
  }

  private hasRoom(context: string): boolean {
    const { queuedItems } = this.limits
    if (this.queue.length < queuedItems) return true
    this.refuse(`More than ${queuedItems} chunks, media and digits wait to be played.`, context)
    return false
  }

  private refuse(reason: string, context: string): void {
    this.options.listener.failed(new ParleyError('playout_queue_full', reason), context)
  }

  /** A later plain message takes the place of all that may be preempted. */
  private preempt(): void {
    const { head } = this.queue
    const playing =
      head && head.kind !== 'digits' && head.started && head.rules.preemptible ? head : undefined
    const fragment = this.cycle.pending > 0 && this.cycle.preemptible
    if (fragment) this.cycle.drop()
    const purged = this.purge((item) => item !== playing && item.kind !== 'digits' && item.rules.preemptible)
    if (playing) this.preemptAt = this.options.clock.now() + this.limits.preemptGraceMs
    if (playing || fragment || purged > 0) this.options.listener.preempted()
  }

  /** Preempted speech goes on until its successor has audio, but not for long: no hole between the two. */
  private giveWay(latest: number): void {
    const { head, second } = this.queue
    const preempted = head && head.kind !== 'digits' && head.started && head.rules.preemptible
    const ready = second && (second.kind === 'digits' || second.track.length > 0)
    if (preempted && !ready && !this.paused && this.options.clock.now() < latest) return
    this.preemptAt = undefined
    if (!preempted) return
    const heard = heardOf(head, this.options.sampleRate)
    this.player.release()
    this.purge((item) => item === head)
    if (heard.text) this.options.listener.chunkPlayed(heard.text)
    this.changed = true
  }

  private purge(unwanted: Parameters<PlayoutQueue['purge']>[0]): number {
    const purged = this.queue.purge(unwanted)
    for (const item of purged) if (item.kind === 'speech') this.queuedChars -= item.chunk.text.length
    return purged.length
  }

  private began(item: AudioItem): void {
    if (!this.announced) {
      this.announced = true
      this.options.listener.speaking(true)
    }
    if (item.kind === 'media') this.options.listener.mediaStarted(item.source)
  }

  private ended(item: AudioItem): void {
    this.changed = true
    if (item.kind !== 'speech') return
    this.queuedChars -= item.chunk.text.length
    const { text } = item.state === 'failed' ? heardOf(item, this.options.sampleRate) : item.chunk
    if (text) this.options.listener.chunkPlayed(text)
  }

  private pulled(): void {
    if (!this.changed) return
    this.changed = false
    this.prefetch.pump()
    this.settle()
  }

  /** Draws the conclusions of a change: the end of speech, digits that are due, a queue that has drained. */
  private settle(): void {
    if (this.closed) return
    if (this.queue.audible || !this.announced) this.cycle.unhold()
    else if (!this.cycle.open || this.queue.head?.kind === 'digits') this.fallSilent()
    else if (this.cycle.pending === 0) this.cycle.hold(() => this.settle())
    this.sendIfDue()
    this.drain.check()
  }

  private fallSilent(): void {
    this.cycle.unhold()
    this.announced = false
    this.options.listener.speaking(false)
  }

  private sendIfDue(): void {
    const { head } = this.queue
    if (head?.kind !== 'digits' || head.started || !this.player.running) return
    head.started = true
    this.options.sendDigits(head.digits, head.abort.signal).then(
      () => this.digitsEnded(head),
      (thrown) => this.digitsEnded(head, thrown),
    )
  }

  private digitsEnded(item: DigitsItem, thrown?: unknown): void {
    if (this.closed) return
    const { listener } = this.options
    this.queue.purge((other) => other === item)
    if (thrown === undefined) {
      listener.chunkPlayed(item.digits)
      listener.digitsSent(item.digits)
    } else {
      listener.failed(new ParleyError('digits_failed', messageOf(thrown), { cause: thrown }), item.digits)
    }
    this.settle()
  }
}
