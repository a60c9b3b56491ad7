import { type FormEvent, useEffect, useState } from 'react'
import { ApiError, post, remove } from '../api/client.js'
import { follow } from '../api/live.js'
import type { TalkEntry } from '../api/types.js'
import { text } from '../messages.js'
import { clock, pretty } from '../model/format.js'
import { answerIn } from '../model/talk.js'
import { Body, Failure } from '../parts/small.js'
import { useTitle } from '../parts/title.js'
import { VirtualList } from '../parts/virtual-list.js'
import { TalkControls } from './talk/controls.js'

/** Talks to an app without a call: every frame by hand. */
export default function TalkPage() {
  useTitle(text.talk.title)
  const [id, setId] = useState<string>()
  const [entries, setEntries] = useState<readonly TalkEntry[]>([])
  const [error, setError] = useState<ApiError>()

  useEffect(() => {
    if (id === undefined) return
    setEntries([])
    const add = (entry: TalkEntry): void =>
      setEntries((before) => (before.some((one) => one.id === entry.id) ? before : [...before, entry]))
    return follow(`/api/talks/${id}/live`, undefined, { entry: add })
  }, [id])
  const over = entries.some(({ kind }) => kind === 'closed' || kind === 'failed')

  const guarded = async (task: () => Promise<void>): Promise<void> => {
    setError(undefined)
    try {
      await task()
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown)
    }
  }
  const start = (wanted: object): Promise<void> =>
    guarded(async () => {
      if (id !== undefined) await remove(`/api/talks/${id}`).catch(() => {})
      setId((await post<{ id: string }>('/api/talks', wanted)).id)
    })
  const send = (frame: object): Promise<void> => guarded(() => post(`/api/talks/${id}/frames`, frame))
  const end = (): Promise<void> => guarded(() => remove(`/api/talks/${id}`))
  const connected = id !== undefined && !over
  return (
    <>
      <h1>{text.talk.title}</h1>
      <p className="quiet">{text.talk.explain}</p>
      <Connect start={start} />
      {error && <Failure error={error} />}
      <div className="talk-page">
        {connected && <TalkControls send={send} end={end} />}
        {entries.length > 0 && (
          <div className="talked">
            <section className="answer" aria-live="polite">
              <h2>{text.talk.reply}</h2>
              <p>{answerIn(entries) || '…'}</p>
            </section>
            <h2>{text.talk.log}</h2>
            <VirtualList
              label={text.talk.log}
              items={entries}
              keyOf={(entry) => String(entry.id)}
              stick
              row={(entry) => <EntryRow entry={entry} zero={entries[0]!.at} />}
            />
          </div>
        )}
      </div>
    </>
  )
}

function Connect({ start }: { readonly start: (wanted: object) => Promise<void> }) {
  const [url, setUrl] = useState('ws://127.0.0.1:9000/ws')
  const [dialect, setDialect] = useState('twilio')
  const [parameters, setParameters] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const pairs = parameters.split('\n').flatMap((line) => {
      const at = line.indexOf('=')
      return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : []
    })
    void start({ url, dialect, parameters: Object.fromEntries(pairs) })
  }
  return (
    <form className="filters" onSubmit={submit}>
      <label className="grow">
        {text.talk.url}
        <input required value={url} onChange={({ target }) => setUrl(target.value)} />
      </label>
      <label>
        {text.talk.dialect}
        <select value={dialect} onChange={({ target }) => setDialect(target.value)}>
          <option value="twilio">Twilio</option>
          <option value="telnyx">Telnyx</option>
        </select>
      </label>
      <label>
        {text.talk.parameters}
        <textarea rows={1} value={parameters} onChange={({ target }) => setParameters(target.value)} />
      </label>
      <button type="submit" className="main">
        {text.talk.connect}
      </button>
    </form>
  )
}

function EntryRow({ entry, zero }: { readonly entry: TalkEntry; readonly zero: number }) {
  const { at, kind, text: body, problem } = entry
  const isFrame = kind === 'sent' || kind === 'received'
  return (
    <div className={`row ${kind}`}>
      <span className="number">{clock(at - zero)}</span>
      <span className={`arrow ${kind}`}>{text.talk.kinds[kind]}</span>
      {isFrame ? (
        <details>
          <summary>
            <span className="gist">{body}</span>
            {problem && <span className="sign bad">{problem}</span>}
          </summary>
          <Body>{pretty(body)}</Body>
        </details>
      ) : (
        <span>{body}</span>
      )}
    </div>
  )
}
