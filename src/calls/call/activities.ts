import { Deferred } from '../../base/deferred.js'
import type {
  Announcement,
  AnswerFinding,
  AnswerWish,
  LegEvent,
  ListenWish,
  RecordWish,
  StreamWish,
} from '../../media/index.js'
import type {
  ListenListener,
  Playing,
  Recognition,
  Recording,
  Stoppable,
  Streaming,
} from '../call-control.js'
import { Activity } from './activity.js'
import type { CallLeg } from './leg.js'

type Ended<T extends { readonly ended: Promise<unknown> }> = Awaited<T['ended']>

const detail = 'the call is over'
const closedPlaying: Ended<Playing> = { end: 'leg-closed', detail, code: undefined }
const closedRecording: Ended<Recording> = { end: 'leg-closed', durationMs: 0, bytes: 0, detail }
const closedStreaming: Ended<Streaming> = { end: 'leg-closed', detail }

/**
 * What goes on at a call's leg outside of a session: announcements, recognition, recordings, streams. Each has an id,
 * by which the media plane's events find it.
 */
export class Activities {
  private readonly playing = new Map<string, Activity<Ended<Playing>>>()
  private readonly recordings = new Map<string, Activity<Ended<Recording>>>()
  private readonly streams = new Map<string, Activity<Ended<Streaming>>>()
  private readonly recognitions = new Map<string, { readonly listener: ListenListener; over(): void }>()
  private readonly watchers = new Map<string, (finding: AnswerFinding) => void>()
  private readonly voices = new Map<string, (on: boolean) => void>()
  private closed = false

  constructor(
    private readonly leg: CallLeg,
    private readonly newId: () => string,
    /** Runs what belongs to an app or driver, so that its errors harm nobody. */
    private readonly guard: (task: () => void) => void,
  ) {}

  /** @param overlay whether it is heard over all else */
  announce(item: Announcement, id = this.newId(), overlay = false): Playing {
    const activity = this.begin(this.playing, id, closedPlaying)
    this.leg.send({ type: 'announce', leg: this.leg.id, id, item, ...(overlay && { overlay }) })
    const stop = (): void => this.leg.send({ type: 'stop-announcing', leg: this.leg.id, id })
    return { ...activity.handle, stop }
  }

  speakAsParty(item: Announcement, id = this.newId()): Playing {
    const activity = this.begin(this.playing, id, closedPlaying)
    this.leg.send({ type: 'speak-as-party', leg: this.leg.id, id, item })
    return { ...activity.handle, stop: () => this.stopSpeakingAsParty() }
  }

  stopSpeakingAsParty(): void {
    this.leg.send({ type: 'stop-speaking-as-party', leg: this.leg.id })
  }

  stopAnnouncing(): void {
    this.leg.send({ type: 'stop-announcing', leg: this.leg.id })
  }

  listen(wish: ListenWish, listener: ListenListener): Recognition {
    const id = this.newId()
    const over = new Deferred<void>()
    if (this.closed) over.resolve()
    else this.recognitions.set(id, { listener, over: () => over.resolve() })
    this.leg.send({ type: 'listen', leg: this.leg.id, id, wish })
    let stopping = false
    const stop = (): void => {
      if (stopping || !this.recognitions.has(id)) return
      stopping = true
      this.leg.send({ type: 'stop-listening', leg: this.leg.id, id })
      if (!wish.settles) this.recognised(id)
    }
    return { id, stop, ended: over.promise }
  }

  watchAnswer(wish: AnswerWish, found: (finding: AnswerFinding) => void): Stoppable {
    const id = this.newId()
    if (!this.closed) this.watchers.set(id, found)
    this.leg.send({ type: 'watch-answer', leg: this.leg.id, id, wish })
    const stop = (): void => {
      if (this.watchers.delete(id)) this.leg.send({ type: 'stop-watching', leg: this.leg.id, id })
    }
    return { id, stop }
  }

  watchVoice(heard: (on: boolean) => void): Stoppable {
    const id = this.newId()
    if (!this.closed) this.voices.set(id, heard)
    this.leg.send({ type: 'watch-voice', leg: this.leg.id, id })
    const stop = (): void => {
      if (this.voices.delete(id)) this.leg.send({ type: 'stop-watching-voice', leg: this.leg.id, id })
    }
    return { id, stop }
  }

  record(wish: RecordWish, id = this.newId()): Recording {
    const activity = this.begin(this.recordings, id, closedRecording)
    const { leg } = this
    leg.send({ type: 'record', leg: leg.id, id, wish })
    return {
      ...activity.handle,
      stop: () => leg.send({ type: 'stop-recording', leg: leg.id, id }),
      pause: (paused, silent = false) =>
        leg.send({ type: 'pause-recording', leg: leg.id, id, paused, silent }),
    }
  }

  stream(wish: StreamWish, id = this.newId()): Streaming {
    const activity = this.begin(this.streams, id, closedStreaming)
    this.leg.send({ type: 'stream', leg: this.leg.id, id, wish })
    const stop = (): void => this.leg.send({ type: 'stop-stream', leg: this.leg.id, id })
    return { ...activity.handle, stop }
  }

  /** What the media plane tells of one of them. */
  event(event: Exclude<LegEvent, { type: 'digit' }>): void {
    const { id } = event
    switch (event.type) {
      case 'announcing':
        return this.playing.get(id)?.started()
      case 'announced':
        return end(this.playing, id, { end: event.end, detail: event.detail, code: event.code })
      case 'recording':
        return this.recordings.get(id)?.started()
      case 'recorded': {
        const { end: how, durationMs, bytes, detail } = event
        return end(this.recordings, id, { end: how, durationMs, bytes, detail })
      }
      case 'streaming':
        return this.streams.get(id)?.started()
      case 'streamed':
        return end(this.streams, id, { end: event.end, detail: event.detail })
      case 'heard': {
        const { text, final, language, confidence } = event
        const { listener } = this.recognitions.get(id) ?? {}
        return this.guard(() => listener?.heard({ text, final, language, confidence }))
      }
      case 'voice':
        return this.guard(() => {
          this.recognitions.get(id)?.listener.voice?.(event.on)
          this.voices.get(id)?.(event.on)
        })
      case 'answerer':
        return this.guard(() => this.watchers.get(id)?.(event.finding))
      case 'listened':
        return this.recognised(id)
      case 'listen-failed': {
        const { listener } = this.recognitions.get(id) ?? {}
        this.recognised(id)
        return this.guard(() => listener?.failed?.(event.detail))
      }
    }
  }

  /** The leg is closed: what the media plane did not settle is settled now, and what begins from now on at once. */
  close(): void {
    this.closed = true
    for (const activity of this.playing.values()) activity.over(closedPlaying)
    for (const activity of this.recordings.values()) activity.over(closedRecording)
    for (const activity of this.streams.values()) activity.over(closedStreaming)
    for (const activities of [this.playing, this.recordings, this.streams]) activities.clear()
    for (const id of [...this.recognitions.keys()]) this.recognised(id)
    for (const watchers of [this.watchers, this.voices]) watchers.clear()
  }

  /** Nothing more is told of what somebody says. */
  private recognised(id: string): void {
    this.recognitions.get(id)?.over()
    this.recognitions.delete(id)
  }

  private begin<End>(all: Map<string, Activity<End>>, id: string, closed: End): Activity<End> {
    const activity = new Activity<End>(id)
    if (this.closed) activity.over(closed)
    else all.set(id, activity)
    return activity
  }
}

function end<End>(all: Map<string, Activity<End>>, id: string, how: End): void {
  all.get(id)?.over(how)
  all.delete(id)
}
