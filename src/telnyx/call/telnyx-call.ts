import type { Timer } from '../../base/clock.js'
import type { CallControl, CallEnding, CallObserver } from '../../calls/index.js'
import type { SessionResult } from '../../session/index.js'
import type { IncomingRefer } from '../../sip/index.js'
import type { Application } from '../resources/application.js'
import { payloads, type WebhookOverrides, withOverrides } from '../webhooks/index.js'
import type { Payload } from '../webhooks/payloads.js'
import { AnswerDetection } from './answering.js'
import type { CallParts } from './call-parts.js'
import { Conversation } from './conversation.js'
import { Gathering } from './gathering.js'
import { PlaybackQueue } from './playback.js'
import { CallRecordings } from './recording.js'
import { MediaStreaming } from './streaming.js'
import { Transcribing } from './transcribing.js'

/** The party wants whom it talks with to talk to somebody else. @returns whether that is done */
export type TransferForParty = (call: TelnyxCall, refer: IncomingRefer) => boolean

/** What a call begins with. */
export interface CallBeginning {
  /** Told with the call; the application's where nothing is said. */
  readonly tags?: readonly string[]
  /** Those that the app put into our INVITE; those of the caller's where the call came in. */
  readonly headers?: payloads.ToldHeaders
  /** What is told when nobody answers in the time allowed. */
  readonly unanswered?: 'timeout' | 'no_answer'
}

/**
 * A call in Telnyx's eyes: what was said about its webhooks, and what is going on in it. Tells everything that happens
 * by webhook.
 */
export class TelnyxCall implements CallObserver {
  clientState: string | undefined
  /** What becomes of it when the call that it is bridged with ends. */
  afterBridge: 'hangup' | 'park' = 'hangup'
  private overrides: WebhookOverrides = {}
  private readonly afterAnswer: (() => void)[] = []
  private readonly afterEnd: (() => void)[] = []
  private patience: Timer | undefined
  /** The call it is joined to, and whether that was told. */
  private joined: { readonly other: CallControl; told: boolean } | undefined

  readonly tags: readonly string[]
  headers: payloads.ToldHeaders
  readonly unanswered: 'timeout' | 'no_answer'

  readonly playback: PlaybackQueue
  readonly gathering: Gathering
  readonly conversation: Conversation
  readonly transcribing: Transcribing
  readonly streaming: MediaStreaming
  readonly answering: AnswerDetection
  readonly recordings: CallRecordings

  constructor(
    readonly call: CallControl,
    /** As it was when the call began. */
    readonly application: Application,
    private readonly parts: CallParts,
    private readonly transfer: TransferForParty,
    {
      tags = application.tags,
      headers = payloads.headersOfInvite(call.headers),
      unanswered,
    }: CallBeginning = {},
  ) {
    this.tags = tags
    this.headers = headers
    this.unanswered = unanswered ?? 'timeout'
    const publish = (event: string, payload: Payload = {}): void => this.publish(event, payload)
    this.playback = new PlaybackQueue(call, publish)
    this.gathering = new Gathering(parts.clock, publish)
    this.conversation = new Conversation(call, publish)
    this.transcribing = new Transcribing(call, publish, parts.resolveKeys)
    this.streaming = new MediaStreaming(call, publish)
    this.answering = new AnswerDetection(call, publish)
    this.recordings = new CallRecordings(call, parts.clock, parts.archive, publish)
  }

  get id(): string {
    return this.call.identity.callControlId
  }

  /** Tells of the call, and of all that happens from now on. */
  begin(): void {
    this.call.observe(this)
    this.publish('call.initiated', payloads.initiated(this.call, this))
  }

  /** Where webhooks go from now on. */
  override(said: WebhookOverrides): void {
    this.overrides = withOverrides(this.overrides, said)
  }

  publish(event: string, payload: Payload): void {
    this.parts.publisher.publish(
      event,
      { ...payloads.commonPayload(this.call, this.application.id, this.clientState), ...payload },
      { queue: this.call.identity.callLegId, addresses: this.application, overrides: this.overrides },
    )
  }

  /** Header lines that the answer is given with: from then on they are told in place of the caller's, as documented. */
  answerWith({ custom_headers, sip_headers }: payloads.ToldHeaders): void {
    if (custom_headers ?? sip_headers) this.headers = { custom_headers, sip_headers }
  }

  /** Does something unless a command comes first. */
  unlessCommanded(ms: number, task: () => void): void {
    this.patience = this.parts.clock.after(ms, task)
  }

  /** A command came. */
  commanded(): void {
    this.patience?.cancel()
  }

  /** Does something once the call is answered: now if it is. */
  whenAnswered(task: () => void): void {
    if (this.call.state === 'answered') task()
    else this.afterAnswer.push(task)
  }

  whenEnded(task: () => void): void {
    if (this.call.state === 'ended') task()
    else this.afterEnd.push(task)
  }

  answered(): void {
    this.publish('call.answered', payloads.answered(this.call, this))
    this.tellBridged()
    for (const task of this.afterAnswer.splice(0)) {
      if (this.call.state === 'answered') this.attempt(task)
    }
  }

  digit(digit: string): void {
    this.publish('call.dtmf.received', { ...payloads.parties(this.call), digit })
    this.gathering.digit(digit)
  }

  referred(refer: IncomingRefer): boolean {
    return this.transfer(this, refer)
  }

  held(on: boolean): void {
    this.publish(on ? 'call.hold' : 'call.unhold', payloads.parties(this.call))
  }

  sessionEnded(result: SessionResult): void {
    this.conversation.ended(result)
  }

  bridged(other: CallControl): void {
    if (this.joined?.other !== other) this.joined = { other, told: false }
    this.tellBridged()
  }

  unbridged(): void {
    this.joined = undefined
  }

  ended(ending: CallEnding): void {
    this.patience?.cancel()
    this.gathering.end('call_hangup')
    this.playback.callEnded()
    this.streaming.callEnded()
    this.transcribing.stop()
    this.answering.stop()
    this.publish('call.hangup', payloads.hangup(this.call, ending, this))
    for (const task of this.afterEnd.splice(0)) task()
  }

  /** What cannot begin does not keep the rest from beginning. */
  private attempt(task: () => void): void {
    try {
      task()
    } catch (thrown) {
      const { callSid } = this.call.identity
      this.parts.log.warn({ err: thrown, callSid }, 'What was to begin with the answer could not')
    }
  }

  /** Tells that the call is bridged, once both ends are answered: early media is no bridge yet. */
  private tellBridged(): void {
    const { joined } = this
    if (!joined || joined.told || this.call.state !== 'answered' || joined.other.state !== 'answered') return
    joined.told = true
    this.publish('call.bridged', payloads.parties(this.call))
  }
}
