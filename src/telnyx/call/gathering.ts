import type { Clock } from '../../base/clock.js'
import type { Payload } from '../webhooks/payloads.js'
import type { Publish } from './events.js'
import { type GatherResult, KeyGather, type KeyGatherOptions } from './key-gather.js'
import type { Playback } from './playback.js'

/** What is played before keys are waited for, and how often. */
export interface Prompt {
  readonly play: () => Playback
  /** Played before the prompt after keys that do not do; absent for none. */
  readonly playInvalid: (() => Playback) | undefined
  readonly tries: number
}

export interface GatherRequest {
  readonly keys: KeyGatherOptions
  /** ms for the first key; with a prompt from its end on. */
  readonly firstMs: number
  /** ms for all of it; only without a prompt. */
  readonly totalMs?: number | undefined
  readonly prompt?: Prompt | undefined
  /** Told by the webhook, beside digits and status. */
  readonly payload: Payload
}

/** The gather of a call: one at a time, a new one takes the place of the one before. */
export class Gathering {
  private current: Attempt | undefined

  constructor(
    private readonly clock: Clock,
    private readonly publish: Publish,
  ) {}

  start(request: GatherRequest): void {
    this.end('cancelled')
    const attempt: Attempt = new Attempt(request, this.clock, (result) => {
      this.current = undefined
      this.tell(request, result.digits, result.status)
    })
    this.current = attempt
    attempt.begin()
  }

  digit(digit: string): void {
    this.current?.digit(digit)
  }

  /** Ends the one that is under way; nothing where there is none. */
  end(status: 'cancelled' | 'call_hangup'): void {
    const { current } = this
    this.current = undefined
    if (!current) return
    current.cancel()
    this.tell(current.request, current.collected, status)
  }

  private tell({ payload }: GatherRequest, digits: string, status: string): void {
    this.publish('call.gather.ended', { ...payload, digits, status })
  }
}

/** One gather: its prompt, the keys, and the prompt again where they do not do. */
class Attempt {
  private keys: KeyGather
  private playing: Playback | undefined
  private tries = 0
  private over = false

  constructor(
    readonly request: GatherRequest,
    private readonly clock: Clock,
    private readonly finished: (result: GatherResult) => void,
  ) {
    this.keys = this.newKeys()
  }

  get collected(): string {
    return this.keys.collected
  }

  begin(): void {
    const { prompt, firstMs, totalMs } = this.request
    if (prompt) this.prompt(prompt, false)
    else this.keys.startTimers(firstMs, totalMs)
  }

  digit(digit: string): void {
    this.playing?.stop()
    this.playing = undefined
    this.keys.digit(digit)
  }

  cancel(): void {
    this.over = true
    this.keys.cancel()
    this.playing?.stop()
  }

  private newKeys(): KeyGather {
    return new KeyGather(this.request.keys, this.clock, (result) => this.collectedAll(result))
  }

  private async prompt(prompt: Prompt, afterInvalid: boolean): Promise<void> {
    this.tries++
    const { keys } = this
    for (const play of [afterInvalid ? prompt.playInvalid : undefined, prompt.play]) {
      if (!play) continue
      this.playing = play()
      await this.playing.ended
      // A key cut the prompt, or the gather is over.
      if (this.over || this.keys !== keys || keys.collected !== '') return
    }
    this.playing = undefined
    keys.startTimers(this.request.firstMs)
  }

  private collectedAll(result: GatherResult): void {
    const { prompt } = this.request
    if (!prompt || result.status === 'valid' || this.tries >= prompt.tries) {
      this.over = true
      return this.finished(result)
    }
    this.keys = this.newKeys()
    this.prompt(prompt, result.status === 'invalid' || result.digits !== '')
  }
}
