import type { CallEnd, CallProblem } from '../store/index.js'

/** What counts as wrong in a call beside the errors of the error table; the console has a sentence for each. */
export type ProblemCode =
  | 'call_failed'
  | 'call_unanswered'
  | 'audio_poor'
  | 'webhook_failed'
  | 'frame_invalid'
  | 'watchdog'
  | 'warning'
  | 'app_away'

/** Estimated opinion (1 to 4.5) below which listeners complain. */
const poorOpinion = 3.6
/** Kinds of problems kept of a call. */
const most = 20
/** Characters kept of a detail. */
const mostDetail = 300

/** The problems of one call: each kind once, with how often it came. */
export class Problems {
  private readonly found = new Map<string, CallProblem>()

  add(severity: CallProblem['severity'], code: string, detail: string): void {
    const known = this.found.get(code)
    if (!known && this.found.size >= most) return
    const count = (known?.count ?? 0) + 1
    this.found.set(code, { severity, code, count, detail: known?.detail ?? detail.slice(0, mostDetail) })
  }

  /** Null where there are none. */
  get list(): readonly CallProblem[] | null {
    return this.found.size === 0 ? null : [...this.found.values()]
  }
}

/** What a call's end says about it; undefined for a call that went as calls go. */
export function problemOfEnd({ status, endReason, endCause, sipStatus }: CallEnd): CallProblem | undefined {
  const detail = [endReason, endCause, sipStatus && `SIP ${sipStatus}`].filter(Boolean).join(', ')
  if (status === 'failed') return { severity: 'error', code: 'call_failed', count: 1, detail }
  if (status === 'busy' || status === 'no-answer')
    return { severity: 'warning', code: 'call_unanswered', count: 1, detail }
  return undefined
}

/** What the figures of its RTP say; undefined where it sounded well. */
export function problemOfAudio(quality: {
  readonly mos: number
  readonly received: { readonly packets: number; readonly lost: number }
}): CallProblem | undefined {
  const { mos, received } = quality
  if (received.packets === 0 || mos >= poorOpinion) return undefined
  const lost = (100 * received.lost) / (received.packets + received.lost)
  const detail = `MOS ${mos.toFixed(1)}, ${lost.toFixed(1)} % of packets lost`
  return { severity: 'warning', code: 'audio_poor', count: 1, detail }
}
