/** What a scripted caller does next. */
export type CallerStep =
  /** Speaks. @see pcm mono 16-bit at the leg's rate */
  | { readonly do: 'say'; readonly pcm: Int16Array }
  | { readonly do: 'silence'; readonly ms: number }
  /** Presses keys: 100 ms each with 100 ms between; `w` waits 500 ms, `W` 1,000 ms. */
  | { readonly do: 'digits'; readonly digits: string }
  /**
   * Waits until the agent has spoken since the caller last fell silent, and is silent itself for `quietMs` (800); or
   * until `timeoutMs` (15,000) have passed.
   */
  | { readonly do: 'await-agent'; readonly quietMs?: number; readonly timeoutMs?: number }
  /** Waits until the agent begins to speak, or `timeoutMs` (15,000) have passed: the moment to barge in. */
  | { readonly do: 'await-speech'; readonly timeoutMs?: number }
  | { readonly do: 'hangup' }

const frameMs = 20
const quietMs = 800
const timeoutMs = 15_000

/** What a caller at work needs of its phone. */
export interface CallerPhone {
  press(digits: string): Promise<void>
  hangup(): void
}

/**
 * Goes through a script at 20 ms a tick. Steps are taken from the script as they are needed: a generator may decide by what
 * happened meanwhile. At its end the caller stays silent on the line.
 */
export class CallerScript {
  private readonly steps: Iterator<CallerStep>
  private step: CallerStep | undefined
  /** ms spent, or samples spoken, on the step. */
  private spent = 0
  private agentSpeaking = false
  private agentSpoke = false
  private agentQuietMs = 0
  private pressing = false

  constructor(
    script: Iterable<CallerStep>,
    private readonly phone: CallerPhone,
    private readonly onStep: (step: CallerStep) => void,
  ) {
    this.steps = script[Symbol.iterator]()
  }

  /** Tells what the agent did in the tick before. */
  agent(speaking: boolean): void {
    this.agentSpeaking = speaking
    this.agentSpoke ||= speaking
    this.agentQuietMs = speaking ? 0 : this.agentQuietMs + frameMs
  }

  /** Fills one frame with what the caller says. @returns false when it is silence */
  fill(frame: Int16Array): boolean {
    frame.fill(0)
    // Steps that take no time follow one another within the tick; a script of nothing else must not hang the process.
    for (let turns = 0; turns < 100; turns++) {
      this.step ??= this.nextStep()
      if (!this.step) return false
      const { step } = this
      if (step.do === 'say' && this.spent < step.pcm.length) {
        for (let i = 0; i < frame.length; i++) frame[i] = step.pcm[this.spent++] ?? 0
        return true
      }
      if (step.do !== 'say' && this.isWaiting(step)) {
        this.spent += frameMs
        return false
      }
      // Speech that the caller cut short is no answer.
      if (step.do === 'say') this.agentSpoke = false
      this.step = undefined
    }
    return false
  }

  private isWaiting(step: Exclude<CallerStep, { do: 'say' }>): boolean {
    switch (step.do) {
      case 'silence':
        return this.spent < step.ms
      case 'digits':
        return this.pressing
      case 'await-agent':
        if (this.agentSpoke && this.agentQuietMs >= (step.quietMs ?? quietMs)) return false
        return this.spent < (step.timeoutMs ?? timeoutMs)
      case 'await-speech':
        return !this.agentSpeaking && this.spent < (step.timeoutMs ?? timeoutMs)
      case 'hangup':
        return false
    }
  }

  private nextStep(): CallerStep | undefined {
    const { value, done } = this.steps.next()
    if (done) return undefined
    const step: CallerStep = value
    this.spent = 0
    this.onStep(step)
    if (step.do === 'digits') this.startPressing(step.digits)
    if (step.do === 'hangup') this.phone.hangup()
    return step
  }

  private startPressing(digits: string): void {
    this.agentSpoke = false
    this.pressing = true
    this.phone.press(digits).then(() => {
      this.pressing = false
    })
  }
}
