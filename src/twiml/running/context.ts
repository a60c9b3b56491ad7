import type { CallControl, Playing } from '../../calls/index.js'
import type { Announcement } from '../../media/index.js'
import { type Problem, problem } from '../document/problem.js'
import type { DocumentRequest } from '../fetching/request.js'
import { until } from './interruption.js'
import type { Callback, CallMemory, Exchange, TwimlServices } from './services.js'
import type { Next } from './verb.js'

/** Where instructions come from. */
export type Source =
  | { readonly request: DocumentRequest }
  /** Given inline; relative URLs in it start at `base`. */
  | { readonly twiml: string; readonly base?: string | undefined }

/** How a run of documents came to its end. */
export type RunOutcome =
  /** The verbs ran out; the call is as they left it. */
  | 'finished'
  | 'hung-up'
  | 'left'
  /** A document could not be had. */
  | 'failed'
  | 'call-over'
  | 'replaced'
  | 'dropped'

/** A run of documents: one after the other on one call. */
export interface RunSettings {
  readonly call: CallControl
  readonly services: TwimlServices
  readonly memory: CallMemory
  /** Interrupts it; its reason is an `Interrupted`. */
  readonly signal: AbortSignal
  /** Verbs that count; others are skipped. All of the dialect's unless told. */
  readonly verbs?: readonly string[] | undefined
  /** More fields of every request. */
  readonly parameters?: (() => Readonly<Record<string, string>>) | undefined
}

export type RunDocuments = (source: Source, settings: RunSettings) => Promise<RunOutcome>

function unplayed(item: Announcement, detail: string): Problem {
  return item.kind === 'media'
    ? problem('warning', 'media_fetch_failed', `${item.source}: ${detail}`, { number: 11200 })
    : problem('warning', 'tts_failed', detail)
}

/** What a verb works with. */
export class VerbContext {
  constructor(
    private readonly settings: RunSettings,
    /** The request its document came from. */
    readonly exchange: Exchange | undefined,
    /** URL that relative ones start at; undefined for instructions given inline. */
    readonly base: string | undefined,
    private readonly runDocuments: RunDocuments,
  ) {}

  get call(): CallControl {
    return this.settings.call
  }

  get services(): TwimlServices {
    return this.settings.services
  }

  get memory(): CallMemory {
    return this.settings.memory
  }

  get signal(): AbortSignal {
    return this.settings.signal
  }

  /** Waits for a promise, no longer than the run goes on. @throws Interrupted */
  until<T>(promise: Promise<T>): Promise<T> {
    return until(promise, this.signal)
  }

  /** Waits until the run is interrupted. */
  untilInterrupted(): Promise<never> {
    return this.until(new Promise<never>(() => {}))
  }

  async wait(ms: number): Promise<void> {
    let elapsed = () => {}
    const timer = this.services.clock.after(ms, () => elapsed())
    const waiting = new Promise<void>((resolve) => {
      elapsed = resolve
    })
    try {
      await this.until(waiting)
    } finally {
      timer.cancel()
    }
  }

  /** Answers a ringing call. */
  async answer(): Promise<void> {
    const { call } = this
    if (call.state === 'answered') return
    let stop = () => {}
    const answered = new Promise<void>((resolve) => {
      stop = call.observe({ answered: resolve })
    })
    try {
      call.answer()
      await this.until(answered)
    } finally {
      stop()
    }
  }

  /** Plays something beside what goes on. What cannot be played is reported. */
  announce(item: Announcement): Playing {
    const playing = this.call.announce(item)
    playing.ended.then(({ end, detail }) => {
      if (end === 'failed') this.report(unplayed(item, detail))
    })
    return playing
  }

  /** Plays something to its end. What cannot be played is reported, and costs nothing else. */
  async play(item: Announcement): Promise<void> {
    const playing = this.announce(item)
    try {
      const { end } = await this.until(playing.ended)
      if (end === 'leg-closed') await this.untilInterrupted()
    } finally {
      playing.stop()
    }
  }

  /** An absolute URL; undefined, and reported, when it is none of http(s). */
  resolve(url: string): string | undefined {
    const resolved = URL.canParse(url, this.base) ? new URL(url, this.base) : undefined
    if (resolved && /^https?:$/.test(resolved.protocol)) return resolved.href
    const why = this.base === undefined ? 'is no absolute http(s) URL' : 'is no http(s) URL'
    this.report(problem('error', 'webhook_url_invalid', `"${url}" ${why}`))
    return undefined
  }

  /** The document of an action URL, asked for with what came of the verb; without one the next verb. */
  action(
    url: string | undefined,
    method: 'GET' | 'POST',
    parameters: Readonly<Record<string, string>> = {},
  ): Next {
    const resolved = url === undefined ? undefined : this.resolve(url)
    if (resolved === undefined) return { kind: 'next' }
    return { kind: 'document', request: { url: resolved, method, parameters: this.parameters(parameters) } }
  }

  /** Fields of a request about this call. */
  parameters(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { services, memory, call, settings } = this
    return { ...services.dialect.parameters(call), ...memory.parameters, ...settings.parameters?.(), ...more }
  }

  /** Tells an app something; nothing happens without a URL. @param call whom it is about; this one unless told */
  notify(
    url: string | undefined,
    callback: Pick<Callback, 'event' | 'method' | 'parameters'> & { readonly call?: CallControl },
  ): void {
    const resolved = url === undefined ? undefined : this.resolve(url)
    if (resolved !== undefined) this.services.notify({ call: this.call, ...callback, url: resolved })
  }

  /** Runs other documents meanwhile, on this call or another. */
  run(source: Source, settings: Partial<RunSettings>): Promise<RunOutcome> {
    return this.runDocuments(source, { ...this.settings, ...settings })
  }

  report(what: Problem): void {
    this.services.observe(this.call, { type: 'problem', problem: what, exchange: this.exchange })
  }

  warn(message: string, number?: number): void {
    this.report(problem('warning', 'verb_invalid', message, { number }))
  }
}
