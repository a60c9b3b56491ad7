import type { ApiError } from '../api/client.js'
import type { LiveState } from '../api/live.js'
import type { CallStatus } from '../api/types.js'
import { text } from '../messages.js'

export function Failure({ error, retry }: { readonly error: ApiError; readonly retry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <p>{error.message}</p>
      {error.remedy && <p className="quiet">{error.remedy}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          {text.retry}
        </button>
      )}
    </div>
  )
}

/** The head of a table, from the labels of its columns. */
export function Columns({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  return (
    <thead>
      <tr>
        {Object.entries(labels).map(([name, label]) => (
          <th key={name} scope="col">
            {label}
          </th>
        ))}
      </tr>
    </thead>
  )
}

export function LiveSign({ state }: { readonly state: LiveState }) {
  return (
    <span className={`live ${state}`} role="status">
      {text.live[state]}
    </span>
  )
}

const good: readonly CallStatus[] = ['completed']
const going: readonly CallStatus[] = ['in-progress', 'ringing', 'queued']

export function StatusSign({ status }: { readonly status: CallStatus }) {
  const tone = good.includes(status) ? 'good' : going.includes(status) ? 'going' : 'bad'
  return <span className={`sign ${tone}`}>{text.status[status]}</span>
}

/** JSON and other text as it is, which can be long. */
export function Body({ children }: { readonly children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <pre className="body" tabIndex={0}>
      {children}
    </pre>
  )
}
