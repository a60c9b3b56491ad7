import { text } from '../../messages.js'
import { type Line, placeOf, type Reply, type Said, unheard } from '../../model/conversation.js'
import { Moment } from '../../parts/player.js'
import { VirtualList } from '../../parts/virtual-list.js'

interface ConversationProps {
  readonly lines: readonly Line[]
  readonly live: boolean
}

/** Who said what, with what was not heard struck out. */
export function Conversation({ lines, live }: ConversationProps) {
  if (lines.length === 0) return <p className="quiet">{text.conversation.empty}</p>
  return (
    <VirtualList
      label={text.call.tabs.conversation}
      items={lines}
      keyOf={({ id }) => id}
      estimate={64}
      stick={live}
      row={(line) => (
        <div className={`line ${line.kind}`}>
          <Moment at={placeOf(line)} />
          <LineBody line={line} />
        </div>
      )}
    />
  )
}

function LineBody({ line }: { readonly line: Line }) {
  if (line.kind === 'caller') return <CallerLine said={line} />
  if (line.kind === 'agent') return <AgentLine reply={line} />
  return (
    <p className={`note ${line.tone}`}>
      <strong>{text.conversation.notes[line.label]}</strong> {line.text}
    </p>
  )
}

function CallerLine({ said }: { readonly said: Said }) {
  const reason = text.conversation.withheld[said.withheld as keyof typeof text.conversation.withheld]
  return (
    <div className="bubble caller">
      <span className="who">{text.call.caller}</span>
      <p className={said.withheld ? 'quiet' : undefined}>{said.text || '…'}</p>
      {said.withheld && <p className="aside">{reason ?? said.withheld}</p>}
    </div>
  )
}

function AgentLine({ reply }: { readonly reply: Reply }) {
  const rest = unheard(reply)
  return (
    <div className="bubble agent">
      <span className="who">{text.call.agent}</span>
      <p>
        {reply.heard && <span>{reply.heard} </span>}
        {rest !== '' &&
          (reply.cut === '' ? (
            <span className="pending">
              <span className="hidden">{text.conversation.pending}: </span>
              {rest}
            </span>
          ) : (
            <del>
              <span className="hidden">{text.conversation.unheard}: </span>
              {rest}
            </del>
          ))}
      </p>
      {reply.cut !== '' && rest !== '' && <p className="aside">{text.conversation.cut[reply.cut]}</p>}
    </div>
  )
}
