import { CookieJar } from 'tough-cookie'
import type { CallControl } from '../calls/index.js'
import type { TwimlElement } from './document/element.js'
import { DocumentError, problem } from './document/problem.js'
import { Reader } from './document/reader.js'
import type { ConferenceRoom } from './rooms/conference-room.js'
import { Conferences } from './rooms/conferences.js'
import { Queues } from './rooms/queues.js'
import { Activities, type Activity } from './running/activities.js'
import { type RunOutcome, type Source, VerbContext } from './running/context.js'
import { Interrupted } from './running/interruption.js'
import { documentRunner } from './running/run-documents.js'
import type { CallMemory, TwimlOptions, TwimlServices } from './running/services.js'
import { endSession } from './running/session-end.js'
import { openRoom, readConference } from './verbs/dial/conference.js'
import { type RecordingRequest, type StartedRecording, startRecording } from './verbs/recording.js'
import { startNouns } from './verbs/start/start-stop.js'
import { verbTable } from './verbs/table.js'

/** What a call is to do. */
export interface Instructions {
  readonly call: CallControl
  /** A document to fetch, or one given inline; relative URLs in it start at `base`. */
  readonly source:
    | { readonly url: string; readonly method?: 'GET' | 'POST' | undefined }
    | { readonly twiml: string; readonly base?: string | undefined }
  /** Asked when a document cannot be had. */
  readonly fallback?: CallMemory['fallback']
  /** Fields of the platform's own that every request carries. */
  readonly parameters?: CallMemory['parameters'] | undefined
  /** What becomes of the call when its verbs run out, or cannot be had; `hangup` unless told. */
  readonly afterwards?: 'hangup' | 'stay' | undefined
}

/** Instructions being followed. */
export interface DocumentRun {
  /** Resolves once it is over and has cleaned up; never rejects. */
  readonly done: Promise<RunOutcome>
  /** Stops it; the call stays as it is. */
  stop(): void
}

interface Run extends DocumentRun {
  readonly interrupt: AbortController
}

const runDocuments = documentRunner(verbTable)

/** Follows the documents of one platform's calls. */
export class Twiml {
  private readonly memories = new Map<CallControl, CallMemory>()
  private readonly runs = new Map<CallControl, Run>()

  readonly conferences: Conferences
  readonly queues: Queues
  private readonly services: TwimlServices

  constructor(options: TwimlOptions) {
    const { clock, random, keepConference, keepQueue, forgetQueue } = options
    this.conferences = new Conferences(clock, random, keepConference)
    this.queues = new Queues(clock, random, { keep: keepQueue, forget: forgetQueue })
    this.services = { ...options, conferences: this.conferences, queues: this.queues }
  }

  /**
   * Has a call follow instructions, now: those it followed before end first, and whatever it was in, a bridge, a
   * conference, a session.
   */
  run(instructions: Instructions): DocumentRun {
    const { call } = instructions
    const earlier = this.runs.get(call)
    earlier?.interrupt.abort(new Interrupted('replaced'))
    const interrupt = new AbortController()
    const run: Run = {
      interrupt,
      stop: () => interrupt.abort(new Interrupted('dropped')),
      done: this.follow(instructions, interrupt, earlier?.done).finally(() => {
        if (this.runs.get(call) === run) this.runs.delete(call)
      }),
    }
    this.runs.set(call, run)
    return run
  }

  /** What a call is following. */
  runOf(call: CallControl): DocumentRun | undefined {
    return this.runs.get(call)
  }

  /**
   * Starts what a `<Stream>`, `<Transcription>` or `<Recording>` in `<Start>` would; `<Stop>` stops it.
   * @throws DocumentError where a value is wrong, or it cannot be started
   */
  start(call: CallControl, element: TwimlElement): Activity {
    const noun = startNouns[element.name]
    const activity = noun?.read(element, this.strictReader)?.(this.contextOf(call))
    if (!activity)
      throw new DocumentError(problem('error', 'verb_invalid', `<${element.name}> cannot be started`))
    return activity
  }

  /** What was started on a call beside its instructions, and goes on. */
  activitiesOf(call: CallControl): Activities | undefined {
    return this.memories.get(call)?.activities
  }

  /** Records a call, and tells the status call-back that is asked for. */
  record(call: CallControl, request: RecordingRequest): StartedRecording {
    return startRecording(this.contextOf(call), call, request)
  }

  /**
   * Invites a call that is being made to a conference, which is there at once, by what `<Conference>` says. Whoever
   * invites has the call follow a document with the same element when it is answered.
   * @param earlyMedia whether the conference hears the call before it is answered
   * @throws DocumentError where a value is wrong
   */
  invite(call: CallControl, element: TwimlElement, earlyMedia: boolean): ConferenceRoom {
    const request = readConference(element, this.strictReader)
    if (!request) throw new DocumentError(problem('error', 'verb_invalid', 'the conference has no name'))
    const room = openRoom(this.contextOf(call), request)
    const { participantLabel: label, muted, coach } = request
    const [startOnEnter, endOnExit] = [request.startConferenceOnEnter, request.endConferenceOnExit]
    const coaches = coach === '' ? null : coach
    room.invite({ call, label, muted, startOnEnter, endOnExit, coaches }, earlyMedia)
    return room
  }

  /** Refuses what a document would have a warning for. */
  private get strictReader(): Reader {
    return new Reader(this.services.dialect, (what) => {
      throw new DocumentError(what)
    })
  }

  /** What verbs work with, for what is asked of a call outside of documents. */
  private contextOf(call: CallControl): VerbContext {
    const memory = this.memoryOf({ call, source: { twiml: '' } })
    const settings = { call, services: this.services, memory, signal: this.services.shutdown }
    return new VerbContext(settings, undefined, undefined, runDocuments)
  }

  private async follow(
    instructions: Instructions,
    interrupt: AbortController,
    earlier: Promise<RunOutcome> | undefined,
  ): Promise<RunOutcome> {
    const { call, afterwards = 'hangup' } = instructions
    const over = () => interrupt.abort(new Interrupted('call-over'))
    const stop = call.observe({ ended: over })
    if (call.state === 'ended') over()
    try {
      if (earlier) await earlier
      const settings = {
        call,
        services: this.services,
        memory: this.memoryOf(instructions),
        signal: interrupt.signal,
      }
      if (!interrupt.signal.aborted) await release(call)
      if (call.direction === 'inbound' && call.state === 'ringing') call.ring()
      const outcome = await runDocuments(this.sourceOf(instructions), settings)
      if (afterwards === 'hangup') {
        if (outcome === 'failed') await this.apologise(call, interrupt.signal)
        if (['failed', 'finished', 'left'].includes(outcome) && !interrupt.signal.aborted) hangUp(call)
      }
      return outcome
    } finally {
      stop()
    }
  }

  private memoryOf({ call, fallback, parameters = {} }: Instructions): CallMemory {
    const known = this.memories.get(call)
    const memory = {
      cookies: known?.cookies ?? new CookieJar(),
      activities: known?.activities ?? new Activities(),
      fallback: fallback ?? known?.fallback,
      parameters: { ...known?.parameters, ...parameters },
    }
    if (!known) call.observe({ ended: () => this.memories.delete(call) })
    if (call.state !== 'ended') this.memories.set(call, memory)
    return memory
  }

  private sourceOf({ call, source, parameters }: Instructions): Source {
    if ('twiml' in source) return source
    const { url, method = 'POST' } = source
    const fields = { ...this.services.dialect.parameters(call), ...parameters }
    return { request: { url, method, parameters: fields } }
  }

  /** Says sorry where the platform does. */
  private async apologise(call: CallControl, signal: AbortSignal): Promise<void> {
    const { services } = this
    const { apology } = services.dialect
    if (apology === '' || signal.aborted) return
    const memory = this.memoryOf({ call, source: { twiml: '' } })
    const twiml = `<Response><Say>${apology}</Say></Response>`
    await runDocuments({ twiml }, { call, services, memory, signal })
  }
}

/** Takes a call out of whatever it is in. */
async function release(call: CallControl): Promise<void> {
  if (call.partner) call.unbridge()
  if (call.conference) call.leaveConference()
  await endSession(call)
}

/** A caller who was never answered hears busy: a trunk then does not try another node. */
function hangUp(call: CallControl): void {
  if (call.direction === 'inbound' && call.state === 'ringing') call.reject(486, 'the document is over')
  else call.hangup('the document is over')
}
