import type { TimelineEvent } from '../api/types.js'

/** A stretch of speech; ms since the Unix epoch. */
export interface Stretch {
  readonly who: 'caller' | 'agent'
  readonly from: number
  readonly to: number
}

const begins = { start_of_customer_speech: 'caller', start_of_agent_speech: 'agent' } as const
const ends = { end_of_customer_speech: 'caller', end_of_agent_speech: 'agent' } as const

/** Who spoke when, for a call without a recording. @param until where speech that has not ended is drawn to */
export function stretchesOf(events: readonly TimelineEvent[], until: number): Stretch[] {
  const stretches: Stretch[] = []
  const since: { caller?: number | undefined; agent?: number | undefined } = {}
  for (const { name, at } of events) {
    const beginner = begins[name as keyof typeof begins]
    const ender = ends[name as keyof typeof ends]
    if (beginner) since[beginner] ??= at
    if (!ender) continue
    const from = since[ender]
    if (from !== undefined) stretches.push({ who: ender, from, to: at })
    since[ender] = undefined
  }
  for (const who of ['caller', 'agent'] as const) {
    const from = since[who]
    if (from !== undefined) stretches.push({ who, from, to: Math.max(from, until) })
  }
  return stretches
}
