import { textIn } from '../../../../src/session/timeline-notes.js'
import type { CallProblem, CallRecord, TimelineEvent, Traces, Webhook } from '../../api/types.js'
import { text } from '../../messages.js'
import { explained } from '../../model/problems.js'
import { Moment } from '../../parts/player.js'

interface ProblemsViewProps {
  readonly call: CallRecord
  readonly events: readonly TimelineEvent[]
  readonly traces: Traces | undefined
}

/** Moments of a problem that are linked. */
const mostMoments = 20

/** What went wrong, what it means and what to do about it. */
export function ProblemsView({ call, events, traces }: ProblemsViewProps) {
  const { notices = [], webhooks = [] } = traces ?? {}
  const problems = call.problems ?? []
  if (problems.length === 0 && notices.length === 0) return <p className="quiet">{text.problems.none}</p>
  return (
    <ul className="problems">
      {problems.map((problem) => (
        <ProblemRow
          key={problem.code}
          problem={problem}
          at={momentsOf(problem.code, call, events, webhooks)}
        />
      ))}
      {notices.map(({ id, at, level, number, message }) => (
        <li key={id} className={level}>
          <h3>
            {text.problems.twilio(number)} <Moment at={at} />
          </h3>
          <p>{message}</p>
        </li>
      ))}
    </ul>
  )
}

function ProblemRow({ problem, at }: { readonly problem: CallProblem; readonly at: readonly number[] }) {
  const { code, severity, count, detail, meaning, remedy, twilio, telnyx } = explained(problem)
  return (
    <li className={severity}>
      <h3>
        {meaning} {count > 1 && <span className="count">{text.problems.times(count)}</span>}
      </h3>
      {detail && <p>{detail}</p>}
      {remedy && (
        <p>
          <strong>{text.problems.remedy}:</strong> {remedy}
        </p>
      )}
      <p className="quiet">
        {[
          text.problems.code(code),
          twilio !== undefined && text.problems.twilio(twilio),
          telnyx !== undefined && text.problems.telnyx(telnyx),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {at.slice(0, mostMoments).map((moment) => (
        <Moment key={moment} at={moment} />
      ))}
    </li>
  )
}

/** When it happened; what a call is found to be when it is over happened at its end. */
function momentsOf(
  code: string,
  { endedAt, startedAt }: CallRecord,
  events: readonly TimelineEvent[],
  webhooks: readonly Webhook[],
): number[] {
  const moments =
    code === 'webhook_failed'
      ? webhooks.filter(({ status }) => status === 'failed').map((one) => one.finishedAt ?? one.createdAt)
      : events.filter((event) => isOf(code, event)).map(({ at }) => at)
  return moments.length > 0 ? moments : [endedAt ?? startedAt]
}

function isOf(code: string, event: TimelineEvent): boolean {
  if (event.name === 'error_event') return textIn(event, 'error', 'code') === code
  if (event.name === 'frame_received') return code === 'frame_invalid' && 'invalid' in event.data
  return event.name === code
}
