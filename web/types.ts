/** Where a call's sound comes from. A string is the URL of a WAV, unless it is one of the two words. */
export type AudioInput =
  | 'microphone'
  | 'none'
  | { readonly deviceId: string }
  | MediaStream
  | Blob
  | ArrayBuffer
  | (string & {})

/** Where a call's sound goes; `false`: nowhere. */
export type AudioOutput = { readonly deviceId: string } | HTMLAudioElement | false | undefined

/** A token, or what fetches one when it is needed. */
export type TokenSource = string | (() => string | Promise<string>)

export interface SoundOptions {
  readonly input?: AudioInput
  readonly output?: AudioOutput
}

export interface RelayOptions {
  /** The relay's HTTP address; where this module came from unless told. */
  readonly url?: string
  readonly token?: TokenSource
}

export interface CallOptions extends RelayOptions, SoundOptions {
  /** Number, route, phone or client; the token's unless told. */
  readonly to?: string
  /** Who the relay says is calling. */
  readonly from?: string
  /** Become `X-…` header lines of the call. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Gives the call up, as `hangup` does. */
  readonly signal?: AbortSignal
}

export type PhoneState = 'connecting' | 'ringing' | 'answered' | 'reconnecting' | 'ended'

/** How a call ended, as the relay's records have it. */
export interface PhoneEnding {
  readonly status: 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed'
  readonly by: 'caller' | 'callee' | 'relay' | 'network'
  readonly cause: string
  readonly reason: string
}

/** Figures of one direction. Undefined: not known yet. */
export interface StreamQuality {
  /** Share of packets lost since the last report, 0 to 1. */
  readonly loss: number | undefined
  readonly jitterMs: number | undefined
  readonly packets: number | undefined
}

export interface Quality {
  /** What this browser hears. */
  readonly received: StreamQuality
  /** What the relay hears, as it reports by RTCP. */
  readonly sent: StreamQuality
  readonly roundTripMs: number | undefined
}

export interface PhoneEvents {
  readonly state: PhoneState
  readonly ended: PhoneEnding
  /** Every 2 s while the call is connected. */
  readonly quality: Quality
}

/** Hears of one kind of event; returns what ends that. */
export type On<Events> = <Name extends keyof Events>(
  name: Name,
  handler: (value: Events[Name]) => void,
) => () => void

/** A call in the browser. Everything is safe after the end: it does nothing. */
export interface Phone {
  readonly state: PhoneState
  /** The call in the relay's records; '' before the relay has told it. */
  readonly callSid: string
  readonly from: string
  readonly to: string
  readonly ending: PhoneEnding | undefined
  readonly on: On<PhoneEvents>
  hangup(): void
  /** Keys `0-9 * # A-D`. */
  press(digits: string): void
  readonly muted: boolean
  mute(on: boolean): void
  /** 0 to 1. */
  volume: number
  /** @throws PhoneError `microphone_refused` */
  setInput(input: AudioInput): Promise<void>
  setOutput(output: AudioOutput): Promise<void>
  /** Plays a WAV into the call, beside the input. Resolves at its end, or that of the call. */
  play(wav: string | Blob | ArrayBuffer): Promise<void>
  /** The relay speaks a text as the caller. Resolves when it was said, or cannot be. */
  say(text: string, options?: SayOptions): Promise<void>
  /** RMS of the last 20 ms or so, 0 to 1 on a scale that suits meters. */
  levels(): { readonly input: number; readonly output: number }
  quality(): Promise<Quality>
}

export interface SayOptions {
  /** BCP-47; en-US unless told. */
  readonly language?: string
  readonly voice?: string
}

export interface RegisterOptions extends RelayOptions {
  readonly name: string
}

export interface LineEvents {
  readonly state: LineState
  readonly incoming: IncomingPhone
  /** The relay refuses the registration; it is not tried again. */
  readonly failed: Error & { readonly code: string }
}

export type LineState = 'connecting' | 'registered' | 'closed'

/** A registration: this page can be called by a name. */
export interface PhoneLine {
  readonly name: string
  readonly state: LineState
  readonly on: On<LineEvents>
  close(): void
}

/** Why an incoming call no longer rings. */
export type GoneReason = 'canceled' | 'answered-elsewhere' | 'accepted' | 'rejected'

/** A call that rings here. */
export interface IncomingPhone {
  readonly from: string
  readonly to: string
  readonly callerName: string
  readonly callSid: string
  readonly parameters: Readonly<Record<string, string>>
  readonly on: On<{ readonly gone: GoneReason }>
  accept(options?: SoundOptions): Promise<Phone>
  reject(): void
}

export interface PhoneDevices {
  readonly inputs: readonly MediaDeviceInfo[]
  readonly outputs: readonly MediaDeviceInfo[]
}
