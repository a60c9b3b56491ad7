import { type ToggleEvent, useState } from 'react'
import { ApiError, ask } from '../../api/client.js'
import type { Execution, FlowStep } from '../../api/flow-types.js'
import { text } from '../../messages.js'
import { clock } from '../../model/format.js'
import { Body, Failure } from '../../parts/small.js'

interface RunProps {
  readonly execution: Execution
  readonly steps: readonly FlowStep[]
  /** Name of the chosen widget, whose steps are marked. */
  readonly widget: string
}

/** One execution: where it is, and how it came there. */
export function Run({ execution, steps, widget }: RunProps) {
  const { sid, callSid, initiatedBy, position, endReason, createdAt, contactChannelAddress } = execution
  return (
    <section aria-label={text.flows.run}>
      <h2>{contactChannelAddress || sid}</h2>
      <p className="position" role="status">
        {position === null ? text.flows.over(endReason ?? '') : text.flows.at(position)}
      </p>
      <p>
        {callSid !== null && <a href={`#/calls/${callSid}`}>{text.flows.call}</a>}
        {initiatedBy.startsWith('FN') && <span className="quiet">{text.flows.within(initiatedBy)}</span>}
      </p>
      <h3>{text.flows.steps}</h3>
      {steps.length === 0 && <p className="quiet">{text.flows.noSteps}</p>}
      <ol className="steps">
        {steps.map((step) => (
          <li key={step.sid} className={step.transitionedFrom === widget ? 'chosen' : undefined}>
            <StepRow step={step} zero={createdAt} callSid={callSid} />
          </li>
        ))}
      </ol>
    </section>
  )
}

interface StepRowProps {
  readonly step: FlowStep
  readonly zero: number
  readonly callSid: string | null
}

/** A step; its variables are read when they are asked for. */
function StepRow({ step, zero, callSid }: StepRowProps) {
  const [variables, setVariables] = useState<string>()
  const [error, setError] = useState<ApiError>()
  const toggled = (event: ToggleEvent<HTMLDetailsElement>): void => {
    if (!event.currentTarget.open || variables !== undefined) return
    ask(`/api/executions/${step.executionSid}/steps/${step.sid}/context`).then(
      (context) => setVariables(JSON.stringify(context, null, 2)),
      (thrown) => thrown instanceof ApiError && setError(thrown),
    )
  }
  const to = step.transitionedTo === 'Ended' ? text.flows.ended : step.transitionedTo
  const time = clock(step.createdAt - zero)
  return (
    <div className="row">
      {callSid === null ? (
        <span className="number">{time}</span>
      ) : (
        <a
          className="number"
          href={`#/calls/${callSid}?at=${step.createdAt}`}
          aria-label={text.call.goTo(time)}
        >
          {time}
        </a>
      )}
      <details onToggle={toggled}>
        <summary>
          {step.transitionedFrom} <em>{step.name}</em> → {to}
        </summary>
        {error && <Failure error={error} />}
        {variables === undefined ? (
          !error && <p className="quiet">{text.loading}</p>
        ) : (
          <Body>{variables}</Body>
        )}
      </details>
    </div>
  )
}
