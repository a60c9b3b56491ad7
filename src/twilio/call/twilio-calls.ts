import type { CallControl, CallService } from '../../calls/index.js'
import {
  type AnsweredBy,
  answeredByFields,
  type Callback,
  type Instructions,
  type MachineDetection,
  type Twiml,
  twilioDialect,
  watchAnsweredBy,
} from '../../twiml/index.js'
import type { Method, VoiceSettings } from '../resources/voice.js'
import type { Recorder, RecordingWish } from './recorder.js'
import type { StatusReports, StatusWish } from './status.js'

/** What a call is to do. */
export type CallInstructions = Pick<Instructions, 'source' | 'fallback'> & {
  /** Fields of the requests about it: `ApplicationSid`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
}

/** How it is told who answered a call of the API. */
export interface DetectionWish extends MachineDetection {
  /** Whether the call goes on meanwhile. */
  readonly async: boolean
  readonly callback: { readonly url: string; readonly method: Method } | undefined
}

/** A call to make. Times are ms. */
export interface Placement {
  readonly to: string
  readonly from: string
  readonly fromDisplayName: string | undefined
  readonly instructions: CallInstructions
  readonly status: StatusWish | undefined
  readonly answerTimeoutMs: number
  readonly timeLimitMs: number | undefined
  /** Keys pressed once it is answered, before the instructions. */
  readonly sendDigits: string
  readonly machineDetection: DetectionWish | undefined
  readonly recording: RecordingWish | undefined
  readonly credentials: { readonly username: string; readonly password: string } | undefined
}

export interface TwilioCallsParts {
  readonly twiml: Twiml
  readonly status: StatusReports
  readonly recorder: Recorder
  /** Tells a call-back whose answer does not matter. */
  readonly notify: (callback: Callback) => void
  /** Writes down who answered a call. */
  readonly keepAnsweredBy: (call: CallControl, answeredBy: string) => void
}

/** ms a key of `SendDigits` sounds. */
const PRESS_MS = 200

/** Calls that follow TwiML: those that come in, and those that the API makes. */
export class TwilioCalls {
  constructor(private readonly parts: TwilioCallsParts) {}

  /** A call comes in, to a number or an application. */
  receive(call: CallControl, voice: VoiceSettings, applicationSid: string): void {
    const { status } = this.parts
    const parameters: Record<string, string> = applicationSid === '' ? {} : { ApplicationSid: applicationSid }
    if (voice.statusCallback !== '') {
      const { statusCallback: url, statusCallbackMethod: method } = voice
      status.report(call, { url, method, events: ['completed'] }, parameters)
    }
    this.follow(call, { ...instructionsOf(voice)!, parameters })
  }

  /** @throws ParleyError as `CallService.dial` */
  place(service: CallService, placement: Placement): CallControl {
    const { to, from, instructions, status, recording } = placement
    const call = service.dial({
      to,
      from,
      fromDisplayName: placement.fromDisplayName,
      answerTimeoutMs: placement.answerTimeoutMs,
      timeLimitMs: placement.timeLimitMs,
      credentials: placement.credentials,
      route: routeOf(instructions),
    })
    if (status) this.parts.status.report(call, status, instructions.parameters)
    call.observe({
      answered: () => {
        if (recording) this.parts.recorder.startWithCall(call, recording)
        this.begin(call, placement)
      },
    })
    return call
  }

  /** Other instructions, from now on. */
  follow(call: CallControl, instructions: CallInstructions): void {
    this.parts.twiml.run({ call, ...instructions })
  }

  /** The call is answered. */
  private begin(call: CallControl, { instructions, sendDigits, machineDetection }: Placement): void {
    if (sendDigits !== '') {
      const pressing = call.announce({ kind: 'digits', digits: sendDigits, pressMs: PRESS_MS })
      pressing.ended.then(() => this.followUnlessTold(call, instructions))
    } else if (!machineDetection) this.follow(call, instructions)
    else if (machineDetection.async) {
      this.follow(call, instructions)
      this.tellAnsweredBy(call, machineDetection)
    } else {
      this.watchAnsweredBy(call, machineDetection, (answeredBy) => {
        const parameters = { ...instructions.parameters, ...answeredBy }
        this.followUnlessTold(call, { ...instructions, parameters })
      })
    }
  }

  private tellAnsweredBy(call: CallControl, detection: DetectionWish): void {
    const { callback } = detection
    this.watchAnsweredBy(call, detection, (answeredBy) => {
      const parameters = answeredByFields(call, twilioDialect, answeredBy)
      if (callback) this.parts.notify({ call, event: 'amd', ...callback, parameters })
    })
  }

  /** Tells once who answered a call, and writes it down; nothing where the call ends first. */
  watchAnsweredBy(
    call: CallControl,
    detection: MachineDetection,
    told: (parameters: AnsweredBy) => void,
  ): void {
    watchAnsweredBy(call, detection, (parameters) => {
      this.parts.keepAnsweredBy(call, parameters.AnsweredBy)
      told(parameters)
    })
  }

  /** What a call does after a while, unless the API has given it something else meanwhile. */
  private followUnlessTold(call: CallControl, instructions: CallInstructions): void {
    if (call.state === 'answered' && !this.parts.twiml.runOf(call)) this.follow(call, instructions)
  }
}

/** What a number or an application has calls do; undefined where it has no URL. */
export function instructionsOf(voice: VoiceSettings): CallInstructions | undefined {
  if (voice.voiceUrl === '') return undefined
  return instructions(voice.voiceUrl, voice.voiceMethod, voice.voiceFallbackUrl, voice.voiceFallbackMethod)
}

export function instructions(
  url: string,
  method: Method,
  fallbackUrl: string,
  fallbackMethod: Method,
): CallInstructions {
  return {
    source: { url, method },
    ...(fallbackUrl !== '' && { fallback: { url: fallbackUrl, method: fallbackMethod } }),
  }
}

function routeOf({ source }: CallInstructions): string {
  return 'url' in source ? source.url : 'twiml'
}
