import { useEffect, useMemo, useState } from 'react'
import { ApiError, ask, query } from '../api/client.js'
import type { MeasuredTurn } from '../api/types.js'
import { text } from '../messages.js'
import {
  type Group,
  type GroupKey,
  groupsOf,
  histogramOf,
  overTime,
  type StageName,
  stages,
  summaryOf,
} from '../model/distribution.js'
import { duration, moment } from '../model/format.js'
import { Chart, type Series } from '../parts/chart.js'
import { Failure } from '../parts/small.js'
import { useTitle } from '../parts/title.js'

const hourMs = 3_600_000
const ranges = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs, all: undefined } as const
/** Slowest turns that are listed. */
const mostSlow = 25

interface Loaded {
  readonly turns: readonly MeasuredTurn[]
  readonly complete: boolean
}

/** How long answers take, and where the time goes. */
export default function LatencyPage() {
  useTitle(text.latency.title)
  const [range, setRange] = useState<keyof typeof ranges>('day')
  const [key, setKey] = useState<GroupKey>('app')
  const [stage, setStage] = useState<StageName>('totalMs')
  const [chosen, setChosen] = useState<string>()
  const [loaded, setLoaded] = useState<Loaded>()
  const [error, setError] = useState<ApiError>()
  useEffect(() => {
    let current = true
    const width = ranges[range]
    ask<Loaded>(`/api/turns${query({ from: width && Date.now() - width, limit: 20_000 })}`).then(
      (answer) => current && setLoaded(answer),
      (thrown) => current && thrown instanceof ApiError && setError(thrown),
    )
    return () => {
      current = false
    }
  }, [range])
  const groups = useMemo(() => groupsOf(loaded?.turns ?? [], key), [loaded, key])
  const group = groups.find(({ name }) => name === chosen)
  const turns = group?.turns ?? loaded?.turns ?? []
  return (
    <>
      <h1>{text.latency.title}</h1>
      <p className="quiet">{text.latency.explain}</p>
      <div className="filters">
        <Choice label={text.latency.range} value={range} choose={setRange} names={text.latency.ranges} />
        <Choice label={text.latency.stage} value={stage} choose={setStage} names={text.latency.stages} />
        <Choice label={text.latency.group} value={key} choose={setKey} names={text.latency.groups} />
      </div>
      {error && <Failure error={error} />}
      {loaded && !loaded.complete && <p className="quiet">{text.latency.incomplete}</p>}
      {loaded && turns.length === 0 && <p className="quiet">{text.latency.empty}</p>}
      {turns.length > 0 && (
        <>
          <Groups groups={groups} all={loaded!.turns} stage={stage} chosen={group?.name} choose={setChosen} />
          <Charts turns={turns} stage={stage} />
          <Slowest turns={turns} stage={stage} />
        </>
      )}
    </>
  )
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly choose: (value: Value) => void
  readonly names: Readonly<Record<Value, string>>
}

function Choice<Value extends string>({ label, value, choose, names }: ChoiceProps<Value>) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ target }) => choose(target.value as Value)}>
        {Object.entries<string>(names).map(([name, shown]) => (
          <option key={name} value={name}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  )
}

interface GroupsProps {
  readonly groups: readonly Group[]
  readonly all: readonly MeasuredTurn[]
  readonly stage: StageName
  readonly chosen: string | undefined
  readonly choose: (name: string | undefined) => void
}

/** A line for each group; one can be chosen for all that is below. */
function Groups({ groups, all, stage, chosen, choose }: GroupsProps) {
  const { count, median, p90, p99, longest } = text.latency
  const row = (name: string | undefined, label: string, turns: readonly MeasuredTurn[]) => {
    const summary = summaryOf(turns, stage)
    return (
      <tr key={name ?? '*all'} className={name === chosen ? 'chosen' : undefined}>
        <th scope="row">
          <button type="button" className="link" aria-pressed={name === chosen} onClick={() => choose(name)}>
            {label}
          </button>
        </th>
        <td>{turns.length}</td>
        {summary
          ? [summary.median, summary.p90, summary.p99, summary.longest].map((ms, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
              <td key={index}>{duration(ms)}</td>
            ))
          : null}
      </tr>
    )
  }
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            {['', count, median, p90, p99, longest].map((name) => (
              <th key={name} scope="col">
                {name || <span className="hidden">{text.latency.group}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row(undefined, text.latency.all, all)}
          {groups.map(({ name, turns }) => row(name, name || text.default, turns))}
        </tbody>
      </table>
    </div>
  )
}

function Charts({ turns, stage }: { readonly turns: readonly MeasuredTurn[]; readonly stage: StageName }) {
  const histogram = useMemo(() => {
    const { from, counts } = histogramOf(turns, stage)
    const bars: Series[] = [{ label: text.latency.count, colour: '--accent', values: counts, bars: true }]
    return { x: from, bars }
  }, [turns, stage])
  const course = useMemo(() => {
    const { at, median, p90 } = overTime(turns, stage)
    const lines: Series[] = [
      { label: text.latency.median, colour: '--accent', values: median },
      { label: text.latency.p90, colour: '--caller', values: p90 },
    ]
    return { x: at, lines }
  }, [turns, stage])
  return (
    <div className="charts">
      <section>
        <h2>{text.latency.distribution}</h2>
        <Chart label={text.latency.distribution} x={histogram.x} series={histogram.bars} steps />
      </section>
      <section>
        <h2>{text.latency.overTime}</h2>
        <Chart label={text.latency.overTime} x={course.x} series={course.lines} unit=" ms" />
      </section>
    </div>
  )
}

function Slowest({ turns, stage }: { readonly turns: readonly MeasuredTurn[]; readonly stage: StageName }) {
  const slowest = useMemo(
    () => [...turns].sort((a, b) => (b[stage] ?? -1) - (a[stage] ?? -1)).slice(0, mostSlow),
    [turns, stage],
  )
  return (
    <section>
      <h2>{text.latency.slowest}</h2>
      <div className="table">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.latency.said}</th>
              {stages.map((name) => (
                <th key={name} scope="col">
                  {text.latency.stages[name]}
                </th>
              ))}
              <th scope="col">{text.calls.columns.started}</th>
            </tr>
          </thead>
          <tbody>
            {slowest.map((turn) => (
              <tr key={`${turn.sessionId} ${turn.number}`}>
                <th scope="row">
                  <a href={`#/calls/${turn.callSid}?tab=turns&at=${turn.at - (turn.transcriptMs ?? 0)}`}>
                    {turn.text || '…'}
                  </a>
                </th>
                {stages.map((name) => (
                  <td key={name}>{turn[name] === null ? '' : duration(turn[name])}</td>
                ))}
                <td>{moment(turn.at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
