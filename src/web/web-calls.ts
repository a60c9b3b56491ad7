import type { Clock } from '../base/clock.js'
import type { CallControl, RandomBytes, WebCallBegun, WebParty } from '../calls/index.js'
import type { Announcement } from '../media/index.js'

/** Hears of a call. */
export interface WebCallListener {
  /** It was answered, or is over: `state`; a text was said: `said`. */
  event(name: 'state' | 'said', data: object): void
  /** Nothing follows. */
  over(): void
}

/** ms that a call can still be asked about after its end. */
const KEPT_MS = 60_000

/** A browser's call as HTTP knows it. */
export class WebCall {
  private readonly listeners = new Set<WebCallListener>()

  /**
   * @param id cannot be guessed: who knows it may do all that the party may
   * @param etag names the ICE session; another with each new offer
   */
  constructor(
    readonly id: string,
    readonly party: WebParty,
    public etag: string,
  ) {
    const tell = (): void => this.tell('state', stateOf(party.call))
    party.call.observe({
      answered: tell,
      ended: () => {
        tell()
        for (const listener of this.listeners) listener.over()
        this.listeners.clear()
      },
    })
  }

  /** The listener hears the present state first. Returns what ends it. */
  listen(listener: WebCallListener): () => void {
    const { call } = this.party
    listener.event('state', stateOf(call))
    if (call.state === 'ended') listener.over()
    else this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Speaks in the party's place; its end is told as `said`. @returns its id */
  say(text: string, language: string, voice: string): string {
    const spoken: Announcement = {
      kind: 'speech',
      text,
      ssml: false,
      voice: { provider: '', voice, language, settings: {} },
      loop: 1,
    }
    const { id, ended } = this.party.call.speakAsParty(spoken)
    ended.then(({ end, detail }) => this.tell('said', { id, end, detail }))
    return id
  }

  private tell(name: 'state' | 'said', data: object): void {
    for (const listener of this.listeners) listener.event(name, data)
  }
}

/** The calls of browsers, by ids that nobody can guess. */
export class WebCalls {
  private readonly calls = new Map<string, WebCall>()

  constructor(
    private readonly random: RandomBytes,
    private readonly clock: Clock,
  ) {}

  add({ party }: WebCallBegun): WebCall {
    const call = new WebCall(this.random(18).toString('base64url'), party, this.newEtag())
    this.calls.set(call.id, call)
    const forget = (): void => {
      this.clock.after(KEPT_MS, () => this.calls.delete(call.id))
    }
    if (party.call.state === 'ended') forget()
    else party.call.observe({ ended: forget })
    return call
  }

  get(id: string): WebCall | undefined {
    return this.calls.get(id)
  }

  /** Another ICE session has taken the place of the last. */
  renew(call: WebCall): void {
    call.etag = this.newEtag()
  }

  private newEtag(): string {
    return `"${this.random(6).toString('hex')}"`
  }
}

/** How a call stands, as browsers are told. */
export function stateOf({ state, identity, direction, facts, ending }: CallControl): object {
  const { from, to } = facts
  const how = ending && {
    ending: { status: ending.status, by: ending.by, cause: ending.cause, reason: ending.reason },
  }
  return { state, callSid: identity.callSid, direction, from, to, ...how }
}
