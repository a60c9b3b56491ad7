/** What the app tells the relay, decoded from either dialect. */
export type RelayCommand = TextCommand | PlayCommand | SendDigitsCommand | LanguageCommand | EndCommand

/** Tokens to speak; `last` closes the talk cycle. `token` may be empty. */
export interface TextCommand {
  readonly type: 'text'
  readonly token: string
  readonly last: boolean
  readonly lang?: string
  readonly interruptible?: InterruptMode
  readonly preemptible?: boolean
}

/** Media to play: WAV or MP3 by http(s) or data URL. `loop` is at least 1 (the wire's 0 is already 1000). */
export interface PlayCommand {
  readonly type: 'play'
  readonly source: string
  readonly loop: number
  readonly interruptible?: InterruptMode
  readonly preemptible: boolean
}

/** Digits to send down the line: `0-9 A-D # *`, `w` waits 500 ms, `W` 1,000 ms. */
export interface SendDigitsCommand {
  readonly type: 'sendDigits'
  readonly digits: string
}

/** At least one of the two is there. */
export interface LanguageCommand {
  readonly type: 'language'
  readonly ttsLanguage?: string
  readonly transcriptionLanguage?: string
}

export interface EndCommand {
  readonly type: 'end'
  readonly handoffData?: string
}

/** What may cut the agent's speech. */
export type InterruptMode = 'none' | 'dtmf' | 'speech' | 'any'
