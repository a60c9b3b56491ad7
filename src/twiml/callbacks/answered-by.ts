import type { CallControl } from '../../calls/index.js'
import type { Answerer, AnswerFinding, AnswerWish } from '../../media/index.js'
import type { TwimlDialect } from '../dialects/dialect.js'

/** How it is told who answered (https://www.twilio.com/docs/voice/answering-machine-detection). Times are ms. */
export interface MachineDetection {
  /** `DetectMessageEnd` waits for the end of a machine's greeting. */
  readonly mode: 'Enable' | 'DetectMessageEnd'
  readonly timeoutMs: number
  readonly speechThresholdMs: number
  readonly speechEndThresholdMs: number
  readonly silenceTimeoutMs: number
}

/** The parameters that tell of it. */
export type AnsweredBy = Readonly<Record<'AnsweredBy' | 'MachineDetectionDuration', string>>

/** Tells once who answered; nothing where the call ends first. */
export function watchAnsweredBy(
  call: CallControl,
  detection: MachineDetection,
  told: (parameters: AnsweredBy) => void,
): void {
  const tell = (by: string, afterMs: number): void => {
    watch.stop()
    told({ AnsweredBy: by, MachineDetectionDuration: String(afterMs) })
  }
  const watch = call.watchAnswer(wishOf(detection), (finding) => {
    const by = nameOf(finding, detection.mode)
    if (by !== undefined) tell(by, finding.afterMs)
  })
}

/** Fields of the call-back that tells of it while the call goes on. */
export function answeredByFields(
  call: CallControl,
  dialect: TwimlDialect,
  answeredBy: AnsweredBy,
): Readonly<Record<string, string>> {
  return { AccountSid: dialect.accountSid(call), CallSid: dialect.callSid(call), ...answeredBy }
}

const names: Readonly<Record<Answerer, string>> = {
  human: 'human',
  fax: 'fax',
  machine: 'machine_start',
  silence: 'unknown',
  unsure: 'unknown',
}
const ends = {
  beep: 'machine_end_beep',
  silence: 'machine_end_silence',
  timeout: 'machine_end_other',
} as const

/** @returns undefined for what is not to be told yet */
function nameOf(finding: AnswerFinding, mode: MachineDetection['mode']): string | undefined {
  if (finding.kind === 'greeting-ended') return ends[finding.how]
  return finding.by === 'machine' && mode === 'DetectMessageEnd' ? undefined : names[finding.by]
}

/** Twilio counts no words. */
const anyNumber = Number.MAX_SAFE_INTEGER

function wishOf(detection: MachineDetection): AnswerWish {
  const { mode, timeoutMs, speechThresholdMs, speechEndThresholdMs, silenceTimeoutMs } = detection
  return {
    silenceThreshold: 256,
    initialSilenceMs: silenceTimeoutMs,
    greetingMs: speechThresholdMs,
    afterGreetingSilenceMs: speechEndThresholdMs,
    betweenWordsMs: 50,
    mostWords: anyNumber,
    longestWordMs: anyNumber,
    totalMs: timeoutMs,
    greetingEnd: mode === 'Enable' ? undefined : { silenceMs: 2000, totalMs: timeoutMs },
  }
}
