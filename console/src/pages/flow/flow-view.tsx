import { useMemo, useState, useSyncExternalStore } from 'react'
import { FlowStore } from '../../api/flow-store.js'
import type { Execution, FlowFacts } from '../../api/flow-types.js'
import { text } from '../../messages.js'
import { wayOf, whereNow } from '../../model/flow-run.js'
import { moment } from '../../model/format.js'
import { Failure, LiveSign } from '../../parts/small.js'
import { useTitle } from '../../parts/title.js'
import { FlowGraph } from './flow-graph.js'
import { Run } from './run.js'
import { WidgetFacts } from './widget-facts.js'

interface FlowViewProps {
  readonly sid: string
  readonly query: URLSearchParams
}

/** A flow's graph, with the way of one execution, or with where all of them are now. */
export function FlowView({ sid, query }: FlowViewProps) {
  const chosen = query.get('execution') ?? ''
  const store = useMemo(() => new FlowStore(sid, chosen), [sid, chosen])
  const { detail, executions, more, steps, live, error } = useSyncExternalStore(store.subscribe, store.get)
  const [widget, setWidget] = useState('')
  const way = useMemo(() => wayOf(steps ?? []), [steps])
  const execution = executions.find((one) => one.sid === chosen)
  const here = useMemo(() => whereNow(execution ? [execution] : executions), [execution, executions])
  const { graph, flow } = detail ?? {}
  useTitle(flow?.friendlyName ?? text.flows.title)
  const node = graph?.nodes.find(({ name }) => name === widget)
  return (
    <>
      <p>
        <a href="#/flows">← {text.flows.back}</a>
      </p>
      {error && <Failure error={error} />}
      {!flow && !error && <p className="quiet">{text.loading}</p>}
      {flow && (
        <>
          <div className="title">
            <h1>{flow.friendlyName}</h1>
            <LiveSign state={live} />
          </div>
          <Facts flow={flow} />
        </>
      )}
      {graph && (
        <div className="flow">
          <section aria-label={text.flows.graph}>
            <p className="quiet">{text.flows.hint}</p>
            <FlowGraph graph={graph} way={way} here={here} chosen={widget} choose={setWidget} />
            {node && <WidgetFacts node={node} graph={graph} />}
          </section>
          <div>
            {execution && steps && <Run execution={execution} steps={steps} widget={widget} />}
            <Executions sid={sid} executions={executions} chosen={chosen} />
            {more && (
              <button type="button" onClick={store.more}>
                {text.flows.earlier}
              </button>
            )}
          </div>
        </div>
      )}
    </>
  )
}

function Facts({ flow }: { readonly flow: FlowFacts }) {
  const { sid, numbers, revision, status, commitMessage, errors } = flow
  return (
    <>
      <dl className="facts">
        {numbers.length > 0 && (
          <div>
            <dt>{text.flows.columns.numbers}</dt>
            <dd>{numbers.join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>{text.flows.columns.revision}</dt>
          <dd>
            {revision} ({text.flows.status[status]}){commitMessage && `: ${commitMessage}`}
          </dd>
        </div>
        <div>
          <dt>{text.call.identifiers}</dt>
          <dd>{sid}</dd>
        </div>
      </dl>
      {errors.length > 0 && (
        <div className="failure">
          <p>{text.flows.noGraph}</p>
          <ul>
            {errors.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}

interface ExecutionsProps {
  readonly sid: string
  readonly executions: readonly Execution[]
  readonly chosen: string
}

function Executions({ sid, executions, chosen }: ExecutionsProps) {
  return (
    <section aria-label={text.flows.executions}>
      <h2>{text.flows.executions}</h2>
      {executions.length === 0 && <p className="quiet">{text.flows.noExecutions}</p>}
      <ul className="executions">
        {executions.map((one) => (
          <li key={one.sid}>
            <a
              href={`#/flows/${sid}?execution=${one.sid}`}
              aria-current={one.sid === chosen ? 'true' : undefined}
            >
              {one.contactChannelAddress || one.sid}
            </a>{' '}
            <span className={`sign ${one.status === 'active' ? 'going' : 'good'}`}>
              {text.flows.executionStatus[one.status]}
            </span>
            <span className="quiet">{moment(one.createdAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
