import type { TimelineEvent } from '../api/types.js'

/** Adds events to others, each once, in order of time; `more` comes in order. */
export function merged(events: readonly TimelineEvent[], more: readonly TimelineEvent[]): TimelineEvent[] {
  const known = new Map<string, number>()
  for (const { sessionId, sequenceNumber } of events)
    known.set(sessionId, Math.max(known.get(sessionId) ?? 0, sequenceNumber))
  const news = more.filter(({ sessionId, sequenceNumber }) => sequenceNumber > (known.get(sessionId) ?? 0))
  if (news.length === 0) return events as TimelineEvent[]
  const all = [...events, ...news]
  return news[0]!.at < (events.at(-1)?.at ?? 0) ? all.sort((a, b) => a.at - b.at) : all
}

/** Adds a page of a session's events to others. News of the session that came meanwhile are later than it. */
export function withPage(
  events: readonly TimelineEvent[],
  session: string,
  page: readonly TimelineEvent[],
): TimelineEvent[] {
  const [first, last] = [page[0]?.sequenceNumber, page.at(-1)?.sequenceNumber]
  if (first === undefined || last === undefined) return events as TimelineEvent[]
  const others = events.filter(
    ({ sessionId, sequenceNumber }) =>
      sessionId !== session || sequenceNumber < first || sequenceNumber > last,
  )
  return [...others, ...page].sort((a, b) => a.at - b.at || a.sequenceNumber - b.sequenceNumber)
}
