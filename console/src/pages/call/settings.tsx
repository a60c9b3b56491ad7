import type { SessionRecord, TimelineEvent } from '../../api/types.js'
import { text } from '../../messages.js'
import { Moment } from '../../parts/player.js'
import { Body } from '../../parts/small.js'

interface SettingsViewProps {
  readonly sessions: readonly SessionRecord[]
  readonly events: readonly TimelineEvent[]
}

/** What each session ran with. */
export function SettingsView({ sessions, events }: SettingsViewProps) {
  if (sessions.length === 0) return <p className="quiet">{text.settings.empty}</p>
  return sessions.map((session, index) => {
    const begun = events.find(
      ({ sessionId, name }) => sessionId === session.sessionId && name === 'configurations',
    )
    return (
      <section key={session.sessionId} className="settings">
        <h2>
          {text.settings.session(index + 1)} <Moment at={session.startedAt} />
        </h2>
        <p className="quiet">
          {session.dialect} · {session.url} · {session.sessionId} · {session.status}
          {session.errorMessage && ` · ${session.errorMessage}`}
        </p>
        <div className="table">
          <table>
            <thead>
              <tr>
                <th scope="col">{text.settings.columns.setting}</th>
                <th scope="col">{text.settings.columns.value}</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(session.settings).map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{typeof value === 'string' ? value : JSON.stringify(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {begun && (
          <>
            <h3>{text.settings.languages}</h3>
            <Body>{JSON.stringify(begun.data['languages'], null, 2)}</Body>
          </>
        )}
      </section>
    )
  })
}
