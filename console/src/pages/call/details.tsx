import { lazy, type ReactNode, Suspense, useDeferredValue, useMemo, useRef, useState } from 'react'
import type { CallView } from '../../api/call-store.js'
import type { CallRecord } from '../../api/types.js'
import { text } from '../../messages.js'
import { GrowingConversation } from '../../model/conversation.js'
import { duration, moment } from '../../model/format.js'
import { framesOf } from '../../model/frames.js'
import { turnsOf } from '../../model/turns.js'
import { Lanes } from '../../parts/lanes.js'
import { type Player, PlayerContext } from '../../parts/player.js'
import { StatusSign } from '../../parts/small.js'
import { type Tab, Tabs } from '../../parts/tabs.js'
import { useTitle } from '../../parts/title.js'
import { useNow } from '../../parts/use-now.js'
import { go } from '../../router.js'
import { Conversation } from './conversation.js'
import { EventsView } from './events.js'
import { FramesView } from './frames.js'
import { ProblemsView } from './problems.js'
import { SettingsView } from './settings.js'
import { SipLadder } from './sip-ladder.js'
import { Turns } from './turns.js'
import { WebhooksView } from './webhooks.js'

const Waveform = lazy(() => import('../../parts/waveform.js'))
const QualityView = lazy(() => import('./quality.js'))

interface CallDetailsProps {
  readonly view: CallView
  readonly query: URLSearchParams
  /** Hash of the page without its query. */
  readonly address: string
  /** What stands beside the title. */
  readonly children: ReactNode
}

/** Everything that is known of a call, wherever it came from. */
export function CallDetails({ view, query, address, children }: CallDetailsProps) {
  const { call, sessions, traces, recording, peaks, audioUrl, growing } = view
  // What is made of them takes a moment when there are very many: scrolling goes first.
  const events = useDeferredValue(view.events)
  const zero = recording?.startedAt ?? call.answeredAt ?? call.startedAt
  const [asked, setAsked] = useState(() => Number(query.get('at')) || undefined)
  useTitle(partiesOf(call))
  const wish = useMemo(
    () => (asked === undefined ? undefined : { seconds: (asked - zero) / 1000, asked }),
    [asked, zero],
  )
  const player = useMemo<Player>(
    // Asked for twice, a moment is played twice.
    () => ({ zero, seek: (at) => setAsked((before) => (before === at ? at + 1e-3 : at)) }),
    [zero],
  )
  const conversation = useRef(new GrowingConversation())
  const lines = useMemo(() => conversation.current.of(events), [events])
  const turns = useMemo(() => turnsOf(events), [events])
  const frames = useMemo(() => framesOf(events), [events])
  const live = call.endedAt === null
  const current = query.get('tab') ?? 'conversation'
  const names = text.call.tabs
  const tabs: Tab[] = [
    { id: 'conversation', label: names.conversation },
    { id: 'turns', label: names.turns, count: turns.length },
    { id: 'frames', label: names.frames, count: frames.length },
    {
      id: 'webhooks',
      label: names.webhooks,
      count: traces && traces.webhooks.length + traces.requests.length,
    },
    { id: 'events', label: names.events, count: events.length },
    { id: 'sip', label: names.sip, count: traces?.sip.length },
    { id: 'quality', label: names.quality },
    { id: 'settings', label: names.settings },
    { id: 'problems', label: names.problems, count: call.problems?.length, alarming: true },
  ]
  const panel = (): ReactNode => {
    switch (current) {
      case 'turns':
        return <Turns turns={turns} />
      case 'frames':
        return <FramesView frames={frames} live={live} />
      case 'webhooks':
        return <WebhooksView traces={traces} />
      case 'events':
        return <EventsView events={events} live={live} />
      case 'sip':
        return <SipLadder messages={traces?.sip} />
      case 'quality':
        return <QualityView samples={traces?.quality} />
      case 'settings':
        return <SettingsView sessions={sessions} events={events} />
      case 'problems':
        return <ProblemsView call={call} events={events} traces={traces} />
      default:
        return <Conversation lines={lines} live={live} />
    }
  }
  const picture = peaks && peaks.caller.length > 0 && audioUrl !== ''
  return (
    <PlayerContext value={player}>
      <Head view={view}>{children}</Head>
      <section aria-label={text.audio.label} className="sound">
        {picture ? (
          <Suspense fallback={<div className="wave waiting" />}>
            <Waveform audioUrl={audioUrl} growing={growing} peaks={peaks} wish={wish} />
          </Suspense>
        ) : (
          <SilentLanes view={view} zero={zero} mark={asked} />
        )}
      </section>
      <Tabs
        label={text.call.tabs.label}
        tabs={tabs}
        current={current}
        choose={(id) => go(`${address}?tab=${id}`, { replace: true })}
      >
        <Suspense fallback={<p className="quiet">{text.loading}</p>}>{panel()}</Suspense>
      </Tabs>
    </PlayerContext>
  )
}

function SilentLanes({ view, zero, mark }: { view: CallView; zero: number; mark: number | undefined }) {
  const { call, events } = view
  const now = useNow(call.endedAt === null)
  return (
    <Lanes
      events={events}
      zero={zero}
      until={call.endedAt ?? now}
      mark={mark}
      missing={view.audioUrl === ''}
    />
  )
}

function Head({ view, children }: { readonly view: CallView; readonly children: ReactNode }) {
  const { call, executions = [] } = view
  const { status, startedAt, answeredAt, endedAt, codec, route } = call
  const now = useNow(endedAt === null)
  const length = answeredAt === null ? '' : duration(Math.max(0, (endedAt ?? now) - answeredAt))
  return (
    <header className="call-head">
      <div className="title">
        <h1>{partiesOf(call)}</h1>
        <StatusSign status={status} />
        {children}
      </div>
      <dl className="facts">
        <Fact name={text.call.began}>{moment(startedAt)}</Fact>
        <Fact name={text.call.length}>{length}</Fact>
        <Fact name={text.call.codec}>{codec}</Fact>
        <Fact name={text.call.route}>{route}</Fact>
        {endedAt !== null && (
          <Fact name={text.call.ended}>{text.call.endedBy(call.endBy ?? '', call.endReason ?? '')}</Fact>
        )}
        <Fact name={text.call.identifiers}>{call.callSid}</Fact>
        {executions.map(({ sid, flowSid, flowName, position }) => (
          <Fact key={sid} name={text.call.flow}>
            <a href={`#/flows/${flowSid}?execution=${sid}`}>
              {position ? text.call.flowAt(flowName, position) : flowName}
            </a>
          </Fact>
        ))}
        {call.parentCallSid && (
          <Fact name={text.call.parent}>
            <a href={`#/calls/${call.parentCallSid}`}>{call.parentCallSid}</a>
          </Fact>
        )}
      </dl>
    </header>
  )
}

function partiesOf({ direction, from, to, dialled }: CallRecord): string {
  return `${from} → ${direction === 'inbound' ? dialled : to}`
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === '' || children === null) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
