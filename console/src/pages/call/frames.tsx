import { useState } from 'react'
import { text } from '../../messages.js'
import { pretty } from '../../model/format.js'
import type { Frame } from '../../model/frames.js'
import { Moment } from '../../parts/player.js'
import { Body } from '../../parts/small.js'
import { type Opening, VirtualList } from '../../parts/virtual-list.js'

/** Every frame to and from the app. */
export function FramesView({ frames, live }: { readonly frames: readonly Frame[]; readonly live: boolean }) {
  const [type, setType] = useState('')
  if (frames.length === 0) return <p className="quiet">{text.frames.empty}</p>
  const types = [...new Set(frames.map((frame) => frame.type))].sort()
  const shown = type === '' ? frames : frames.filter((frame) => frame.type === type)
  return (
    <>
      <label className="filter">
        {text.frames.filter}{' '}
        <select value={type} onChange={({ target }) => setType(target.value)}>
          <option value="">{text.frames.all}</option>
          {types.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <VirtualList
        label={text.call.tabs.frames}
        items={shown}
        keyOf={({ id }) => id}
        fixed
        stick={live}
        row={(frame, opening) => <FrameRow frame={frame} {...opening} />}
      />
    </>
  )
}

interface FrameRowProps extends Opening {
  readonly frame: Frame
}

function FrameRow({ frame, open, toggle }: FrameRowProps) {
  const { at, direction, type, body, problem } = frame
  return (
    <div className={`row ${direction}`}>
      <Moment at={at} />
      <span className={`arrow ${direction}`}>{text.frames[direction]}</span>
      <details open={open} onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
        <summary>
          <strong>{type}</strong> <span className="gist">{body.slice(0, 300)}</span>
          {problem && <span className="sign bad">{problem}</span>}
        </summary>
        {open && <Body>{pretty(body)}</Body>}
      </details>
    </div>
  )
}
