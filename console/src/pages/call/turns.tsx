import { text } from '../../messages.js'
import { duration } from '../../model/format.js'
import { stagesOf, type TurnMoments } from '../../model/turns.js'
import { Moment } from '../../parts/player.js'
import { VirtualList } from '../../parts/virtual-list.js'

/** Each turn as a waterfall: what the time between the caller's last sound and the answer went to. */
export function Turns({ turns }: { readonly turns: readonly TurnMoments[] }) {
  if (turns.length === 0) return <p className="quiet">{text.turns.empty}</p>
  const longest = Math.max(500, ...turns.map(totalOf))
  return (
    <>
      <dl className="legend">
        {(['transcript', 'app', 'speech'] as const).map((name) => (
          <div key={name}>
            <dt className={`key ${name}`}>{text.turns.stages[name]}</dt>
            <dd className="quiet">{text.turns.explain[name]}</dd>
          </div>
        ))}
      </dl>
      <VirtualList
        label={text.call.tabs.turns}
        items={turns}
        keyOf={({ id }) => id}
        estimate={56}
        row={(turn) => <TurnRow turn={turn} longest={longest} />}
      />
    </>
  )
}

function TurnRow({ turn, longest }: { readonly turn: TurnMoments; readonly longest: number }) {
  const stages = stagesOf(turn)
  const total = duration(totalOf(turn))
  const answered = turn.firstAudioAt !== undefined
  return (
    <div className="turn">
      <Moment at={turn.speechEndedAt} />
      <span className="said">{turn.text}</span>
      <span className="took">{answered ? total : text.turns.unanswered}</span>
      <div className="bars" role="img" aria-label={text.turns.chart(turn.text, total)}>
        {stages.map(({ name, from, ms }) => (
          <span
            key={name}
            className={`bar ${name}`}
            style={{ left: `${(100 * from) / longest}%`, width: `${Math.max(0.2, (100 * ms) / longest)}%` }}
          />
        ))}
      </div>
      <ol className="stages">
        {stages.map(({ name, ms }) => (
          <li key={name} className={`key ${name}`}>
            {text.turns.stages[name]} {duration(ms)}
          </li>
        ))}
      </ol>
    </div>
  )
}

function totalOf(turn: TurnMoments): number {
  return (turn.firstAudioAt ?? turn.firstTokenAt ?? turn.promptAt) - turn.speechEndedAt
}
