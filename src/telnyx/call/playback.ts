import type { CallControl, Playing } from '../../calls/index.js'
import type { Announcement, AnnouncementEnd } from '../../media/index.js'
import type { Payload } from '../webhooks/payloads.js'
import { nextTurn, type Publish } from './events.js'

/** What is announced, and which webhooks tell about it. */
export interface PlaybackRequest {
  readonly kind: 'speak' | 'playback'
  readonly item: Announcement
  /** `media_url` or `media_name`, and `overlay`, of playback events. */
  readonly payload: Payload
  readonly targetLegs: 'self' | 'opposite' | 'both'
  /** Whether it is heard over what plays already. */
  readonly overlay?: boolean | undefined
}

/** One announcement on its way. */
export interface Playback {
  /** Resolves when it is over, however it ended. */
  readonly ended: Promise<void>
  stop(): void
}

interface Entry {
  readonly request: PlaybackRequest
  readonly playings: readonly Playing[]
  over: boolean
}

/** What a call is told to say and to play: one queue, each with a webhook at its beginning and its end. */
export class PlaybackQueue {
  private entries: Entry[] = []

  constructor(
    private readonly call: CallControl,
    private readonly publish: Publish,
  ) {}

  get active(): boolean {
    return this.entries.length > 0
  }

  /** Whether a file plays that another could be laid over. */
  get playsFile(): boolean {
    return this.entries.some(({ request }) => request.kind === 'playback' && !request.overlay)
  }

  /** @param legs who hears it; the first one's hearing is what webhooks tell of */
  add(request: PlaybackRequest, legs: readonly CallControl[] = [this.call]): Playback {
    const { item, overlay } = request
    const playings = legs.map((leg) => (overlay ? leg.announceOver(item) : leg.announce(item)))
    const entry: Entry = { request, playings, over: false }
    this.entries.push(entry)
    const [first] = playings
    const ended = first!.ended.then(({ end, detail, code }) => this.finish(entry, end, detail, code))
    // What never sounded is over before this is told.
    first!.started.then(nextTurn).then(() => {
      if (!entry.over) this.publish(`call.${request.kind}.started`, request.payload)
    })
    return { ended, stop: () => this.stopEntry(entry) }
  }

  /** @param overlay of which of the two queues @returns whether anything was stopped */
  stop(which: 'all' | 'current', overlay = false): boolean {
    const queue = this.entries.filter(({ request }) => (request.overlay ?? false) === overlay)
    const stopped = which === 'all' ? queue : queue.slice(0, 1)
    for (const entry of stopped) this.stopEntry(entry)
    return stopped.length > 0
  }

  /** Stops both queues. */
  stopAll(): void {
    for (const overlay of [false, true]) this.stop('all', overlay)
  }

  /** The call is over: so is everything that it played. */
  callEnded(): void {
    for (const entry of [...this.entries]) this.finish(entry, 'leg-closed', '', undefined)
  }

  private stopEntry({ playings }: Entry): void {
    for (const playing of playings) playing.stop()
  }

  private finish(entry: Entry, end: AnnouncementEnd, detail: string, code: string | undefined): void {
    if (entry.over) return
    entry.over = true
    this.entries = this.entries.filter((other) => other !== entry)
    const { kind, payload } = entry.request
    const outcome = kind === 'speak' ? speakOutcome(end, detail) : playbackOutcome(end, detail, code)
    this.publish(`call.${kind}.ended`, { ...payload, ...outcome })
  }
}

/** Telnyx lists no status for speech that was stopped, nor for speech that failed: the latter has none. */
function speakOutcome(end: AnnouncementEnd, detail: string): Payload {
  if (end === 'failed') return { status_detail: detail }
  return { status: end === 'leg-closed' ? 'call_hangup' : 'completed' }
}

function playbackOutcome(end: AnnouncementEnd, detail: string, code: string | undefined): Payload {
  switch (end) {
    case 'completed':
      return { status: 'completed' }
    case 'stopped':
      return { status: 'cancelled' }
    case 'leg-closed':
      return { status: 'call_hangup' }
    case 'failed':
      return { status: code === 'media_fetch_failed' ? 'file_not_found' : 'failed', status_detail: detail }
  }
}
