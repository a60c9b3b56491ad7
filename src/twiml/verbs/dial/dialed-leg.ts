import { CookieJar } from 'tough-cookie'
import { messageOf, ParleyError } from '../../../base/errors.js'
import type { CallControl } from '../../../calls/index.js'
import { answeredByFields, watchAnsweredBy } from '../../callbacks/answered-by.js'
import { reportProgress } from '../../callbacks/call-progress.js'
import { problem } from '../../document/problem.js'
import { Activities } from '../../running/activities.js'
import type { VerbContext } from '../../running/context.js'
import { Interrupted, linked } from '../../running/interruption.js'
import type { Party } from './parties.js'
import type { DialRequest } from './request.js'

/** Verbs that count before two parties are joined. */
const whisperVerbs = ['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup']

/** ms that a key of `sendDigits` is pressed. */
const PRESS_MS = 100

/** One called party: from the INVITE until it can be joined with the caller, or is gone. */
export class DialedLeg {
  /** Whether it may be joined now: answered, its keys sent, its document run. False when it is gone. */
  readonly ready: Promise<boolean>
  private readonly follow: ReturnType<typeof linked>

  private constructor(
    readonly call: CallControl,
    readonly party: Party,
    private readonly context: VerbContext,
  ) {
    this.follow = linked(context.signal)
    const { controller, release } = this.follow
    const answered = new Promise<boolean>((resolve) => {
      call.observe({
        answered: () => {
          this.tellWhoAnswered()
          resolve(true)
        },
        ended: () => {
          resolve(false)
          controller.abort(new Interrupted('call-over'))
          release()
        },
      })
    })
    this.ready = answered.then(async (is) => is && (await this.prepare()))
  }

  /** Calls a party; undefined, and reported, where it cannot be called at all. */
  static dial(context: VerbContext, party: Party, request: DialRequest): DialedLeg | undefined {
    const { services, call: parent } = context
    try {
      const call = services.calls.dial({
        to: party.kind === 'Client' ? `client:${party.to}` : party.to,
        from: request.callerId || callerIdOf(parent),
        fromDisplayName: request.fromDisplayName,
        related: parent,
        child: true,
        answerTimeoutMs: request.timeout * 1000,
        timeLimitMs: request.timeLimit * 1000,
        credentials: party.credentials,
        headers: party.headers,
        route: `Dial ${party.kind}`,
      })
      const leg = new DialedLeg(call, party, context)
      leg.reportStatus()
      return leg
    } catch (thrown) {
      if (!(thrown instanceof ParleyError)) throw thrown
      const number = party.kind === 'Sip' ? 13243 : 13224
      const message = `<${party.kind}> in line ${party.line}: ${messageOf(thrown)}`
      context.report(problem('warning', 'verb_invalid', message, { number }))
      return undefined
    }
  }

  /** It is not wanted any more. */
  drop(reason: string): void {
    this.follow.controller.abort(new Interrupted('dropped'))
    this.follow.release()
    this.call.hangup(reason)
  }

  private reportStatus(): void {
    const { statusCallback, statusCallbackMethod: method, statusCallbackEvent: events } = this.party
    const url = statusCallback === undefined ? undefined : this.context.resolve(statusCallback)
    if (url !== undefined) reportProgress(this.call, { url, method, events }, this.context.services)
  }

  private tellWhoAnswered(): void {
    const { call, context, party } = this
    const { services } = context
    const { detection } = party
    if (!detection) return
    watchAnsweredBy(call, detection, (answeredBy) => {
      services.keepAnsweredBy?.(call, answeredBy.AnsweredBy)
      const { url, method } = detection.callback
      const parameters = answeredByFields(call, services.dialect, answeredBy)
      context.notify(url, { call, event: 'amd', method, parameters })
    })
  }

  private async prepare(): Promise<boolean> {
    const { sendDigits, url } = this.party
    if (sendDigits !== undefined) {
      await this.call.announce({ kind: 'digits', digits: sendDigits, pressMs: PRESS_MS }).ended
    }
    if (url !== undefined && !(await this.whisper(url))) return false
    return this.call.state === 'answered'
  }

  /** Runs the party's document. @returns whether the two may be joined after it */
  private async whisper(address: string): Promise<boolean> {
    const { call, context, party } = this
    const url = context.resolve(address)
    if (url === undefined) return true
    const { dialect } = context.services
    const request = { url, method: party.method, parameters: dialect.parameters(call) }
    const outcome = await context.run(
      { request },
      {
        call,
        memory: {
          cookies: new CookieJar(),
          activities: new Activities(),
          fallback: undefined,
          parameters: {},
        },
        signal: this.follow.controller.signal,
        verbs: whisperVerbs,
        parameters: undefined,
      },
    )
    if (outcome === 'failed') call.hangup('its document failed')
    return outcome === 'finished'
  }
}

/** Who the called party sees: whoever talks to the relay on the other side. */
function callerIdOf({ direction, facts }: CallControl): string {
  return direction === 'inbound' ? facts.from : facts.to
}
