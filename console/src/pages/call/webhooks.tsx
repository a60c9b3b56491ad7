import type { DocumentRequest, Traces, Webhook } from '../../api/types.js'
import { text } from '../../messages.js'
import { duration, pretty } from '../../model/format.js'
import { Moment } from '../../parts/player.js'
import { Body } from '../../parts/small.js'
import { VirtualList } from '../../parts/virtual-list.js'

type Entry =
  | { readonly kind: 'webhook'; readonly at: number; readonly webhook: Webhook }
  | { readonly kind: 'request'; readonly at: number; readonly request: DocumentRequest }

/** What was asked of the app's HTTP server, and what it answered. */
export function WebhooksView({ traces }: { readonly traces: Traces | undefined }) {
  if (!traces) return <p className="quiet">{text.loading}</p>
  const entries: Entry[] = [
    ...traces.webhooks.map((webhook) => ({ kind: 'webhook', at: webhook.createdAt, webhook }) as const),
    ...traces.requests.map((request) => ({ kind: 'request', at: request.at, request }) as const),
  ].sort((a, b) => a.at - b.at)
  if (entries.length === 0) return <p className="quiet">{text.webhooks.empty}</p>
  return (
    <VirtualList
      label={text.call.tabs.webhooks}
      items={entries}
      keyOf={(entry) => (entry.kind === 'webhook' ? entry.webhook.id : entry.request.id)}
      row={(entry) => (
        <div className="row">
          <Moment at={entry.at} />
          {entry.kind === 'webhook' ? <WebhookRow webhook={entry.webhook} /> : <RequestRow {...entry} />}
        </div>
      )}
    />
  )
}

function WebhookRow({ webhook }: { readonly webhook: Webhook }) {
  const { event, status, attempts, payload, createdAt, finishedAt } = webhook
  const tone = { delivered: 'good', failed: 'bad', pending: 'going' }[status]
  return (
    <details>
      <summary>
        <strong>{event}</strong> <span className={`sign ${tone}`}>{text.webhooks[status]}</span>{' '}
        <span className="gist">
          {text.webhooks.attempts(attempts.length)}
          {finishedAt !== null && `, ${text.webhooks.took(duration(finishedAt - createdAt))}`}
        </span>
      </summary>
      <h3>{text.webhooks.payload}</h3>
      <Body>{JSON.stringify(payload, null, 2)}</Body>
      {attempts.map(({ attempt, request, response, error, startedAt, finishedAt: done }) => (
        <section key={`${attempt} ${request.url} ${startedAt}`}>
          <h3>
            {attempt}. {request.method} {request.url} {duration(done - startedAt)}
          </h3>
          <Body>{response ? `${response.status}\n${response.body}` : (error?.detail ?? '')}</Body>
        </section>
      ))}
    </details>
  )
}

function RequestRow({ request }: { readonly request: DocumentRequest }) {
  const { method, url, parameters, response } = request
  return (
    <details>
      <summary>
        <strong>
          {method} {url}
        </strong>{' '}
        <span className={`sign ${response && response.status < 400 ? 'good' : 'bad'}`}>
          {response ? response.status : text.webhooks.failed}
        </span>{' '}
        <span className="gist">
          {text.webhooks.document}
          {response && `, ${text.webhooks.took(duration(response.durationMs))}`}
        </span>
      </summary>
      <h3>{text.webhooks.parameters}</h3>
      <Body>{JSON.stringify(parameters, null, 2)}</Body>
      {response && (
        <>
          <h3>{text.webhooks.answer}</h3>
          <Body>{pretty(response.body)}</Body>
        </>
      )}
    </details>
  )
}
