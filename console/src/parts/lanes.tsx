import type { TimelineEvent } from '../api/types.js'
import { text } from '../messages.js'
import { clock } from '../model/format.js'
import { stretchesOf } from '../model/lanes.js'

interface LanesProps {
  readonly events: readonly TimelineEvent[]
  readonly zero: number
  readonly until: number
  /** ms since the Unix epoch: what the reader asked for. */
  readonly mark: number | undefined
  /** There is no recording, and will be none. */
  readonly missing: boolean
}

const width = 1000
const height = 40

/** Who spoke when, where there is no recording. */
export function Lanes({ events, zero, until, mark, missing }: LanesProps) {
  const scale = width / Math.max(1000, until - zero)
  const stretches = stretchesOf(events, until)
  return (
    <figure className="lanes">
      <svg viewBox={`0 0 ${width} ${2 * height}`} preserveAspectRatio="none" role="img">
        <title>{text.audio.lanes}</title>
        {stretches.map(({ who, from, to }) => (
          <rect
            key={`${who}${from}`}
            className={who}
            x={(from - zero) * scale}
            y={(who === 'caller' ? 0 : height) + 8}
            width={Math.max(1, (to - from) * scale)}
            height={height - 16}
          />
        ))}
        {mark !== undefined && (
          <rect className="mark" x={(mark - zero) * scale} y={0} width={2} height={2 * height} />
        )}
      </svg>
      <figcaption>
        <span className="key caller">{text.call.caller}</span>
        <span className="key agent">{text.call.agent}</span>
        {missing && <span className="quiet">{text.audio.none}</span>}
        <span className="time">{clock(until - zero)}</span>
      </figcaption>
    </figure>
  )
}
