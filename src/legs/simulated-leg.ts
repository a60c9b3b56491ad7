import { rms } from '../audio/index.js'
import { CallerScript, type CallerStep } from './caller-script.js'
import { DigitSender } from './digit-sender.js'
import { PacedLeg, type PacedLegOptions } from './paced-leg.js'

/** Agent audio at or above this level (RMS of a frame, about -50 dBFS) counts as speaking. */
const speakingRms = 100

export interface SimulatedLegOptions extends PacedLegOptions {
  readonly script: Iterable<CallerStep>
  /** The caller hung up: the leg is closed already. */
  readonly hungUp?: () => void
  /** The caller goes on to a step of the script. */
  readonly step?: (step: CallerStep) => void
}

/** A scripted caller in the process: no network, no codec. Runs in the time of the pacer's clock, real or simulated. */
export class SimulatedLeg extends PacedLeg {
  /** Keys that the agent sent, in order. */
  digitsReceived = ''
  private readonly script: CallerScript
  private readonly keys = new DigitSender()
  private readonly never = new AbortController().signal
  private readonly heardFrames: Int16Array[] = []

  constructor(private readonly options: SimulatedLegOptions) {
    super(options)
    const phone = {
      press: (digits: string) => this.keys.send(digits, this.never),
      hangup: () => this.hangup(),
    }
    this.script = new CallerScript(options.script, phone, (step) => options.step?.(step))
  }

  /** What the caller has heard since the beginning, at the leg's rate. */
  heard(): Int16Array {
    const samples = this.sampleRate / 50
    const all = new Int16Array(this.heardFrames.length * samples)
    this.heardFrames.forEach((frame, n) => {
      all.set(frame, n * samples)
    })
    return all
  }

  /** Ends the leg from outside: the agent's side hung up. */
  close(): void {
    this.stop('closed')
    this.keys.close()
  }

  protected hear(frame: Int16Array): boolean {
    this.script.fill(frame)
    const key = this.keys.tick()
    if (key !== undefined) this.listener?.digit(key, false)
    return false
  }

  protected speak(frame: Int16Array): void {
    this.script.agent(rms(frame) >= speakingRms)
    this.heardFrames.push(frame.slice())
  }

  protected press(digit: string): void {
    this.digitsReceived += digit
  }

  protected missed(ticks: number): void {
    // The line was quiet while the thread stood still.
    for (let n = 0; n < ticks; n++) this.heardFrames.push(new Int16Array(this.sampleRate / 50))
  }

  private hangup(): void {
    this.close()
    this.options.hungUp?.()
  }
}
