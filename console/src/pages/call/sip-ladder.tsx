import type { SipMessage } from '../../api/types.js'
import { text } from '../../messages.js'
import { Moment } from '../../parts/player.js'
import { Body } from '../../parts/small.js'

/** SIP messages as a ladder: the relay on the right, who it talked to on the left, each in a place of their own. */
export function SipLadder({ messages }: { readonly messages: readonly SipMessage[] | undefined }) {
  if (!messages) return <p className="quiet">{text.loading}</p>
  if (messages.length === 0) return <p className="quiet">{text.sip.empty}</p>
  const peers = [...new Set(messages.map(({ peer }) => peer))]
  const placeOf = (peer: string): string => `${(100 * peers.indexOf(peer)) / peers.length}%`
  return (
    <section className="ladder" aria-label={text.sip.title}>
      <div className="ends" aria-hidden="true">
        {peers.map((peer) => (
          <span key={peer} style={{ left: placeOf(peer) }}>
            {peer}
          </span>
        ))}
        <span className="relay">{text.sip.relay}</span>
      </div>
      <ol>
        {messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only ever added
          <li key={index}>
            <Moment at={message.at} />
            <details>
              <summary className={`step ${message.direction}`} style={{ marginLeft: placeOf(message.peer) }}>
                <span className="hidden">{text.sip[message.direction]}: </span>
                <span className="label">{message.summary}</span>
                <span className="line" aria-hidden="true" />
                {peers.length > 1 && <span className="hidden"> {message.peer}</span>}
              </summary>
              <Body>{message.text}</Body>
            </details>
          </li>
        ))}
      </ol>
    </section>
  )
}
