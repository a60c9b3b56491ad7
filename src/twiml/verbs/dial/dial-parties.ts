import type { VerbContext } from '../../running/context.js'
import { Interrupted } from '../../running/interruption.js'
import type { Next } from '../../running/verb.js'
import { type StartedRecording, seconds, startRecording } from '../recording.js'
import type { DialedLeg } from './dialed-leg.js'
import type { Party } from './parties.js'
import type { DialRequest } from './request.js'
import { ring } from './ring.js'
import { Ringback } from './ringback.js'
import { join, type TalkEnd, talk } from './talk.js'

/** `<Dial>` with people in it: calls them, joins the first who is ready with the caller, and waits until that is over. */
export async function dialParties(
  context: VerbContext,
  parties: readonly Party[],
  request: DialRequest,
): Promise<Next> {
  if (!request.answerOnBridge) await context.answer()
  const dialing = new Dialing(context, parties, request)
  const end = await dialing.run()
  if (end?.kind === 'referred') {
    return context.action(request.referUrl, request.referMethod, { ReferTransferTarget: end.target })
  }
  return context.action(request.action, request.method, await dialing.fields())
}

class Dialing {
  private leg: DialedLeg | undefined
  private bridged = false
  private interrupted = false
  private recording: StartedRecording | undefined

  constructor(
    private readonly context: VerbContext,
    private readonly parties: readonly Party[],
    private readonly request: DialRequest,
  ) {}

  /** @returns how the conversation ended, if there was one @throws Interrupted by other instructions */
  async run(): Promise<TalkEnd | undefined> {
    let end: TalkEnd | undefined
    try {
      if (this.request.record.startsWith('record-from-ringing')) this.record()
      if (await this.reach()) end = await this.converse()
    } catch (thrown) {
      if (!(thrown instanceof Interrupted && thrown.why === 'call-over')) throw thrown
      this.interrupted = true
    } finally {
      if (end?.kind !== 'taken') this.leg?.call.hangup('the caller is gone')
      this.recording?.recording.stop()
    }
    return end
  }

  /** What the action URL is told. */
  async fields(): Promise<Record<string, string>> {
    const { leg, recording, context } = this
    const { dialect, clock } = context.services
    const recorded = await recording?.ended
    return {
      DialCallStatus: this.status(),
      DialBridged: String(this.bridged),
      ...(leg && { DialCallSid: dialect.callSid(leg.call) }),
      ...(leg?.call.answeredAt !== undefined && {
        DialCallDuration: seconds((leg.call.endedAt ?? clock.now()) - leg.call.answeredAt),
      }),
      ...(leg?.party.kind === 'Sip' &&
        leg.call.ending?.sipStatus !== undefined && {
          DialSipResponseCode: String(leg.call.ending.sipStatus),
        }),
      ...(recording &&
        recorded &&
        recorded.durationMs > 0 && {
          RecordingUrl: recording.url,
          RecordingSid: recording.sid,
          RecordingDuration: seconds(recorded.durationMs),
        }),
    }
  }

  private async reach(): Promise<boolean> {
    const { context, parties, request } = this
    const ringback = new Ringback(context.call, request.ringTone)
    try {
      const rung = await ring(context, parties, request, (leg) => this.sound(leg, ringback))
      this.leg = rung.leg ?? rung.last
      return rung.leg !== undefined
    } finally {
      ringback.stop()
    }
  }

  /** The caller hears what comes from a single party's network before the answer, in place of our ringing. */
  private sound({ call: called, party }: DialedLeg, ringback: Ringback): void {
    const { call: caller } = this.context
    if (this.parties.length > 1 || party.url !== undefined) return
    called.observe({
      ringing: (early) => {
        if (!early || caller.state !== 'answered') return
        ringback.stop()
        join(caller, called)
      },
    })
  }

  private async converse(): Promise<TalkEnd> {
    const { context, request } = this
    await context.answer()
    this.bridged = true
    if (/^(true|record-from-answer)/.test(request.record)) this.record()
    return talk(context, this.leg!.call, request)
  }

  private record(): void {
    const { context, request } = this
    this.recording = startRecording(context, context.call, {
      ...request,
      source: 'DialVerb',
      channels: request.record.endsWith('-dual') ? 2 : 1,
      track: request.recordingTrack,
      maxMs: 0,
      silenceMs: 0,
    })
  }

  private status(): string {
    if (this.bridged) return 'completed'
    if (this.interrupted) return 'canceled'
    return this.leg?.call.ending?.status ?? 'failed'
  }
}
